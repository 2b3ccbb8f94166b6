"""An older copy of a service's database is restored, and the bus has more than it knows."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from shared.database.engine import snapshot
from shared.events.topics import COOPERATIVE, Topic
from shared.kafka.clients import open_producer
from shared.kafka.settings import KafkaSettings
from shared.outbox import relay as relay_module
from shared.outbox.progress import last_given
from shared.outbox.relay import Relay
from shared.recovery.own_topic import OwnTopic, Unreadable
from shared.service.cli_recover import recovered
from shared.wire.signatures import HEADER
from shared.wire.verification import StoredRecord
from tests.kit.listening import until
from tests.kit.records import Source, copy_outbox, make_tables, person, trust_in
from tests.kit.relaying import depth, put, waits_for, while_relaying

pytestmark = pytest.mark.anyio
TRUST = trust_in(Source())


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real client is waited for as long as in service."""
    monkeypatch.setattr(relay_module, "LONGEST_PAUSE", 1.0)


@pytest.fixture
def kafka(kafka: KafkaSettings) -> KafkaSettings:
    """The session's broker, if it keeps what it has."""
    if kafka.embedded:
        pytest.skip("the embedded broker forgets: it has no more than the database")
    return kafka


@pytest.fixture
def log(kafka: KafkaSettings, topic: Topic) -> OwnTopic:
    """The topic, read back."""
    return OwnTopic(kafka, topic, TRUST)


@pytest.fixture
def restored(open_database: Callable[[], Engine]) -> Engine:
    """Another one, empty yet."""
    made = open_database()
    make_tables(made)
    return made


async def send(engine: Engine, kafka: KafkaSettings, topic: Topic, numbers: range) -> None:
    """Stage these and let a relay send them."""

    async def work(_: Relay) -> None:
        put(engine, topic, numbers)
        await until(lambda: depth(engine) == 0, "sent", 60)

    await while_relaying(engine, kafka, work, OwnTopic(kafka, topic, TRUST).highest)


async def send_raw(kafka: KafkaSettings, topic: Topic, records: list[StoredRecord]) -> None:
    """Send records as they are, to each partition."""
    producer = open_producer(kafka)
    await producer.start()
    try:
        for record, partition in product(records, range(topic.partitions)):
            headers = [(HEADER, dict(record.headers)[HEADER])]
            await producer.send_and_wait(
                topic.name, record.value, record.key, partition, headers=headers
            )
    finally:
        await producer.stop()


async def on_the_bus(log: OwnTopic) -> dict[int, bytes]:
    """Each number's bytes; a number with two contents is an error."""
    found: dict[int, bytes] = {}
    async for batch in log.batches(lambda _left: None):
        for one in batch:
            assert found.setdefault(one.event.sequence, one.body) == one.body
    return found


async def test_an_older_database_sends_nothing_until_it_is_recovered(
    kafka: KafkaSettings, topic: Topic, log: OwnTopic, engine: Engine, restored: Engine,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Facts are taken in meanwhile; then the relay goes on by itself, after the bus's last number."""
    await send(engine, kafka, topic, range(20))
    copy_outbox(engine, restored)
    await send(engine, kafka, topic, range(20, 50))

    async def work(relay: Relay) -> None:
        put(restored, topic, range(50, 55))
        await until(lambda: waits_for(relay, "recover"), "reported", 60)
        assert depth(restored) == 5
        found = await asyncio.to_thread(recovered, restored, log, topic)
        assert (found.adopted.total(), found.corrections, found.highest) == (30, 30, 50)
        await until(lambda: depth(restored) == 0, "sent", 60)
        assert not waits_for(relay, "recover")

    with caplog.at_level(logging.CRITICAL, "lintas.relay"):
        await while_relaying(restored, kafka, work, log.highest)
    (critical,) = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    assert "up to number 50" in critical.getMessage()
    assert "up to 20" in critical.getMessage()
    assert sorted(await on_the_bus(log)) == list(range(1, 50 + 5 + 30 + 1))


async def test_a_dry_run_changes_nothing(
    kafka: KafkaSettings, topic: Topic, log: OwnTopic, engine: Engine, restored: Engine
) -> None:
    """It says what would be done; the next time it is done."""
    await send(engine, kafka, topic, range(5))
    copy_outbox(engine, restored)
    await send(engine, kafka, topic, range(5, 8))
    for dry_run in (True, True, False):
        found = await asyncio.to_thread(recovered, restored, log, topic, dry_run=dry_run)
        assert found.adopted.total() == 3
    assert (await asyncio.to_thread(recovered, restored, log, topic)).adopted.total() == 0


async def test_under_a_working_relay_there_is_nothing_to_recover(
    kafka: KafkaSettings, topic: Topic, log: OwnTopic, engine: Engine
) -> None:
    """It is refused at once, with the reason."""

    async def work(_: Relay) -> None:
        put(engine, topic, range(3))
        await until(lambda: depth(engine) == 0, "sent", 60)
        with pytest.raises(ValueError, match="relay is at work"):
            await asyncio.to_thread(recovered, engine, log, topic)

    await while_relaying(engine, kafka, work, log.highest)


async def test_what_others_wrote_into_the_topic_does_not_stop_the_relay(
    kafka: KafkaSettings, topic: Topic, log: OwnTopic, engine: Engine
) -> None:
    """An unproven event with a high number is no event of ours."""
    await send(engine, kafka, topic, range(3))
    await send_raw(kafka, topic, Source(seed=b"f" * 32).records([9_000]))
    assert await log.highest() == 3
    await send(engine, kafka, topic, range(3, 5))
    assert sorted(await on_the_bus(log)) == [1, 2, 3, 4, 5]


async def test_an_event_newer_than_this_version_is_no_reason_to_give_its_number_again(
    kafka: KafkaSettings, topic: Topic, log: OwnTopic, engine: Engine
) -> None:
    """The relay sees its number; a recovery says which version is needed, and changes nothing."""
    source = Source()
    newer = source.value(9).replace(b"membership.lapsed.v1", b"membership.lapsed.v2")
    await send_raw(kafka, topic, source.signed([(newer, person(9).encode())]))
    assert await log.highest() == 9
    with pytest.raises(Unreadable, match=r"event 9 is ours.*TYPE_UNKNOWN.*version that published"):
        await asyncio.to_thread(recovered, engine, log, topic)
    with snapshot(engine) as connection:
        assert last_given(connection) == 0


async def test_a_topic_that_is_not_there_or_empty_has_no_number(
    kafka: KafkaSettings, topic: Topic, log: OwnTopic
) -> None:
    """A new ministry starts with 1."""
    missing = replace(topic, name=f"test.{uuid4().hex}.v1")
    assert await log.highest() == 0
    assert await OwnTopic(kafka, missing, TRUST).highest() == 0
    assert await on_the_bus(OwnTopic(kafka, missing, TRUST)) == {}


async def test_a_broker_that_forgets_is_not_asked() -> None:
    """It has no more than the database; a recovery from it is refused with the reason."""
    log = OwnTopic(KafkaSettings("127.0.0.1:1", idempotent=False), COOPERATIVE, TRUST)
    assert await log.highest() == 0
    with pytest.raises(ValueError, match="forgets"):
        await on_the_bus(log)
