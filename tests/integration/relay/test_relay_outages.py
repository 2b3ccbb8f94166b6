"""Two relays, and a broker or a database that goes away: one warning, and nothing is lost."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    OutOfOrderSequenceNumber,
    UnknownTopicOrPartitionError,
)
from sqlalchemy import Engine

from shared.database.engine import SHARED_METADATA, database_now, open_engine, snapshot, transaction
from shared.database.lease import acquire
from shared.observability.health import Progress
from shared.outbox.archive import records
from shared.outbox.relay import LEASE, LEASE_TIME, Relay
from tests.integration.relay.conftest import (
    NOW,
    drain,
    gauge,
    once,
    put,
    relay_of,
    some_numbered,
    until,
    while_running,
)
from tests.kit.records import Source
from tests.kit.relaying import depth
from tests.kit.scripted_producer import Broker, Sent


def test_of_two_relays_one_works_and_the_other_waits(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """The second takes over at once when the first has stopped."""
    first, second = Broker(), Broker()
    caplog.set_level(logging.INFO)

    async def work() -> None:
        await until(lambda: "relaying as a" in caplog.text)
        stop = asyncio.Event()
        other = asyncio.create_task(relay_of(engine, second, owner="b").run(stop))
        await until(lambda: "relay a is active" in caplog.text)
        put(engine, range(30))
        await until(lambda: depth(engine) == 0)
        assert second.log == []
        stop.set()
        await other

    while_running(relay_of(engine, first, owner="a"), work)
    put(engine, [1])
    drain(engine, second, owner="b")
    assert (len(first.log), second.sequences) == (30, [31])


def test_a_relay_that_was_overtaken_changes_nothing_more(
    any_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """It slept with a batch in flight; when the answer comes, another has worked."""
    sleeper, active = Broker(), Broker()
    gate, clock = asyncio.Event(), [NOW]
    put(any_engine, range(40))

    async def work() -> None:
        original = sleeper.producer

        class Slow(type(original())):  # type: ignore[misc]
            async def _answer(self, records: Sequence[Sent]) -> object:
                await gate.wait()
                return await super()._answer(records)

        late = Relay(
            any_engine,
            Source().signer,
            lambda: Slow(sleeper),
            owner="a",
            lease_clock=lambda _: clock[0],
            batch=16,
        )
        stop = asyncio.Event()
        sleeping = asyncio.create_task(late.run(stop))
        await until(lambda: some_numbered(any_engine))
        later = NOW + timedelta(hours=1)
        next_stop = asyncio.Event()
        next_relay = relay_of(
            any_engine, active, owner="b", now=lambda: later, lease_clock=lambda _: later
        )
        next_running = asyncio.create_task(next_relay.run(next_stop))
        await until(lambda: depth(any_engine) == 0)
        clock[0] = later  # awake it sees the time: an hour behind it might take over in turn
        gate.set()
        put(any_engine, range(40, 45))
        await until(lambda: depth(any_engine) == 0)
        await until(lambda: "another worker has taken over" in caplog.text)
        for event, task in ((stop, sleeping), (next_stop, next_running)):
            event.set()
            await task

    asyncio.run(work())
    assert sorted(active.sequences) == list(range(1, 46))
    assert max(sleeper.sequences, default=0) <= 40
    same = {one.sequence: one for one in active.log}
    with snapshot(any_engine) as connection:
        archived = {one.sequence: one.value for one in records(connection, [(1, 45)])}
    assert archived == {sequence: one.value for sequence, one in same.items()}
    assert all(same[one.sequence] == one for one in sleeper.log)


def test_a_broker_away_is_told_once_and_survived(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """At the start and in the middle; each change is one line."""
    broker = Broker(away=KafkaConnectionError("none"))
    caplog.set_level(logging.INFO)
    put(engine, range(20))

    async def work() -> None:
        for start in (0, 20):
            await until(lambda: "waiting for the broker" in caplog.text)
            await asyncio.sleep(0.3)
            broker.away = None
            await until(lambda: depth(engine) == 0)
            await until(lambda: "the broker is back" in caplog.text)
            assert caplog.text.count("waiting for the broker") == 1
            assert caplog.text.count("the broker is back") == 1
            broker.away = KafkaConnectionError("none")
            caplog.clear()
            if start == 0:
                put(engine, range(20, 40))
        broker.away = None

    while_running(relay_of(engine, broker), work)
    assert sorted(broker.sequences) == list(range(1, 41))


def test_a_silent_broker_does_not_hold_it_for_ever(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """No answer: a warning, then a new producer, and the same events again."""
    broker = Broker(silent=True)
    put(engine, range(5))

    async def work() -> None:
        await until(lambda: broker.opened >= 2)
        broker.silent = False
        await until(lambda: depth(engine) == 0)

    while_running(relay_of(engine, broker), work)
    assert set(broker.sequences) == {1, 2, 3, 4, 5}
    assert "waiting for the broker (TimeoutError)" in caplog.text


@pytest.mark.parametrize(
    "error", [OutOfOrderSequenceNumber(), UnknownTopicOrPartitionError(), ConnectionError()]
)
def test_after_any_failure_the_producer_is_started_anew(engine: Engine, error: Exception) -> None:
    """An idempotent producer never recovers from a refused batch by itself."""
    broker = Broker(answer=once(error))
    put(engine, range(20))
    drain(engine, broker)
    assert broker.opened == 2
    assert sorted(broker.sequences) == list(range(1, 21))


def test_a_database_that_is_not_there_yet_is_awaited(
    fresh_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    """At the start: one line, and work begins when the tables are there."""
    engine, broker = open_engine(fresh_database), Broker()
    caplog.set_level(logging.INFO)

    async def work() -> None:
        await until(lambda: "waiting for the database" in caplog.text)
        await asyncio.sleep(0.3)
        assert caplog.text.count("waiting for the database") == 1
        SHARED_METADATA.create_all(engine)
        put(engine, range(20))
        await until(lambda: depth(engine) == 0)
        await until(lambda: caplog.text.count("the database is back") == 1)

    while_running(relay_of(engine, broker), work)
    assert sorted(broker.sequences) == list(range(1, 21))
    engine.dispose()


def test_a_database_that_goes_away_in_the_middle_loses_nothing(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """The table disappears and comes back; events may come again, none is missing."""
    broker = Broker()
    caplog.set_level(logging.INFO)
    put(engine, range(20))

    async def work() -> None:
        await until(lambda: depth(engine) == 0)
        with transaction(engine) as connection:
            connection.exec_driver_sql("alter table outbox rename to hidden")
        await until(lambda: "waiting for the database" in caplog.text)
        with transaction(engine) as connection:
            connection.exec_driver_sql("alter table hidden rename to outbox")
        put(engine, range(20, 40))
        await until(lambda: depth(engine) == 0)

    while_running(relay_of(engine, broker), work)
    assert sorted(set(broker.sequences)) == list(range(1, 41))


def test_stopping_does_not_wait_for_a_silent_broker(engine: Engine) -> None:
    """It ends in time; what was in flight is sent again by the next, which need not wait."""
    put(engine, range(20))

    async def work() -> None:
        stop = asyncio.Event()
        broker = Broker(silent=True)
        running = asyncio.create_task(relay_of(engine, broker).run(stop))
        await until(lambda: broker.log)
        stop.set()
        await asyncio.wait_for(running, 2)

    asyncio.run(work())
    after = Broker()
    drain(engine, after)
    assert sorted(after.sequences) == list(range(1, 21))


def test_it_reports_what_waits_while_the_broker_is_away(engine: Engine) -> None:
    """Depth and age are right although nothing moves; the watchdog sees that the relay lives."""
    broker, progress = Broker(away=KafkaConnectionError()), Progress()
    put(engine, range(7))
    later = NOW + timedelta(seconds=90)

    async def work() -> None:
        await until(lambda: gauge("lintas_outbox_depth_events") == 7)
        await until(lambda: gauge("lintas_relay_active_state") == 1)
        assert gauge("lintas_outbox_oldest_age_seconds") == 90
        assert progress.stalled_for(later) == timedelta()
        broker.away = None
        await until(lambda: gauge("lintas_outbox_depth_events") == 0)
        assert gauge("lintas_outbox_oldest_age_seconds") == 0

    before = gauge("lintas_relay_sent_events_total")
    while_running(relay_of(engine, broker, progress=progress, now=lambda: later), work)
    assert gauge("lintas_relay_sent_events_total") - before == 7


def test_a_relay_whose_own_clock_runs_ahead_keeps_nobody_waiting(any_engine: Engine) -> None:
    """The lease ends by the database's clock: the next relay need not wait for a year."""
    broker, ahead = Broker(), NOW + timedelta(days=365)
    put(any_engine, range(10))
    drain(any_engine, broker, owner="a", now=lambda: ahead)
    with transaction(any_engine) as connection:
        now = database_now(connection)
        assert acquire(connection, LEASE, "killed", now + timedelta(days=365), LEASE_TIME)
    put(any_engine, range(10, 20))
    drain(any_engine, broker, owner="b")
    assert sorted(broker.sequences) == list(range(1, 21))
