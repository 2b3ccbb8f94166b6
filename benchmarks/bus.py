"""What the bus alone can do: the same bytes in and out by confluent-kafka, nothing else."""

import time
from collections.abc import Iterable
from typing import Any

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from shared.events.topics import TOPICS
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import ensure_topics
from shared.wire.verification import StoredRecord


def produce_seconds(settings: KafkaSettings, records: Iterable[StoredRecord]) -> float:
    """Make the contract's topics and send all records, keyed, until the last is acknowledged.

    Raises:
        KafkaException: the broker refused one.
    """
    ensure_topics(settings.bootstrap, TOPICS)
    producer = Producer(_producer(settings))
    failed: list[Any] = []
    began = time.perf_counter()
    for record in records:
        while not _queued(producer, record, failed):
            producer.poll(0.05)
        producer.poll(0)
    producer.flush()
    seconds = time.perf_counter() - began
    if failed:
        raise KafkaException(failed[0])
    return seconds


def _producer(settings: KafkaSettings) -> dict[str, Any]:
    return {
        "bootstrap.servers": settings.bootstrap,
        "acks": "all",
        "enable.idempotence": settings.idempotent,
        "partitioner": "murmur2_random",
        "linger.ms": 5,
        "batch.size": 98_304,  # the limit of a topic is one of the batch
        "queue.buffering.max.messages": 200_000,
    }


def _queued(producer: Producer, record: StoredRecord, failed: list[Any]) -> bool:
    def note_failure(error: Any, _message: Any) -> None:
        if error is not None:
            failed.append(error)

    try:
        producer.produce(
            record.topic,
            record.value,
            record.key,
            headers=list(record.headers),
            on_delivery=note_failure,
        )
    except BufferError:
        return False
    return True


def consume_seconds(
    settings: KafkaSettings, topics: Iterable[tuple[str, int]], count: int
) -> float:
    """Read so many records from all partitions of the topics, looking at none."""
    options = {
        "bootstrap.servers": settings.bootstrap,
        "group.id": "bench",
        "enable.auto.commit": False,
    }
    consumer, read = Consumer(options), 0
    places = [TopicPartition(name, number, 0) for name, of in topics for number in range(of)]
    try:
        consumer.assign(places)
        began = time.perf_counter()
        while read < count:
            read += len(consumer.consume(5_000, timeout=1.0))
        return time.perf_counter() - began
    finally:
        consumer.close()
