"""Staging keeps events with the change that made them; none is lost or numbered twice."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, select, update

from shared.database.engine import SHARED_METADATA, open_engine, snapshot, transaction
from shared.events.base import BusinessType
from shared.events.cooperative import (
    CooperativeStatus,
    CooperativeStatusChanged,
    GroupFormed,
    GroupStatus,
    MembershipLapsed,
)
from shared.events.envelope import Fact, InvalidEvent, with_sequence
from shared.events.reading import parse
from shared.events.topics import COOPERATIVE, TRAINING
from shared.outbox import batches, unsent
from shared.outbox.archive import Record, everything
from shared.outbox.progress import Waiting, republish, waiting
from shared.outbox.table import Origin, outbox, outbox_batch, outbox_counter, stage
from tests.kit.records import Source, lapsed, person, trust_in

NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
ORIGIN = Origin(COOPERATIVE.owner, COOPERATIVE.name, COOPERATIVE.agreement)
SIGNER = Source().signer


@pytest.fixture
def engine(fresh_database: str) -> Iterator[Engine]:
    """An empty outbox."""
    engine = open_engine(fresh_database)
    SHARED_METADATA.create_all(engine)
    yield engine
    engine.dispose()


def put(engine: Engine, *numbers: int, now: datetime = NOW) -> list[UUID]:
    """Stage facts in one transaction."""
    with transaction(engine) as connection:
        return stage(connection, ORIGIN, [lapsed(number) for number in numbers], now=now)


def take(engine: Engine, after: int = 0, limit: int = 512) -> list[Record]:
    """What the relay would send next."""
    with transaction(engine) as connection:
        return batches.take(connection, SIGNER, after, limit).records


def times(connection: Connection) -> int:
    """How often events were republished."""
    return batches.take(connection, SIGNER, 1_000_000, 0).republished


def mark(engine: Engine, *sequences: int) -> None:
    """The broker acknowledged these."""
    with transaction(engine) as connection:
        batches.mark_sent(connection, sequences, times(connection))


def test_staged_events_are_complete_but_for_their_sequence(engine: Engine) -> None:
    """What comes out is what went in, in order, with the ids that were answered."""
    ids = put(engine, 1, 2, 3)
    events = [parse(record.value) for record in take(engine)]
    assert [event.id for event in events] == ids
    assert [event.data for event in events] == [lapsed(number).payload for number in (1, 2, 3)]
    first = events[0]
    assert (first.source, first.agreement) == (ORIGIN.source, ORIGIN.agreement)
    assert (first.subject, first.time) == (person(1), lapsed(1).time)
    assert first.recordedtime == NOW
    assert len({event.traceparent for event in events}) == 1


def test_the_callers_trace_is_kept(engine: Engine) -> None:
    """An event can be followed back to the request that made it."""
    trace = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"
    with transaction(engine) as connection:
        stage(connection, ORIGIN, [lapsed(1)], now=NOW, traceparent=trace)
    assert parse(take(engine)[0].value).traceparent == trace


def test_a_rolled_back_change_leaves_no_event(engine: Engine) -> None:
    """One transaction for both."""
    with pytest.raises(ZeroDivisionError), transaction(engine) as connection:  # noqa: PT012
        stage(connection, ORIGIN, [lapsed(1)], now=NOW)
        raise ZeroDivisionError
    assert take(engine) == []


def test_nothing_to_stage_is_nothing(engine: Engine) -> None:
    """No facts, no ids, no rows."""
    assert put(engine) == []
    assert take(engine) == []


def test_an_event_beyond_the_contract_is_refused_at_the_door(engine: Engine) -> None:
    """It could never be sent; the sequence would have a gap for ever."""
    fact = lapsed(1)
    long = Fact("x" * 70_000, fact.time, fact.payload)
    with pytest.raises(ValueError, match="65536"), transaction(engine) as connection:
        stage(connection, ORIGIN, [lapsed(2), long], now=NOW)
    assert take(engine) == []


def test_the_limit_counts_the_sequence_too(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that just fits is sent with exactly the largest size."""
    with transaction(engine) as connection:
        stage(connection, ORIGIN, [lapsed(1)], now=NOW)
    (usual,) = take(engine)
    monkeypatch.setattr("shared.outbox.table.MAX_EVENT_BYTES", len(usual.value))
    with transaction(engine) as connection:
        stage(connection, ORIGIN, [lapsed(1)], now=NOW)
    assert len(take(engine, after=1)[0].value) == len(usual.value)
    monkeypatch.setattr("shared.outbox.table.MAX_EVENT_BYTES", len(usual.value) - 1)
    with pytest.raises(ValueError, match="allows"), transaction(engine) as connection:
        stage(connection, ORIGIN, [lapsed(1)], now=NOW)


