"""A batch that cannot be read stops its own partition, which says so; all others are read on."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from aiokafka import TopicPartition
from kafka import TopicPartition as AdminPartition
from kafka.admin import AlterConfigOp, ConfigResource, ConfigResourceType
from prometheus_client import REGISTRY
from sqlalchemy import Engine

from shared import clock
from shared.events.topics import Topic
from shared.inbox.gap_probe import GapProbe
from shared.kafka.admin import admin
from shared.kafka.batch_reader import BatchReader, UnreadableBatch
from shared.kafka.clients import open_reader
from shared.kafka.settings import KafkaSettings
from shared.observability.health import Health
from shared.recovery.own_topic import OwnTopic
from tests.kit import spoiled
from tests.kit.listening import (
    all_applied,
    applied_in,
    listening,
    read_all,
    send,
    send_compressed,
    until,
)
from tests.kit.records import Source, trust_in

pytestmark = pytest.mark.anyio
FAULTS: dict[spoiled.Change, str] = {
    spoiled.flipped: "checksum (CorruptRecordException)",
    spoiled.of_unknown_codec: "codec (UnsupportedCodecError: Unknown compression codec 0x07)",
    spoiled.not_gzip: "format (BadGzipFile)",
    spoiled.garbled: "format (CorruptRecordException)",
    spoiled.without_name: "format (UnicodeDecodeError)",
}


def keep_as_sent(kafka: KafkaSettings, topic: Topic) -> None:
    """A real broker would store every batch as the contract says; the embedded one never does."""
    if not kafka.embedded:
        changes = {"compression.type": (AlterConfigOp.SET, "producer")}
        with admin(kafka) as client:
            client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, changes)])


def gauge(name: str, topic: Topic, **labels: str) -> float | None:
    """What /metrics shows."""
    return REGISTRY.get_sample_value(name, {"topic": topic.name, **labels})


@pytest.mark.parametrize("codec", ["gzip", "lz4", "snappy", "zstd"])
async def test_each_codec_of_kafka_is_read(
    kafka: KafkaSettings, topic: Topic, engine: Engine, codec: str
) -> None:
    """Publishers choose; the libraries for all are installed."""
    source = Source(topic)
    keep_as_sent(kafka, topic)
    send_compressed(kafka, source, range(1, 31), codec)
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 31))


async def test_a_codec_that_is_not_installed_stops_one_partition_until_it_is(
    kafka: KafkaSettings, topic: Topic, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its neighbours are read, before and after; the rest follows by itself."""
    source, health = Source(topic), Health()
    keep_as_sent(kafka, topic)
    send_compressed(kafka, source, range(1, 11), "lz4")
    with monkeypatch.context() as missing:
        missing.setattr("aiokafka.codec.cramjam", None)
        async with listening(engine, kafka, source, health=health):
            await send(kafka, source.records(range(11, 21)), partition=1)
            await all_applied(engine, source, range(11, 21))
            await until(lambda: "consumer" in health.ready(clock.now()), "not ready")
            assert health.ready(clock.now())["consumer"] == (
                f"NotMoving: {topic.name}[0] cannot be read from offset 0 on: codec "
                "(UnsupportedCodecError: Libraries for lz4 compression codec not found)"
            )
            await send(kafka, source.records(range(21, 31)), partition=2)
            await all_applied(engine, source, range(11, 31))
            missing.undo()
            await all_applied(engine, source, range(1, 31))
            await until(lambda: health.ready(clock.now()) == {}, "ready")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
async def test_a_batch_that_cannot_be_read_stops_its_partition_alone(
    kafka: KafkaSettings,
    topic: Topic,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: spoiled.Change,
) -> None:
    """What is before it is applied, what is behind it waits; log, metrics and readiness name it."""
    keep_as_sent(kafka, topic)
    source, health = Source(topic), Health()
    broken = spoiled.Spoiler(monkeypatch, source.value(6), fault)
    for start in (1, 6, 11):  # three batches
        await send(kafka, source.records(range(start, start + 5)), partition=0)
    async with listening(engine, kafka, source, health=health, stalled_after=8.0):
        await send(kafka, source.records(range(16, 21)), partition=1)
        await all_applied(engine, source, [*range(1, 6), *range(16, 21)])
        named = f"{topic.name}[0] cannot be read from offset 5 on: {FAULTS[fault]}"
        missing = {"consumer": f"NotMoving: {named}"}
        await until(lambda: health.ready(clock.now()) == missing, "it alone is named")
        reason = FAULTS[fault].split()[0]
        name = "lintas_consumer_unreadable_partitions"
        assert gauge(name, topic, partition="0", reason=reason) == 1
        await until(lambda: gauge("lintas_consumer_lag_events", topic) == 10, "the lag")
        late = "lintas_consumer_stalled_partitions"
        await until(lambda: gauge(late, topic, partition="0") == 1, "stalled")
        await send(kafka, source.records(range(21, 26)), partition=1)
        await all_applied(engine, source, [*range(1, 6), *range(16, 26)])
        assert health.ready(clock.now()) == missing
        assert health.live(clock.now()) == {}, "a new start of the process would not heal it"
        broken.heal()
        await all_applied(engine, source, range(1, 26))
        await until(lambda: health.ready(clock.now()) == {}, "ready")
        await until(lambda: gauge("lintas_consumer_lag_events", topic) == 0, "no lag")
        assert gauge(name, topic, partition="0", reason=reason) is None
        assert gauge(late, topic, partition="0") is None
    assert caplog.text.count("The partition is paused; its neighbours are read on") == 1
    assert "restarting the client" not in caplog.text


