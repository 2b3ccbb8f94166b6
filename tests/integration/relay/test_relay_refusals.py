"""A real broker refuses: batches too large, a topic that is not there. What is right arrives."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from kafka.admin import ConfigResource, ConfigResourceType
from sqlalchemy import Engine

from shared.database.engine import snapshot, transaction
from shared.events.topics import COOPERATIVE, TOPIC_OF, Topic
from shared.kafka.admin import admin
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import ensure_topics
from shared.outbox import relay as relay_module
from shared.outbox.archive import everything
from shared.outbox.progress import republish
from shared.outbox.relay import Relay
from tests.kit.listening import all_applied, applied_in, listening, until
from tests.kit.records import Source
from tests.kit.relaying import depth, put, while_relaying

pytestmark = pytest.mark.anyio
SMALL, NORMAL = 700, COOPERATIVE.max_message_bytes


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused key is tried again soon; nothing else is hurried against a real broker."""
    monkeypatch.setattr(relay_module, "BLOCKED_SECONDS", 1.0)
    monkeypatch.setattr(relay_module, "LONGEST_PAUSE", 1.0)


@pytest.fixture
def kafka(kafka: KafkaSettings) -> KafkaSettings:
    """A broker that refuses."""
    if kafka.embedded:
        pytest.skip("the embedded broker refuses nothing: not tested without --parts real")
    return kafka


@pytest.fixture
def topic(kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Topic]:
    """A topic of one partition, so that all share their fate."""
    fresh = replace(COOPERATIVE, name=f"test.{uuid4().hex}.v1", partitions=1)
    monkeypatch.setitem(TOPIC_OF, fresh.name, fresh)  # else nothing could be staged for it
    ensure_topics(kafka, [fresh])
    yield fresh
    with admin(kafka) as client:
        client.delete_topics([fresh.name, fresh.dead_letter])


def limit(kafka: KafkaSettings, topic: Topic, size: int) -> None:
    """Change what the topic takes."""
    change = {"max.message.bytes": str(size)}
    with admin(kafka) as client:
        client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, change)])


async def arrived(engine: Engine, kafka: KafkaSettings, topic: Topic, last: int) -> None:
    """Everything is applied once."""
    source = Source(topic)
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, last + 1))


async def test_a_batch_above_the_topic_s_limit_is_sent_as_single_events(
    kafka: KafkaSettings, topic: Topic, engine: Engine
) -> None:
    """The limit is on the batch: together they are refused, each alone is small enough."""
    limit(kafka, topic, 2_000)

    async def work(relay: Relay) -> None:
        put(engine, topic, range(40))
        await until(lambda: depth(engine) == 0, "sent", 60)

    await while_relaying(engine, kafka, work)
    await arrived(engine, kafka, topic, 40)


async def test_an_event_above_the_topic_s_limit_waits_and_says_so_until_the_limit_is_raised(
    kafka: KafkaSettings, topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """After the refusal the client's producer is dead for the partition; ours goes on."""

    async def work(relay: Relay) -> None:
        put(engine, topic, range(5))
        await until(lambda: depth(engine) == 0, "sent", 60)
        limit(kafka, topic, SMALL)
        put(engine, topic, range(5, 8))
        await until(lambda: "was refused by the broker" in caplog.text, "reported", 60)
        assert depth(engine) == 3
        limit(kafka, topic, NORMAL)
        await until(lambda: depth(engine) == 0, "sent", 60)

    await while_relaying(engine, kafka, work)
    await arrived(engine, kafka, topic, 8)


async def test_a_topic_deleted_under_the_relay_is_waited_for_and_filled_by_republishing(
    kafka: KafkaSettings, topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """No topic is made by accident; what went with the old one comes again with the same numbers."""
    caplog.set_level(logging.INFO, "lintas.relay")

    async def work(relay: Relay) -> None:
        put(engine, topic, range(20))
        await until(lambda: depth(engine) == 0, "sent", 60)
        with admin(kafka) as client:
            client.delete_topics([topic.name])
        put(engine, topic, range(20, 40))
        await until(lambda: "waiting for the broker" in caplog.text, "reported", 60)
        assert depth(engine) == 20
        ensure_topics(kafka, [topic])
        with transaction(engine) as connection:
            republish(connection)
        await until(lambda: depth(engine) == 0, "sent", 60)
        await until(lambda: "the broker is back" in caplog.text, "reported", 60)

    await while_relaying(engine, kafka, work)
    await arrived(engine, kafka, topic, 40)


async def test_no_number_is_given_twice_over_refusals(
    kafka: KafkaSettings, topic: Topic, engine: Engine
) -> None:
    """Numbers stay dense, and what is sent again has the same bytes."""
    limit(kafka, topic, 2_000)

    async def work(relay: Relay) -> None:
        for start in range(0, 30, 10):
            put(engine, topic, range(start, start + 10))
        await until(lambda: depth(engine) == 0, "sent", 60)

    await while_relaying(engine, kafka, work)
    with snapshot(engine) as connection:
        assert [one.sequence for one in everything(connection)] == list(range(1, 31))
    source = Source(topic)
    async with listening(engine, kafka, source):
        await until(lambda: len(applied_in(engine, source)) == 30, "applied")
