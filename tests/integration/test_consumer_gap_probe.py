"""Knowing when events that were gone from the broker have all come back."""

import pytest
from aiokafka import TopicPartition
from sqlalchemy import Engine

from shared.database.engine import snapshot, transaction
from shared.events.topics import Topic
from shared.inbox.gap_probe import GapProbe
from shared.inbox.lots import examine
from shared.inbox.receive import receive
from shared.kafka.settings import KafkaSettings
from tests.kit.listening import send
from tests.kit.records import CIPHER, NOW, Source, trust_in, write_down

pytestmark = pytest.mark.anyio


def seen(engine: Engine, source: Source, sequences: list[int]) -> None:
    """The consumer has received these."""
    records, topics = source.records(sequences, partition=9), {source.topic.name: source.topic}
    with transaction(engine) as connection:
        receive(
            connection,
            examine(records, trust=trust_in(source), topics=topics, now=NOW),
            topic_ids={source.topic.name: "elsewhere"},
            apply=write_down,
            cipher=CIPHER,
            now=NOW,
        )


def is_back(engine: Engine, probe: GapProbe) -> bool:
    with snapshot(engine) as connection:
        return probe.is_back(connection)


async def test_events_are_back_when_all_missing_ones_stand_further_on(
    kafka: KafkaSettings, topic: Topic, engine: Engine
) -> None:
    """4 and 5 are gone, 6 is the first left; half of a republish is not enough."""
    source = Source(topic)
    seen(engine, source, [1, 2, 3])
    probe = GapProbe(kafka, TopicPartition(topic.name, 0), topic, trust_in(source))
    await send(kafka, source.records([6, 7]), partition=0)
    await probe.read()
    assert not is_back(engine, probe)
    await send(kafka, source.records([1, 2, 3, 4]), partition=0)
    await probe.read()
    assert not is_back(engine, probe)
    await send(kafka, source.records([5, 6, 7]), partition=0)
    await probe.read()
    assert is_back(engine, probe)


async def test_events_that_came_by_other_partitions_are_not_missing(
    kafka: KafkaSettings, topic: Topic, engine: Engine
) -> None:
    """Other partitions are read meanwhile, and fill the seen-set."""
    source = Source(topic)
    seen(engine, source, [1, 2, 5])
    probe = GapProbe(kafka, TopicPartition(topic.name, 0), topic, trust_in(source))
    await send(kafka, source.records([6, 3, 4]), partition=0)
    await probe.read()
    assert is_back(engine, probe)


async def test_an_empty_partition_tells_nothing(
    kafka: KafkaSettings, topic: Topic, engine: Engine
) -> None:
    """Nothing is left that would show what came before it."""
    source = Source(topic)
    seen(engine, source, [1])
    probe = GapProbe(kafka, TopicPartition(topic.name, 0), topic, trust_in(source))
    await probe.read()
    assert not is_back(engine, probe)


async def test_a_forged_record_brings_nothing_back(
    kafka: KafkaSettings, topic: Topic, engine: Engine
) -> None:
    """Only proven events count."""
    source, forger = Source(topic), Source(topic, seed=b"f" * 32)
    seen(engine, source, [1])
    probe = GapProbe(kafka, TopicPartition(topic.name, 0), topic, trust_in(source))
    await send(kafka, [*source.records([4]), *forger.records([2, 3])], partition=0)
    await probe.read()
    assert not is_back(engine, probe)
