"""The broker goes away or forgets, a topic is made again: the consumer goes on by itself."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError
from kafka import TopicPartition as AdminPartition
from kafka.admin import KafkaAdminClient
from sqlalchemy import Engine, update

from lintas.local import Broker
from shared import clock
from shared.database.engine import snapshot, transaction
from shared.events.topics import COOPERATIVE, Topic
from shared.inbox.offsets import inbox_position
from shared.inbox.seen import gaps, watermarks
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import ensure_topics
from shared.observability.health import Health
from tests import parts
from tests.kit.listening import all_applied, applied_in, listening, pause, send, until
from tests.kit.records import Source

pytestmark = pytest.mark.anyio
TOPIC = replace(COOPERATIVE, partitions=2)


@pytest.fixture
def own_broker() -> Iterator[Broker]:
    """A broker that the test may kill."""
    broker = parts.current().broker()
    yield broker
    broker.stop()


def watermark(engine: Engine) -> int:
    with snapshot(engine) as connection:
        return watermarks(connection).get(COOPERATIVE.owner, 0)


async def test_a_consumer_waits_for_a_broker_that_starts_later(
    own_broker: Broker, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """One clear line, no crash, and work begins by itself."""
    caplog.set_level(logging.INFO, "lintas.consumer")
    own_broker.start()
    own_broker.stop()
    source = Source(TOPIC)
    async with listening(engine, own_broker.settings, source) as consumer:
        await until(lambda: "waiting: no answer from the broker" in caplog.text, "the line")
        own_broker.start()
        ensure_topics(own_broker.bootstrap, [TOPIC])
        await send(own_broker.settings, source.records(range(1, 11)))
        await all_applied(engine, source, range(1, 11))
        assert consumer.progress.stalled_for(clock.now()) < timedelta(seconds=20)
    assert caplog.text.count("waiting: no answer from the broker") == 1


async def test_a_killed_broker_that_lost_its_log_is_healed_by_republishing(
    own_broker: Broker, engine: Engine
) -> None:
    """All is sent again to a new, empty topic: what was seen is passed over, the rest applied."""
    own_broker.start()
    ensure_topics(own_broker.bootstrap, [TOPIC])
    source = Source(TOPIC)
    records = source.records(range(1, 101))
    await send(own_broker.settings, records[:60])
    async with listening(engine, own_broker.settings, source):
        await all_applied(engine, source, range(1, 61))
        own_broker.kill()
        await asyncio.sleep(1)
        own_broker.start()
        ensure_topics(own_broker.bootstrap, [TOPIC])
        await send(own_broker.settings, records)
        await all_applied(engine, source, range(1, 101))
    assert watermark(engine) == 100


async def test_events_lost_with_the_broker_hold_the_watermark_until_republished(
    own_broker: Broker, engine: Engine
) -> None:
    """Killed before the consumer read them: the hole is visible, then closed."""
    own_broker.start()
    ensure_topics(own_broker.bootstrap, [TOPIC])
    source = Source(TOPIC)
    records = source.records(range(1, 31))
    await send(own_broker.settings, records[:10])
    async with listening(engine, own_broker.settings, source):
        await all_applied(engine, source, range(1, 11))
    await send(own_broker.settings, records[10:20])
    own_broker.kill()
    own_broker.start()
    ensure_topics(own_broker.bootstrap, [TOPIC])
    await send(own_broker.settings, records[20:])
    async with listening(engine, own_broker.settings, source):
        await all_applied(engine, source, [*range(1, 11), *range(21, 31)])
        assert watermark(engine) == 10
        with snapshot(engine) as connection:
            assert gaps(connection, COOPERATIVE.owner) == [(11, 20)]
        await send(own_broker.settings, records)
        await all_applied(engine, source, range(1, 31))
    assert watermark(engine) == 30


async def test_a_forgotten_topic_comes_back_by_itself_with_another_number_of_partitions(
    own_broker: Broker, engine: Engine
) -> None:
    """The embedded broker makes one of four partitions for whoever asks, a real one none: either is read."""
    own_broker.start()
    ensure_topics(own_broker.bootstrap, [TOPIC])
    source = Source(TOPIC)
    await send(own_broker.settings, source.records(range(1, 21)))
    async with listening(engine, own_broker.settings, source):
        await all_applied(engine, source, range(1, 21))
        own_broker.kill()
        own_broker.start()
        if not own_broker.settings.embedded:
            with pytest.raises(UnknownTopicOrPartitionError):
                await send(own_broker.settings, source.records([1]))
            ensure_topics(own_broker.bootstrap, [replace(TOPIC, partitions=4)])
        await send(own_broker.settings, source.records(range(1, 41)))
        await all_applied(engine, source, range(1, 41))


async def test_a_topic_made_again_under_a_running_consumer_is_read_from_its_beginning(
    kafka: KafkaSettings, topic: Topic, engine: Engine
) -> None:
    """Its offsets start at 0 again; a position by name alone would skip the first sixty."""
    source = Source(topic)
    records = source.records(range(1, 121))
    await send(kafka, records[:60])
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 61))
        admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
        admin.delete_topics([topic.name])
        await until(lambda: topic.name not in admin.list_topics(), "deleted")
        admin.close()
        ensure_topics(kafka.bootstrap, [topic])
        await send(kafka, records[60:])
        await all_applied(engine, source, range(1, 121))
    with snapshot(engine) as connection:
        assert watermarks(connection) == {topic.owner: 120}


async def test_a_position_of_another_identity_counts_for_nothing(
    kafka: KafkaSettings, topic: Topic, engine: Engine
) -> None:
    """The database was moved to another cluster: same name, other log."""
    source = Source(topic)
    await send(kafka, source.records(range(1, 31)))
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 31))
    with transaction(engine) as connection:
        connection.execute(update(inbox_position).values(topic_id="elsewhere", next_offset=10_000))
    await send(kafka, source.records(range(31, 41)))
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 41))


async def test_a_stalled_consumer_restarts_its_client(
    kafka: KafkaSettings, topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """Records wait and nothing moves, as after some errors of the client: the watchdog acts."""
    source = Source(topic)
    await send(kafka, source.records(range(1, 11)))
    async with listening(engine, kafka, source, stalled_after=2.0) as consumer:
        await all_applied(engine, source, range(1, 11))
        assignment, _ = await pause(consumer)
        await send(kafka, source.records(range(11, 21)))
        for at in assignment.next:  # a paused partition is not fetched, so its end stays unknown
            assignment.next[at] -= 1
        await all_applied(engine, source, range(1, 21))
    assert "restarting the client" in caplog.text


async def test_health_names_nothing_while_all_is_well(
    kafka: KafkaSettings, topic: Topic, engine: Engine
) -> None:
    """An idle consumer is alive and ready."""
    health, source = Health(), Source(topic)
    async with listening(engine, kafka, source, health=health):
        await send(kafka, source.records([1]))
        await all_applied(engine, source, [1])
        assert health.live(clock.now()) == {}
        assert health.ready(clock.now()) == {}
    assert applied_in(engine, source) == [1]


async def test_events_gone_from_the_broker_pause_one_partition_until_republished(
    kafka: KafkaSettings,
    topic: Topic,
    engine: Engine,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Retention took unread events: that partition says so and waits, the others read on."""
    caplog.set_level(logging.INFO, "lintas.consumer")
    source, health = Source(topic), Health()
    await send(kafka, source.records(range(1, 11)), partition=0)
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 11))
    await send(kafka, source.records(range(11, 31)), partition=0)
    trim(kafka, topic, 20, monkeypatch)
    await send(kafka, source.records(range(31, 41)), partition=1)
    async with listening(engine, kafka, source, health=health):
        await all_applied(engine, source, [*range(1, 11), *range(31, 41)])
        assert "offsets 10 to 19 are gone" in caplog.text
        assert health.ready(clock.now()) == {"consumer": f"EventsGone: {topic.name}[0]"}
        await asyncio.sleep(7)
        assert len(applied_in(engine, source)) == 20
        await send(kafka, source.records(range(1, 41)), partition=0)
        await all_applied(engine, source, range(1, 41))
        assert health.ready(clock.now()) == {}
    assert "the lost events are back" in caplog.text