async def test_a_batch_that_fails_in_its_middle_stops_there(
    kafka: KafkaSettings, topic: Topic, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first records are signed events like any; the one that cannot be read is not skipped."""
    source, health = Source(topic), Health()
    broken = spoiled.Spoiler(monkeypatch, source.value(6), spoiled.miscounted)
    keep_as_sent(kafka, topic)
    await send(kafka, source.records(range(1, 6)), partition=0)
    await send(kafka, source.records(range(6, 11)), partition=0)
    async with listening(engine, kafka, source, health=health):
        await all_applied(engine, source, range(1, 10))
        status = f"NotMoving: {topic.name}[0] cannot be read from offset 9 on: format"
        await until(
            lambda: health.ready(clock.now()).get("consumer", "").startswith(status), "reported"
        )
        await asyncio.sleep(6)  # it has been looked at again
        assert applied_in(engine, source) == list(range(1, 10))
        broken.heal()
        await all_applied(engine, source, range(1, 11))


async def test_a_batch_larger_than_a_fetch_is_not_passed_over(
    kafka: KafkaSettings, topic: Topic, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client alone goes on one offset further with each try, until it is behind the batch."""
    source, health = Source(topic), Health()
    broken = spoiled.Spoiler(monkeypatch, source.value(6), spoiled.cut_short)
    keep_as_sent(kafka, topic)
    await send(kafka, source.records(range(1, 6)), partition=0)
    await send(kafka, source.records(range(6, 9)), partition=0)
    async with listening(engine, kafka, source, health=health):
        await send(kafka, source.records(range(11, 16)), partition=1)
        await all_applied(engine, source, [*range(1, 6), *range(11, 16)])
        status = f"NotMoving: {topic.name}[0] cannot be read from offset 5 on: size (RecordTooLargeError)"
        await until(lambda: health.ready(clock.now()).get("consumer") == status, "reported")
        broken.heal()
        await all_applied(engine, source, [*range(1, 9), *range(11, 16)])


async def test_offsets_without_an_event_are_no_gap_and_no_lag(
    kafka: KafkaSettings,
    topic: Topic,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Marks of transactions take offsets, between events and at the end of the log."""
    keep_as_sent(kafka, topic)
    source, health = Source(topic), Health()
    spoiled.Spoiler(monkeypatch, source.value(6), spoiled.control)
    for start, end in ((1, 6), (6, 7), (11, 16), (6, 7)):
        await send(kafka, source.records(range(start, end)), partition=0)
    async with listening(engine, kafka, source, health=health, stalled_after=8.0) as consumer:
        await all_applied(engine, source, [*range(1, 6), *range(11, 16)])
        assignment = consumer._assignment
        assert assignment is not None
        at = TopicPartition(topic.name, 0)
        await until(lambda: assignment.next[at] == 12, "passed the last mark")
        await until(lambda: gauge("lintas_consumer_lag_events", topic) == 0, "no lag")
        await asyncio.sleep(9)
        assert health.ready(clock.now()) == {}
        await send(kafka, source.records(range(16, 21)), partition=0)
        await all_applied(engine, source, [*range(1, 6), *range(11, 21)])
    ours = [one for one in caplog.records if one.name.startswith("lintas")]
    assert [one for one in ours if one.levelno >= logging.WARNING] == [], "nothing to warn of"


async def endless(reader: BatchReader, *places: TopicPartition) -> AsyncIterator[None]:
    """Reads until it fails."""
    while True:
        await reader.getmany(*places, timeout_ms=1_000)
    yield


async def test_a_reader_names_the_place_and_takes_nothing_along(
    kafka: KafkaSettings, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands read by it: the error is a sentence, and another call gets what this one lost."""
    source = Source(topic)
    keep_as_sent(kafka, topic)
    broken = spoiled.Spoiler(monkeypatch, source.value(3), spoiled.flipped)
    await send(kafka, source.records([1, 2]), partition=0)
    await send(kafka, source.records([3, 4]), partition=0)
    await send(kafka, source.records([5, 6]), partition=1)
    reader = open_reader(kafka)
    await reader.start()
    try:
        places = [TopicPartition(topic.name, number) for number in (0, 1)]
        reader.assign(places)
        for at in places:
            reader.seek(at, 0)
        with pytest.raises(UnreadableBatch, match=r"\[0\] cannot be read from offset 2 on: check"):
            await anext(endless(reader, *places[:1]))
        broken.heal()
        reader.seek(places[0], 0)
        found: list[tuple[int, int]] = []
        while len(found) < 6:
            for records in (await reader.getmany(timeout_ms=1_000)).values():
                found += [(one.partition, one.offset) for one in records]
        assert sorted(found) == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1)]
    finally:
        await reader.stop()