HERE = lapsed(1)
ELSEWHERE = GroupFormed(
    status=GroupStatus.INCOME_GROUP,
    region="99.99.99.9999",
    business_type=BusinessType.FOOD,
    formed_on=date(2026, 1, 2),
)


@pytest.mark.parametrize(
    ("origin", "fact", "code"),
    [
        (replace(ORIGIN, agreement="urn:lintas:agreement:none:9#x"), HERE, "AGREEMENT"),
        (replace(ORIGIN, agreement=TRAINING.agreement), HERE, "AGREEMENT"),
        (replace(ORIGIN, agreement="a handshake"), HERE, "ENVELOPE"),
        (replace(ORIGIN, source="urn:lintas:training"), HERE, "NOT_OWNER"),
        (replace(ORIGIN, topic=TRAINING.name), HERE, "TYPE_NOT_ALLOWED"),
        (ORIGIN, replace(HERE, subject=str(UUID(int=1)), payload=ELSEWHERE), "REGION_UNKNOWN"),
    ],
)
def test_what_a_reader_would_refuse_is_never_staged(
    engine: Engine, origin: Origin, fact: Fact, code: str
) -> None:
    """Publishers are strict: it would be quarantined by everybody and could not be taken back."""
    with pytest.raises(ValueError, match=code), transaction(engine) as connection:
        stage(connection, origin, [fact], now=NOW)
    assert take(engine) == []


def test_sequences_are_dense_over_batches(engine: Engine) -> None:
    """1, 2, 3 ... whatever the batches were."""
    put(engine, *range(7))
    sequences: list[int] = []
    while records := take(engine, after=sequences[-1] if sequences else 0, limit=3):
        sequences += [record.sequence for record in records]
    assert sequences == [1, 2, 3, 4, 5, 6, 7]


def test_an_id_that_commits_late_is_not_skipped(engine: Engine) -> None:
    """Ids commit out of order: rows are found by their state."""
    put(engine, 1, 2, 3)
    with transaction(engine) as connection:  # the middle row is still in another's transaction
        hidden = connection.execute(select(outbox).where(outbox.c.id == 2)).mappings().one()
        connection.execute(outbox.delete().where(outbox.c.id == 2))
    assert [record.sequence for record in take(engine)] == [1, 2]
    mark(engine, 1, 2)
    with transaction(engine) as connection:
        connection.execute(outbox.insert(), [dict(hidden)])
    (late,) = take(engine)
    assert late.sequence == 3
    assert parse(late.value).id == hidden["event_id"]


def test_a_crash_between_numbering_and_sending_leaves_no_gap(engine: Engine) -> None:
    """The numbered rows come first again, with their numbers."""
    put(engine, 1, 2)
    before = take(engine)
    put(engine, 3)
    assert take(engine) == before
    mark(engine, 1, 2)
    assert [record.sequence for record in take(engine)] == [3]


def test_a_rolled_back_numbering_gives_the_numbers_again(engine: Engine) -> None:
    """The counter is in the same transaction."""
    put(engine, 1, 2)
    with pytest.raises(ZeroDivisionError), transaction(engine) as connection:  # noqa: PT012
        batches.take(connection, SIGNER, 0, 512)
        raise ZeroDivisionError
    assert [record.sequence for record in take(engine)] == [1, 2]


def test_resent_events_have_the_same_bytes(engine: Engine) -> None:
    """Value and proof, after republishing too."""
    put(engine, 1, 2, 3)
    first = take(engine)
    mark(engine, 1, 2, 3)
    with transaction(engine) as connection:
        assert republish(connection) == 3
    assert take(engine) == first


def test_republishing_can_begin_anywhere(engine: Engine) -> None:
    """A truncated topic needs only what it has lost."""
    put(engine, *range(5))
    take(engine)
    mark(engine, 1, 2, 3, 4, 5)
    with transaction(engine) as connection:
        assert republish(connection, from_sequence=4) == 2
    assert [record.sequence for record in take(engine)] == [4, 5]


def test_an_answer_from_before_a_republishing_marks_nothing(engine: Engine) -> None:
    """It may be the answer of a broker that is gone, with all it had."""
    put(engine, 1, 2)
    with transaction(engine) as connection:
        batch = batches.take(connection, SIGNER, 0, 512)
    with transaction(engine) as connection:
        assert republish(connection) == 0
    with transaction(engine) as connection:
        batches.mark_sent(connection, [1, 2], batch.republished)
    assert take(engine) == batch.records


def test_every_proof_is_of_exactly_the_bytes_that_are_sent(engine: Engine) -> None:
    """Several batches, each with its own root."""
    put(engine, *range(10))
    trust, after = trust_in(Source()), 0
    while records := take(engine, after, limit=4):
        for record in records:
            assert trust.verify(record.value, record.proof) == COOPERATIVE.owner
        after = records[-1].sequence


