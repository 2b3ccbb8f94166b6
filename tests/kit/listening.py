"""Running a consumer in a test: start, wait for what should happen, stop."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from confluent_kafka import Producer
from sqlalchemy import Engine

from shared.database.engine import snapshot
from shared.events.topics import Topic
from shared.inbox.assignment import Assignment
from shared.inbox.consumer import Consumer, Subscription
from shared.inbox.receive import Apply
from shared.kafka.clients import open_producer, open_reader
from shared.kafka.settings import KafkaSettings
from shared.observability.health import Health
from shared.observability.watched import Watched
from shared.wire.verification import StoredRecord
from tests.kit.records import CIPHER, Source, applied_sequences, trust_in, write_down

PATIENCE = 90.0
"""Longer than the watchdog (30 s) and a session after it: what heals by itself is waited for."""


@asynccontextmanager
async def listening(
    engine: Engine,
    settings: KafkaSettings,
    source: Source,
    *,
    group: str = "",
    apply: Apply = write_down,
    health: Health | None = None,
    stalled_after: float = 30.0,
    most: int = 2_000,
) -> AsyncIterator[Consumer]:
    """A consumer of the source's topic that runs inside the block."""
    name = group or f"g-{source.topic.name}"
    subscription = Subscription(name, (source.topic,), apply, most=most)
    consumer = Consumer(
        engine,
        settings,
        subscription,
        trust=trust_in(source),
        cipher=CIPHER,
        stalled_after=stalled_after,
        look_every=0.2,
    )
    stop = asyncio.Event()
    worker = consumer if health is None else Watched("consumer", consumer, health)
    task = asyncio.create_task(worker.run(stop))
    try:
        yield consumer
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE)


async def pause(consumer: Consumer) -> tuple[Assignment, AIOKafkaConsumer]:
    """Let it lag: nothing is read from now on, not even by a fetch that is under way."""
    assignment = consumer._assignment
    assert assignment is not None
    client = assignment.consumer
    assert client is not None
    client.pause(*client.assignment())
    await until(lambda: not client._fetcher._in_flight, "fetched")
    return assignment, client


async def send(
    settings: KafkaSettings, records: Iterable[StoredRecord], *, partition: int | None = None
) -> None:
    """Send these records, in order, as the relay does."""
    producer: AIOKafkaProducer = open_producer(settings)
    await producer.start()
    try:
        waiting = [
            await producer.send(
                one.topic,
                key=one.key,
                value=one.value,
                headers=list(one.headers),
                partition=partition,
            )
            for one in records
        ]
        await asyncio.gather(*waiting)
    finally:
        await producer.stop()


def send_compressed(
    kafka: KafkaSettings, source: Source, sequences: range, codec: str, partition: int = 0
) -> None:
    """As another publisher's client does."""
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "compression.type": codec})
    for one in source.records(sequences):
        producer.produce(
            one.topic, one.value, one.key, partition=partition, headers=list(one.headers)
        )
    assert producer.flush(30) == 0


async def until(
    happened: Callable[[], bool], what: str = "it", patience: float = PATIENCE
) -> float:
    """Wait for something, without blocking the loop; returns how long it took."""
    began = time.monotonic()
    while not await asyncio.to_thread(happened):
        assert time.monotonic() - began < patience, f"{what} did not happen within {patience} s"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


def applied_in(engine: Engine, source: Source) -> list[int]:
    """What the consumer has applied so far."""
    with snapshot(engine) as connection:
        return applied_sequences(connection, source.topic.owner)


async def all_applied(engine: Engine, source: Source, sequences: Sequence[int]) -> None:
    """Wait until exactly these were applied."""
    expected = sorted(sequences)
    await until(lambda: applied_in(engine, source) == expected, f"{len(expected)} applied")


async def read_all(
    settings: KafkaSettings, topic: Topic, name: str, count: int
) -> list[StoredRecord]:
    """The first `count` records of partition 0 of a topic."""
    reader = open_reader(settings)
    await reader.start()
    found: list[StoredRecord] = []
    try:
        at = TopicPartition(name, 0)
        reader.assign([at])
        await reader.seek_to_beginning(at)
        deadline = time.monotonic() + PATIENCE
        while len(found) < count and time.monotonic() < deadline:
            for batch in (await reader.getmany(timeout_ms=300)).values():
                found += [
                    StoredRecord(
                        one.topic, one.partition, one.offset, one.key, one.value, tuple(one.headers)
                    )
                    for one in batch
                ]
    finally:
        await reader.stop()
    return found
