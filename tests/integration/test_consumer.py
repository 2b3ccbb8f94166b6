"""A real consumer on a real broker: everything applied once, whatever is restarted."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import OperationalError

from shared.database.engine import snapshot
from shared.events.envelope import Event
from shared.events.topics import Topic
from shared.inbox.quarantine import count_by_code, quarantine
from shared.inbox.seen import watermarks
from shared.kafka.settings import KafkaSettings
from tests.kit.listening import all_applied, applied_in, listening, read_all, send, until
from tests.kit.records import Source, make_tables, write_down

pytestmark = pytest.mark.anyio


def database(open_database: Callable[[], Engine]) -> Engine:
    engine = open_database()
    make_tables(engine)
    return engine


async def test_what_is_sent_is_applied_and_the_watermark_follows(
    kafka: KafkaSettings, topic: Topic, open_database: Callable[[], Engine]
) -> None:
    """The round trip."""
    engine, source = database(open_database), Source(topic)
    await send(kafka, source.records(range(1, 301)))
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 301))
    with snapshot(engine) as connection:
        assert watermarks(connection) == {topic.owner: 300}


@pytest.mark.parametrize(("most", "largest"), [(3_000, 600), (2, 2)])
async def test_who_is_behind_takes_large_batches_and_none_too_large(
    kafka: KafkaSettings,
    topic: Topic,
    open_database: Callable[[], Engine],
    most: int,
    largest: int,
) -> None:
    """A batch is what waits, up to the subscription's bound; a fetch is bounded in bytes too."""
    engine, source, sizes = database(open_database), Source(topic), list[int]()

    def apply(connection: Connection, events: Sequence[Event], now: datetime) -> None:
        write_down(connection, events, now)
        sizes.append(len(events))

    numbers = range(1, largest + 1)
    await send(kafka, source.records(numbers), partition=0)
    async with listening(engine, kafka, source, apply=apply, most=most):
        await all_applied(engine, source, numbers)
        more = range(largest + 1, largest + 6)
        await send(kafka, source.records(more), partition=0)
        await all_applied(engine, source, [*numbers, *more])
    assert largest // 2 <= max(sizes) <= most
    assert sizes[-1] <= 5


async def test_a_restarted_consumer_goes_on_where_its_database_stands(
    kafka: KafkaSettings, topic: Topic, open_database: Callable[[], Engine]
) -> None:
    """Stopped, then started again with more in the log: nothing lost, nothing twice."""
    engine, source = database(open_database), Source(topic)
    await send(kafka, source.records(range(1, 51)))
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 51))
    await send(kafka, source.records(range(51, 101)))
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 101))


async def test_a_database_put_back_reads_again_what_it_has_forgotten(
    kafka: KafkaSettings, topic: Topic, open_database: Callable[[], Engine]
) -> None:
    """The group's offsets in Kafka say 'done'; the fresh database says 'nothing', and counts."""
    source = Source(topic)
    await send(kafka, source.records(range(1, 31)))
    for _ in range(2):
        engine = database(open_database)
        async with listening(engine, kafka, source):
            await all_applied(engine, source, range(1, 31))


async def test_an_event_is_applied_soon_after_it_is_sent_when_nothing_else_happens(
    kafka: KafkaSettings, topic: Topic, open_database: Callable[[], Engine]
) -> None:
    """Batches fill under load, but a single event does not wait for company."""
    engine, source = database(open_database), Source(topic)
    async with listening(engine, kafka, source):
        await send(kafka, source.records([1]))
        await all_applied(engine, source, [1])
        times = []
        for number in range(2, 7):
            await send(kafka, source.records([number]))
            times.append(await until(lambda n=number: n in applied_in(engine, source)))  # type: ignore[misc]
    assert sorted(times)[2] < 0.4