def test_the_archive_keeps_bodies_without_sequence(engine: Engine) -> None:
    """What is stored plus the number is what was sent."""
    put(engine, 1)
    (record,) = take(engine)
    with snapshot(engine) as connection:
        (kept,) = everything(connection)
    assert with_sequence(kept.body, 1) == record.value


def test_waiting_tells_depth_and_the_oldest(engine: Engine) -> None:
    """Staged and numbered rows alike; sent ones do not wait."""
    with snapshot(engine) as connection:
        assert waiting(connection) == Waiting(0, None)
    put(engine, 1, now=NOW)
    put(engine, 2, now=NOW.replace(hour=4))
    with snapshot(engine) as connection:
        assert waiting(connection) == Waiting(2, NOW)
    take(engine, limit=1)
    mark(engine, 1)
    with snapshot(engine) as connection:
        assert waiting(connection) == Waiting(1, NOW.replace(hour=4))


def test_an_idle_relay_does_not_read_the_archive(engine: Engine) -> None:
    """Each of its questions is answered from an index, however long the archive is."""
    put(engine, *range(3))
    queries = (
        "select id from outbox order by id limit 1",
        "select min(first) from outbox_unsent",
        "select first, last from outbox_unsent where last >= 5 order by first",
        "select max(last) from outbox_batch",
        "select contents from outbox_batch where last >= 5 and last <= 600 order by last limit 8",
    )
    with snapshot(engine) as connection:
        for query in queries:
            plan = plan_of(connection, query)
            assert re.search("using (covering )?index|index (only )?scan|scan outbox'", plan), plan
            assert not re.search("temp b-tree|sort|seq scan", plan), plan


def plan_of(connection: Connection, query: str) -> str:
    """How the database would answer, in lower case; on PostgreSQL as if the table were long."""
    explain = "explain query plan"
    if connection.dialect.name == "postgresql":
        explain = "explain"
        connection.exec_driver_sql("set local enable_seqscan = off")
        connection.exec_driver_sql("set local enable_bitmapscan = off")
    return str(list(connection.exec_driver_sql(f"{explain} {query}"))).lower()


def test_a_subject_that_no_database_could_keep_is_refused(engine: Engine) -> None:
    """Alike on both, before anything is written."""
    fact = lapsed(1)
    with pytest.raises(ValueError, match="at most 200"), transaction(engine) as connection:
        stage(connection, ORIGIN, [Fact("s" * 201, fact.time, fact.payload)], now=NOW)


def test_runs_cover_exactly_the_numbers() -> None:
    """Marking writes ranges."""
    assert list(unsent.runs([])) == []
    assert list(unsent.runs([3, 1, 2, 7, 9, 8, 20])) == [(1, 3), (7, 9), (20, 20)]


def test_marking_touches_nothing_else(engine: Engine) -> None:
    """Between two acknowledged events one is not."""
    put(engine, 1, 2, 3)
    take(engine)
    mark(engine, 1, 3)
    assert [record.sequence for record in take(engine)] == [2]


def test_a_sequence_is_never_given_twice(engine: Engine) -> None:
    """Even if the counter were behind the archive."""
    put(engine, 1, 2)
    take(engine)
    mark(engine, 1, 2)
    with transaction(engine) as connection:
        connection.execute(update(outbox_counter).values(last=0))
    put(engine, 3)
    assert [record.sequence for record in take(engine)] == [3]
    with pytest.raises(Exception, match=r"(?i)unique"), transaction(engine) as connection:
        connection.execute(update(outbox_batch).values(last=1))


def test_a_fact_with_a_day_that_cannot_be_is_never_staged(engine: Engine) -> None:
    """Whatever a door has forgotten: nothing of that transaction is staged."""
    late = MembershipLapsed(
        membership=UUID(int=1), cooperative=UUID(int=2), lapsed_on=date(2026, 7, 2)
    )
    with (
        pytest.raises(InvalidEvent, match="TIME_FUTURE: lapsed_on"),
        transaction(engine) as connection,
    ):
        stage(connection, ORIGIN, [lapsed(1), Fact(person(1), NOW, late)], now=NOW)
    assert take(engine) == []


def test_an_announcement_is_told_on_the_day_it_is_made(engine: Engine) -> None:
    """Its payload names the day to come, its time does not."""
    closing = CooperativeStatusChanged(
        status=CooperativeStatus.CLOSED, effective_on=date(2026, 9, 1), version=1
    )
    fact = Fact(str(UUID(int=1)), datetime(2026, 9, 1, 5, tzinfo=UTC), closing)
    with transaction(engine) as connection:
        stage(connection, ORIGIN, [fact], now=NOW)
    (event,) = (parse(record.value) for record in take(engine))
    assert (event.time, event.data) == (datetime(2026, 7, 1, 5, tzinfo=UTC), closing)