def trim(kafka: KafkaSettings, topic: Topic, first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what is before `first` in partition 0; the embedded broker only says so."""
    at = TopicPartition(topic.name, 0)
    if not kafka.embedded:
        admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
        admin.delete_records({AdminPartition(topic.name, 0): first})
        admin.close()
        return
    true_answer = AIOKafkaConsumer.beginning_offsets

    async def answer(
        self: AIOKafkaConsumer, partitions: list[TopicPartition]
    ) -> dict[TopicPartition, int]:
        found: dict[TopicPartition, int] = await true_answer(self, partitions)
        return {key: first if key == at else offset for key, offset in found.items()}

    async def seek(self: AIOKafkaConsumer, *partitions: TopicPartition) -> bool:
        self.seek(at, first)
        return True

    monkeypatch.setattr(AIOKafkaConsumer, "beginning_offsets", answer)
    monkeypatch.setattr(AIOKafkaConsumer, "seek_to_beginning", seek)


async def test_a_position_beyond_the_log_s_end_reads_all_of_it_again(
    kafka: KafkaSettings, topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """The broker lost its tail. Only a real Kafka reports its log's end exactly."""
    if kafka.embedded:
        pytest.skip(
            "the embedded broker's end offsets are too low: not tested without LINTAS_TEST_KAFKA"
        )
    source = Source(topic)
    await send(kafka, source.records(range(1, 11)), partition=0)
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 11))
    with transaction(engine) as connection:
        connection.execute(
            update(inbox_position).where(inbox_position.c.partition == 0).values(next_offset=500)
        )
    await send(kafka, source.records(range(11, 21)), partition=0)
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 21))
    assert "the log ends before our position" in caplog.text


async def test_offsets_that_a_transaction_takes_are_no_loss(
    kafka: KafkaSettings, topic: Topic, engine: Engine
) -> None:
    """A commit marker takes an offset that no reader gets."""
    if kafka.embedded:
        pytest.skip("the embedded broker has no transactions: not tested without LINTAS_TEST_KAFKA")
    source = Source(topic)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, transactional_id=topic.name)
    await producer.start()
    for start in (1, 11, 21):
        async with producer.transaction():
            for one in source.records(range(start, start + 10)):
                await producer.send(one.topic, one.value, one.key, 0, headers=list(one.headers))
    await producer.stop()
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 31))