async def test_the_search_for_lost_events_reads_up_to_a_batch_that_cannot_be_read(
    kafka: KafkaSettings,
    topic: Topic,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It names the batch, keeps what it found, and goes on from there when it is healed."""
    source = Source(topic)
    keep_as_sent(kafka, topic)
    broken = spoiled.Spoiler(monkeypatch, source.value(3), spoiled.flipped)
    for sequences in ([1, 2], [3, 4], [5, 6]):
        await send(kafka, source.records(sequences), partition=0)
    probe = GapProbe(kafka, TopicPartition(topic.name, 0), topic, trust_in(source))
    faults: list[UnreadableBatch] = []
    await probe.read(faults.append)
    assert [fault.offset for fault in faults] == [2]
    assert list(probe.found) == [1, 2]
    broken.heal()
    await probe.read(faults.append)
    assert list(probe.found) == [1, 2, 3, 4, 5, 6]
    assert len(faults) == 1


async def test_many_partitions_that_cannot_be_read_are_each_named(
    kafka: KafkaSettings,
    topic: Topic,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One fault must not hide another one."""
    caplog.set_level(logging.INFO, "lintas.consumer")
    source, health = Source(topic), Health()
    keep_as_sent(kafka, topic)
    broken = spoiled.Spoiler(monkeypatch, b"lintas-proof", spoiled.flipped)
    for number in (0, 1, 2):
        await send(kafka, source.records([number + 1]), partition=number)
    async with listening(engine, kafka, source, health=health):
        await until(
            lambda: health.ready(clock.now()).get("consumer", "").count("checksum") == 3, "named"
        )
        assert applied_in(engine, source) == []
        broken.heal()
        await all_applied(engine, source, [1, 2, 3])
        await until(lambda: health.ready(clock.now()) == {}, "ready")


@pytest.fixture
def real(kafka: KafkaSettings) -> KafkaSettings:
    """A broker that reports its log's end, and cuts a log."""
    if kafka.embedded:
        pytest.skip("the embedded broker cannot do that: not tested without --parts real")
    return kafka


async def test_a_batch_that_is_deleted_and_republished_heals_by_itself(
    real: KafkaSettings, topic: Topic, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator's remedy where nothing else helps."""
    source, health = Source(topic), Health()
    keep_as_sent(real, topic)
    spoiled.Spoiler(monkeypatch, source.value(6), not_again(spoiled.flipped))
    for start in (1, 6, 11):
        await send(real, source.records(range(start, start + 5)), partition=0)
    async with listening(engine, real, source, health=health):
        status = f"NotMoving: {topic.name}[0] cannot be read from offset 5 on: checksum"
        await until(
            lambda: health.ready(clock.now()).get("consumer", "").startswith(status), "reported"
        )
        await all_applied(engine, source, range(1, 6))
        with admin(real) as client:
            client.delete_records({AdminPartition(topic.name, 0): 10})
        gone = f"EventsGone: {topic.name}[0]"
        await until(lambda: health.ready(clock.now()).get("consumer") == gone, "gone")
        await send(real, source.records(range(1, 16)), partition=0)
        await all_applied(engine, source, range(1, 16))
        await until(lambda: health.ready(clock.now()) == {}, "ready")


def not_again(change: spoiled.Change) -> spoiled.Change:
    """Only a batch that begins at offset 5 is changed: the same events sent again are right."""
    return lambda batch: change(batch) if batch[:8] == (5).to_bytes(8) else bytes(batch)


async def test_a_source_reads_its_topic_around_a_batch_that_cannot_be_read(
    real: KafkaSettings,
    topic: Topic,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its relay sends on; `recover`, which must have everything, stops with the place."""
    source = Source(topic)
    keep_as_sent(real, topic)
    spoiled.Spoiler(monkeypatch, source.value(3), spoiled.flipped)
    for sequences in ([1, 2], [3, 4], [5, 6]):
        await send(real, source.records(sequences), partition=0)
    log = OwnTopic(real, topic, trust_in(source))
    assert await log.highest() == 6
    assert f"{topic.name}[0] cannot be read from offset 2 on: checksum" in caplog.text
    with pytest.raises(UnreadableBatch, match=r"\[0\] cannot be read from offset 2 on: checksum"):
        _ = [batch async for batch in log.batches(lambda _: None)]


async def test_a_real_broker_stores_what_comes_as_the_contract_says(
    real: KafkaSettings, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zstd batch is read where no library for it is installed."""
    source = Source(topic)
    send_compressed(real, source, range(1, 4), "zstd")
    monkeypatch.setattr("aiokafka.codec.cramjam", None)
    found = await read_all(real, topic, topic.name, 3)
    assert [one.value for one in found] == [one.value for one in source.records(range(1, 4))]
