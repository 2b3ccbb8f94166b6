"""Transactions of a foreign client on the bus: what was taken back is not applied, marks are no gap.

Only a real Kafka has transactions.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from sqlalchemy import Engine

from shared import clock
from shared.events.topics import Topic
from shared.kafka.settings import KafkaSettings
from shared.observability.health import Health
from shared.recovery.own_topic import OwnTopic
from shared.wire.verification import StoredRecord
from tests.kit.listening import all_applied, applied_in, listening, send, until
from tests.kit.records import Source, trust_in

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _real(kafka: KafkaSettings) -> None:
    if kafka.embedded:
        pytest.skip("the embedded broker has no transactions: not tested without --parts real")


@asynccontextmanager
async def producing(kafka: KafkaSettings, topic: Topic) -> AsyncIterator[AIOKafkaProducer]:
    """A client of its own, with transactions."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, transactional_id=topic.name)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def put(
    producer: AIOKafkaProducer, records: Iterable[StoredRecord], partition: int = 0
) -> None:
    """Send, and wait until the broker has it."""
    for one in records:
        await producer.send_and_wait(
            one.topic, one.value, one.key, partition, headers=list(one.headers)
        )


async def test_what_was_taken_back_is_not_applied_and_marks_are_no_gap(
    kafka: KafkaSettings, topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """Committed, taken back, committed: read once, nothing to warn of, and no lag at the end."""
    caplog.set_level(logging.WARNING, "lintas.consumer")
    source, health = Source(topic), Health()
    async with producing(kafka, topic) as producer:
        for start in (1, 11, 21, 31):
            await producer.begin_transaction()
            await put(producer, source.records(range(start, start + 10)))
            await (producer.abort_transaction() if start == 11 else producer.commit_transaction())
    kept = [*range(1, 11), *range(21, 41)]
    async with listening(engine, kafka, source, health=health, stalled_after=8.0) as consumer:
        await all_applied(engine, source, kept)
        assignment = consumer._assignment
        assert assignment is not None
        at = TopicPartition(topic.name, 0)
        await until(lambda: assignment.next[at] == 44, "passed the last mark")
        await asyncio.sleep(9)
        assert health.ready(clock.now()) == {}
        await send(kafka, source.records(range(41, 46)), partition=0)
        await all_applied(engine, source, [*kept, *range(41, 46)])
    async with listening(engine, kafka, source):
        await send(kafka, source.records(range(46, 51)), partition=0)
        await all_applied(engine, source, [*kept, *range(41, 51)])
    ours = [one for one in caplog.records if one.name.startswith("lintas")]
    assert [one for one in ours if one.levelno >= logging.WARNING] == []


async def test_an_open_transaction_holds_one_partition_and_is_named(
    kafka: KafkaSettings, topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """What comes after its first record waits for its end; a new start of the client is no help."""
    source, health = Source(topic), Health()
    async with listening(engine, kafka, source, health=health, stalled_after=3.0):
        async with producing(kafka, topic) as producer:
            await producer.begin_transaction()
            await put(producer, source.records([1]))
            await send(kafka, source.records(range(2, 6)), partition=0)
            await send(kafka, source.records(range(6, 11)), partition=1)
            await all_applied(engine, source, range(6, 11))
            await until(lambda: "consumer" in health.ready(clock.now()), "not ready")
            reason = health.ready(clock.now())["consumer"]
            assert reason.startswith(f"NotMoving: {topic.name}[0] has stood at offset 0 for ")
            assert reason.endswith("s with 5 records to come, held by an open transaction")
            assert health.live(clock.now()) == {}
            assert applied_in(engine, source) == list(range(6, 11))
            await producer.abort_transaction()
        await all_applied(engine, source, range(2, 11))
        await until(lambda: health.ready(clock.now()) == {}, "ready")
    assert "restarting the client" not in caplog.text


async def test_a_source_reads_all_that_it_signed_back_from_its_topic(
    kafka: KafkaSettings, topic: Topic
) -> None:
    """Marks at the end are no silence of the broker; an open transaction hides nothing."""
    source = Source(topic)
    log = OwnTopic(kafka, topic, trust_in(source))
    async with producing(kafka, topic) as producer:
        await producer.begin_transaction()
        await put(producer, source.records([1, 2]))
        await producer.commit_transaction()
        numbers = [one.event.sequence async for some in log.batches(lambda _: None) for one in some]
        assert sorted(numbers) == [1, 2]
        await producer.begin_transaction()
        await put(producer, source.records([3]))
        await send(kafka, source.records([4]), partition=0)
        assert await log.highest() == 4
        await producer.abort_transaction()
    numbers = [one.event.sequence async for some in log.batches(lambda _: None) for one in some]
    assert sorted(numbers) == [1, 2, 3, 4]
