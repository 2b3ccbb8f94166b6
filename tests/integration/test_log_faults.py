"""A log that is not what it was: cut off at its beginning or end, deleted, made again.

Only a real Kafka does these things; each ends with every event applied once, or with a hole that is reported.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from kafka import TopicPartition
from sqlalchemy import Engine, update

from shared import clock
from shared.database.engine import snapshot, transaction
from shared.events.topics import COOPERATIVE, Topic
from shared.inbox.offsets import inbox_position
from shared.inbox.seen import gaps, watermarks
from shared.kafka.admin import admin
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import ensure_topics, topic_ids
from shared.observability.health import Health
from tests.kit.listening import all_applied, applied_in, listening, pause, send, until
from tests.kit.records import Source, make_tables

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _real(kafka: KafkaSettings) -> None:
    if kafka.embedded:
        pytest.skip("the embedded broker cannot cut a log: not tested without --parts real")


@pytest.fixture
def engine(open_database: Callable[[], Engine]) -> Engine:
    """A database with the tables."""
    made = open_database()
    make_tables(made)
    return made


def cut(kafka: KafkaSettings, topic: Topic, before: int) -> None:
    """Take away what is before an offset of partition 0, as retention does."""
    with admin(kafka) as client:
        client.delete_records({TopicPartition(topic.name, 0): before})


def delete(kafka: KafkaSettings, topic: Topic) -> None:
    """Delete a topic; gone when this returns."""
    with admin(kafka) as client:
        client.delete_topics([topic.name])
        while topic_ids(kafka, [topic.name]):
            continue


def watermark(engine: Engine, source: Source) -> int:
    """Up to where the source is complete."""
    with snapshot(engine) as connection:
        return watermarks(connection).get(source.topic.owner, 0)


async def test_the_beginning_is_cut_off_under_a_consumer_that_lags(
    kafka: KafkaSettings,
    topic: Topic,
    engine: Engine,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its client would go on at the new beginning in silence; ours pauses until all is back."""
    source, health = Source(topic), Health()
    records = source.records(range(1, 41))
    await send(kafka, records[:10], partition=0)
    async with listening(engine, kafka, source, health=health) as consumer:
        await all_applied(engine, source, range(1, 11))
        _, client = await pause(consumer)
        await send(kafka, records[10:30], partition=0)
        await asyncio.to_thread(cut, kafka, topic, 20)
        client.resume(*client.assignment())
        await send(kafka, records[30:], partition=1)
        reported = {"consumer": f"EventsGone: {topic.name}[0]"}
        await until(lambda: health.ready(clock.now()) == reported, "reported")
        assert "offsets 10 to 19 are gone" in caplog.text
        assert set(range(11, 21)).isdisjoint(applied_in(engine, source))
        await send(kafka, records, partition=0)
        await all_applied(engine, source, range(1, 41))
        assert health.ready(clock.now()) == {}


async def test_everything_is_cut_off_while_the_consumer_is_stopped(
    kafka: KafkaSettings, topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """An empty log above the position says nothing about what was in it: the consumer waits for it."""
    source, health = Source(topic), Health()
    records = source.records(range(1, 31))
    await send(kafka, records[:10], partition=0)
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 11))
    await send(kafka, records[10:], partition=0)
    await asyncio.to_thread(cut, kafka, topic, 30)
    async with listening(engine, kafka, source, health=health):
        reported = {"consumer": f"EventsGone: {topic.name}[0]"}
        await until(lambda: health.ready(clock.now()) == reported, "reported")
        assert "offsets 10 to 29 are gone" in caplog.text
        await send(kafka, records, partition=0)
        await all_applied(engine, source, range(1, 31))


async def test_the_end_is_lost_and_the_log_has_grown_beyond_the_position(
    kafka: KafkaSettings, topic: Topic, engine: Engine
) -> None:
    """No offset shows it; the numbers of the events do: a hole stays until they are republished."""
    source = Source(topic)
    records = source.records(range(1, 31))
    await send(kafka, records[:10], partition=0)
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 11))
    with transaction(engine) as connection:  # as if ten more had been read, and then been lost
        here = update(inbox_position).where(inbox_position.c.partition == 0)
        connection.execute(here.values(next_offset=20))
    await send(kafka, records[10:], partition=0)
    async with listening(engine, kafka, source):
        await all_applied(engine, source, [*range(1, 11), *range(21, 31)])
        assert watermark(engine, source) == 10
        with snapshot(engine) as connection:
            assert gaps(connection, topic.owner) == [(11, 20)]
        await send(kafka, records, partition=0)
        await all_applied(engine, source, range(1, 31))
    assert watermark(engine, source) == 30


async def test_the_end_is_lost_under_a_consumer(
    kafka: KafkaSettings, topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """Its client starts again by itself; what then comes at offsets that it had read before is new."""
    source = Source(topic)
    records = source.records(range(1, 31))
    await send(kafka, records[:10], partition=0)
    async with listening(engine, kafka, source) as consumer:
        await all_applied(engine, source, range(1, 11))
        _, client = await pause(consumer)
        with transaction(engine) as connection:  # as if ten more had been read, and then been lost
            here = update(inbox_position).where(inbox_position.c.partition == 0)
            connection.execute(here.values(next_offset=20))
        mine = client.assignment()
        client.seek(next(at for at in mine if at.partition == 0), 20)
        client.resume(*mine)
        await until(lambda: "it lost its tail" in caplog.text, "reported")
        await send(kafka, records[10:], partition=0)
        await all_applied(engine, source, range(1, 31))


async def test_a_topic_is_made_again_and_outgrows_the_position_while_the_consumer_is_stopped(
    kafka: KafkaSettings, topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """Every offset fits; only the topic's identity shows that these are other records."""
    source = Source(topic)
    records = source.records(range(1, 61))
    await send(kafka, records[:10], partition=0)
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 11))
    await asyncio.to_thread(delete, kafka, topic)
    ensure_topics(kafka, [topic])
    await send(kafka, records[10:], partition=0)
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 61))


async def test_a_topic_is_deleted_under_a_consumer_and_made_again_later(
    kafka: KafkaSettings, topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """Not ready while it is gone; read from its beginning within seconds of its return."""
    caplog.set_level(logging.INFO, "lintas.consumer")
    source, health = Source(topic), Health()
    records = source.records(range(1, 61))
    await send(kafka, records[:30])
    async with listening(engine, kafka, source, health=health):
        await all_applied(engine, source, range(1, 31))
        await asyncio.to_thread(delete, kafka, topic)
        await until(lambda: health.ready(clock.now()) == {"consumer": "NotListening"}, "reported")
        assert f"topic {topic.name} does not exist" in caplog.text
        ensure_topics(kafka, [topic])
        await send(kafka, records[30:])
        await all_applied(engine, source, range(1, 61))
        await until(lambda: health.ready(clock.now()) == {}, "ready")


async def test_a_topic_that_is_missing_at_the_start_is_waited_for(
    kafka: KafkaSettings, engine: Engine
) -> None:
    """The client alone would hang; nothing makes the topic by accident."""
    later = replace(COOPERATIVE, name=f"test.{uuid4().hex}.v1", partitions=1)
    source, health = Source(later), Health()
    async with listening(engine, kafka, source, health=health):
        await until(lambda: health.ready(clock.now()) == {"consumer": "NotListening"}, "reported")
        assert topic_ids(kafka, [later.name]) == {}
        ensure_topics(kafka, [later])
        try:
            await send(kafka, source.records(range(1, 11)))
            await all_applied(engine, source, range(1, 11))
        finally:
            with admin(kafka) as client:
                client.delete_topics([later.name, later.dead_letter])
