"""Workers with different partitions of one source do not wait; one event in two partitions counts once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from shared.database.engine import open_engine, snapshot, transaction
from shared.events.topics import COOPERATIVE
from shared.inbox.quarantine import count_by_code
from shared.inbox.receive import Receipt
from shared.inbox.seen import gaps, watermarks
from shared.wire.verification import StoredRecord
from tests import parts
from tests.kit.depth import examples
from tests.kit.records import Source, lapsed, make_tables, person
from tests.unit.shared.conftest import Reader

BLOCKED_SECONDS = 0.15
"""A statement that takes longer waits for a lock."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """PostgreSQL: SQLite has one writer at a time."""
    made = open_engine(parts.current().fresh_database("postgresql"))
    make_tables(made)
    yield made
    made.dispose()


@pytest.fixture
def reader(engine: Engine) -> Reader:
    """An inbox without a row."""
    empty(engine)
    return Reader(engine)


def empty(engine: Engine) -> None:
    with transaction(engine) as connection:
        for name in ("arrival", "partition", "announcement", "source", "seen", "position"):
            connection.exec_driver_sql(f"DELETE FROM inbox_{name}")
        connection.exec_driver_sql("DELETE FROM applied")
        connection.exec_driver_sql("DELETE FROM quarantine")


def another(sequence: int) -> StoredRecord:
    """A different event under this number, as a clone of the publisher would send it."""
    value = Source().value(sequence, lapsed(sequence + 9))
    return Source().signed([(value, person(sequence + 9).encode())], partition=1)[0]


def waiting(engine: Engine) -> int:
    """How many transactions wait for a lock."""
    with engine.connect() as connection:
        query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return int(connection.exec_driver_sql(query).scalar_one())


def test_a_worker_does_not_wait_for_another_partition_of_the_source(reader: Reader) -> None:
    """The first has received and not committed; the second begins and ends meanwhile."""

    def meanwhile(*_: object) -> None:
        assert reader.take(reader.source.records([2, 4], partition=1)).applied == 2
        assert waiting(reader.engine) == 0

    assert reader.take(reader.source.records([1, 3]), apply=meanwhile).applied == 2
    assert reader.watermark == 4


def test_what_another_has_not_committed_is_not_complete(reader: Reader) -> None:
    """And when it has, the watermark is that of all partitions, though nobody has noted it."""

    def meanwhile(*_: object) -> None:
        reader.take(reader.source.records([2, 4], partition=1))
        assert reader.watermark == 0

    reader.take(reader.source.records([1, 3]), apply=meanwhile)
    assert reader.watermark == 4
    with snapshot(reader.engine) as connection:
        assert gaps(connection, COOPERATIVE.owner) == []


@pytest.mark.parametrize(
    ("second", "verdict"),
    [(None, {}), (another(1), {"SEQUENCE_REUSED": 1})],
    ids=["again", "other"],
)
def test_who_comes_with_the_same_number_waits_for_the_first(
    reader: Reader, second: StoredRecord | None, verdict: dict[str, int]
) -> None:
    """In another partition at the same moment: it is seen as if it had come later."""
    late = second or reader.source.records([1], partition=1)[0]
    found = []
    thread = threading.Thread(target=lambda: found.append(reader.take([late])))

    def meanwhile(*_: object) -> None:
        thread.start()
        thread.join(BLOCKED_SECONDS)
        assert thread.is_alive()

    assert reader.take(reader.source.records([1]), apply=meanwhile).applied == 1
    thread.join()
    assert (found[0].applied, found[0].quarantined) == (0, verdict)


def test_who_waited_for_a_batch_that_failed_is_the_first(reader: Reader) -> None:
    """What was rolled back was never received."""
    late, found = reader.source.records([1], partition=1), []
    thread = threading.Thread(target=lambda: found.append(reader.take(late)))

    def fail(*_: object) -> None:
        thread.start()
        thread.join(BLOCKED_SECONDS)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        reader.take(reader.source.records([1]), apply=fail)
    thread.join()
    assert found[0].applied == 1


class Steps:
    """Lets two threads execute one statement at a time, in the order that `choose` gives."""

    def __init__(self, engine: Engine, choose: Callable[[], bool]) -> None:
        self._engine = engine
        self._choose = choose
        self._may = [threading.Semaphore(0), threading.Semaphore(0)]
        self._came = [threading.Semaphore(0), threading.Semaphore(0)]
        self._of: dict[int, int] = {}

    def run(self, works: tuple[Callable[[], None], Callable[[], None]]) -> None:
        """Run both to their ends."""
        threads = [
            threading.Thread(target=self._one, args=(number, work), daemon=True)
            for number, work in enumerate(works)
        ]
        event.listen(self._engine, "before_cursor_execute", self._wait)
        event.listen(self._engine, "commit", self._wait)
        try:
            for thread in threads:
                thread.start()
            self._schedule(threads)
        finally:
            event.remove(self._engine, "before_cursor_execute", self._wait)
            event.remove(self._engine, "commit", self._wait)

    def _one(self, number: int, work: Callable[[], None]) -> None:
        self._of[threading.get_ident()] = number
        work()
        self._came[number].release()

    def _wait(self, *_: object) -> None:
        number = self._of.get(threading.get_ident())
        if number is not None:
            self._came[number].release()
            self._may[number].acquire()

    def _schedule(self, threads: list[threading.Thread]) -> None:
        ready = [False, False]
        for _ in count():
            for number in (0, 1):
                ready[number] = ready[number] or self._came[number].acquire(timeout=0.02)
            if not any(thread.is_alive() for thread in threads):
                return
            able = [n for n in (0, 1) if ready[n] and threads[n].is_alive()]
            if able:
                chosen = able[-1] if self._choose() else able[0]
                ready[chosen] = False
                self._may[chosen].release()


@examples(25, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_one_event_in_two_partitions_counts_once_however_statements_interleave(
    engine: Engine, seed: int
) -> None:
    """After an end by a deadlock, a consumer tries again: so does this one."""
    empty(engine)
    source, random = Source(), Random(seed)  # how often it is asked depends on the locks
    first = source.records([1, 2], partition=0)
    second = source.records([2, 3], partition=1)
    readers = Reader(engine), Reader(engine)
    applied: list[int] = []

    def work(reader: Reader, records: list[StoredRecord]) -> Callable[[], None]:
        def attempts() -> None:
            taken: Receipt | None = None
            while taken is None:
                with suppress(OperationalError):  # a deadlock; any other ends in a wrong count
                    taken = reader.take(records)
            applied.append(taken.applied)

        return attempts

    Steps(engine, lambda: random.random() < 0.5).run(
        (work(readers[0], first), work(readers[1], second))
    )
    assert sum(applied) == 3
    assert readers[0].applied == [1, 2, 3]
    with snapshot(engine) as connection:
        assert count_by_code(connection) == {}
        assert watermarks(connection) == {COOPERATIVE.owner: 3}