async def test_a_bad_record_goes_to_quarantine_and_to_the_dead_letter_topic(
    kafka: KafkaSettings, topic: Topic, open_database: Callable[[], Engine]
) -> None:
    """The good ones around it are applied; the copy says why and where from."""
    engine, source = database(open_database), Source(topic)
    good = source.records([1, 2])
    bad = source.signed([(b"not json", b"key")])[0]
    await send(kafka, [good[0], bad, good[1]], partition=1)
    async with listening(engine, kafka, source, group="the-group"):
        await all_applied(engine, source, [1, 2])
        (copy,) = await read_all(kafka, topic, topic.dead_letter, 1)
        await until(lambda: copied(engine) == 1, "noted as copied")
    headers = dict(copy.headers)
    assert (copy.key, copy.value) == (b"key", b"not json")
    assert headers["lintas-reason"] == b"DECODE"
    assert headers["lintas-topic"] == topic.name.encode()
    assert (headers["lintas-partition"], headers["lintas-offset"]) == (b"1", b"1")
    assert headers["lintas-consumer"] == b"the-group"
    assert headers["lintas-proof"] == bad.headers[0][1]


def copied(engine: Engine) -> int:
    with snapshot(engine) as connection:
        return sum(
            at is not None for at in connection.execute(select(quarantine.c.copied_at)).scalars()
        )


async def test_a_header_that_is_no_text_harms_nobody(
    kafka: KafkaSettings, topic: Topic, open_database: Callable[[], Engine]
) -> None:
    """FastStream's own parser would fail the whole batch, unseen."""
    engine, source = database(open_database), Source(topic)
    one, two = source.records([1, 2])
    odd = type(one)(one.topic, 0, 0, one.key, one.value, (*one.headers, ("x", b"\xff\xfe")))
    await send(kafka, [odd, two])
    async with listening(engine, kafka, source):
        await all_applied(engine, source, [1, 2])


async def test_a_failure_that_may_pass_is_tried_again_and_never_quarantined(
    kafka: KafkaSettings, topic: Topic, open_database: Callable[[], Engine]
) -> None:
    """Three times locked, then applied."""
    engine, source = database(open_database), Source(topic)
    failures = iter(range(3))

    def apply(connection: Connection, events: Sequence[Event], now: datetime) -> None:
        write_down(connection, events, now)
        if next(failures, None) is not None:
            raise OperationalError("insert", {}, Exception("database is locked"))

    await send(kafka, source.records(range(1, 21)))
    async with listening(engine, kafka, source, apply=apply):
        await all_applied(engine, source, range(1, 21))
    with snapshot(engine) as connection:
        assert count_by_code(connection) == {}


async def test_a_stop_in_the_middle_of_a_retry_loses_nothing(
    kafka: KafkaSettings, topic: Topic, open_database: Callable[[], Engine]
) -> None:
    """The batch was never taken; the next consumer takes it."""
    engine, source = database(open_database), Source(topic)
    tried = asyncio.Event()
    loop = asyncio.get_running_loop()

    def locked(connection: Connection, events: Sequence[Event], now: datetime) -> None:
        loop.call_soon_threadsafe(tried.set)
        raise OperationalError("insert", {}, Exception("database is locked"))

    await send(kafka, source.records(range(1, 11)))
    async with listening(engine, kafka, source, apply=locked):
        await asyncio.wait_for(tried.wait(), 30)
    assert applied_in(engine, source) == []
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 11))


async def test_two_replicas_share_the_partitions_and_apply_each_event_once(
    kafka: KafkaSettings, topic: Topic, open_database: Callable[[], Engine]
) -> None:
    """`write_down` breaks when an event comes twice, and the quarantine would tell."""
    engine, source = database(open_database), Source(topic)
    async with listening(engine, kafka, source):
        await send(kafka, source.records(range(1, 201)))
        async with listening(engine, kafka, source):
            await send(kafka, source.records(range(201, 401)))
            await all_applied(engine, source, range(1, 401))
        await send(kafka, source.records(range(401, 501)))
        await all_applied(engine, source, range(1, 501))
    with snapshot(engine) as connection:
        assert count_by_code(connection) == {}
        assert watermarks(connection) == {topic.owner: 500}
