"""The relay against the embedded broker: what was staged arrives, also over its death."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from aiokafka import TopicPartition
from sqlalchemy import Engine

from lintas.local import Broker
from shared.clock import now
from shared.database.engine import transaction
from shared.events.reading import parse
from shared.events.topics import COOPERATIVE
from shared.kafka.clients import open_producer, open_reader
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import ensure_topics
from shared.outbox import relay as relay_module
from shared.outbox.progress import republish
from shared.outbox.relay import Relay
from shared.outbox.table import Origin, stage
from tests import parts
from tests.kit.records import Source, lapsed, trust_in
from tests.kit.relaying import depth

ORIGIN = Origin(COOPERATIVE.owner, COOPERATIVE.name, COOPERATIVE.agreement)
Arrived = dict[str, list[tuple[int, bytes]]]


PATIENCE = {name: getattr(relay_module, name) for name in ("SLOW_SECONDS", "PATIENCE_SECONDS")}


@pytest.fixture(autouse=True)
def patience(hurry: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real client is waited for as long as in service: who is given up is sent to twice."""
    for name, seconds in PATIENCE.items():
        monkeypatch.setattr(relay_module, name, seconds)


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A broker with the topic of one service."""
    broker = parts.current().broker()
    broker.start()
    ensure_topics(broker.bootstrap, [COOPERATIVE])
    yield broker
    broker.stop()


def put(engine: Engine, numbers: range) -> None:
    """Stage one event each; ten persons."""
    with transaction(engine) as connection:
        stage(connection, ORIGIN, [lapsed(number % 10) for number in numbers], now=now())


async def all_sent(engine: Engine) -> None:
    """Wait until nothing waits."""
    async with asyncio.timeout(60):
        while depth(engine):  # noqa: ASYNC110  the database notifies nobody
            await asyncio.sleep(0.02)


def while_running(
    engine: Engine, settings: KafkaSettings, work: Callable[[], Awaitable[None]]
) -> None:
    """Do something while a relay runs."""

    async def main() -> None:
        stop = asyncio.Event()
        relay = Relay(engine, Source().signer, lambda: open_producer(settings, [COOPERATIVE]))
        running = asyncio.create_task(relay.run(stop))
        try:
            await work()
        finally:
            stop.set()
            await asyncio.wait_for(running, 10)

    asyncio.run(main())


def arrived(settings: KafkaSettings, count: int) -> Arrived:
    """Read the log until so many events have come; each key's in the order of the log."""
    return asyncio.run(_read(settings, count))


async def _read(settings: KafkaSettings, count: int) -> Arrived:
    reader, trust = open_reader(settings), trust_in(Source())
    found: Arrived = {}
    await reader.start()
    try:
        places = [TopicPartition(COOPERATIVE.name, n) for n in range(COOPERATIVE.partitions)]
        reader.assign(places)
        await reader.seek_to_beginning(*places)
        async with asyncio.timeout(30):
            while len({pair for of_key in found.values() for pair in of_key}) < count:
                record = await reader.getone()
                trust.verify(record.value, dict(record.headers)["lintas-proof"])
                event = parse(record.value)
                assert record.key == event.subject.encode()
                found.setdefault(event.subject, []).append((event.sequence, record.value))
    finally:
        await reader.stop()
    return found


def sequences(log: Arrived) -> list[int]:
    """All numbers, sorted."""
    return sorted(number for of_key in log.values() for number, _ in of_key)


def test_a_backlog_arrives_proven_dense_and_in_the_order_of_each_key(
    engine: Engine, broker: Broker
) -> None:
    """Several batches through the real client."""
    put(engine, range(2_000))
    while_running(engine, broker.settings, lambda: all_sent(engine))
    log = arrived(broker.settings, 2_000)
    assert sorted(set(sequences(log))) == list(range(1, 2_001))
    for of_key in log.values():  # a slow broker may get a batch twice; first times are in order
        assert list(dict.fromkeys(of_key)) == sorted(set(of_key))


def test_a_broker_that_dies_in_the_middle_gets_everything_by_republishing(
    engine: Engine, broker: Broker
) -> None:
    """Killed with events in flight, back and empty: the archive fills it with the same bytes."""

    async def work() -> None:
        put(engine, range(500))
        await all_sent(engine)
        broker.kill()
        put(engine, range(500, 1_000))
        await asyncio.sleep(2.5)  # longer than a batch waits for a broker that forgets
        assert depth(engine) == 500
        await asyncio.to_thread(broker.start)
        await asyncio.to_thread(ensure_topics, broker.bootstrap, [COOPERATIVE])
        with transaction(engine) as connection:
            assert republish(connection) >= 500
        await all_sent(engine)

    while_running(engine, broker.settings, work)
    log = arrived(broker.settings, 1_000)
    once = {number: value for of_key in log.values() for number, value in of_key}
    assert all(parse(value).sequence == number for number, value in once.items())
    assert sorted(once) == list(range(1, 1_001))


def test_a_broker_whose_process_is_killed_loses_nothing_that_it_wrote_to_disk(
    engine: Engine, broker: Broker
) -> None:
    """Kill -9 with events in flight: a real Kafka needs no hand, the embedded broker the archive."""

    async def work() -> None:
        put(engine, range(500))
        await all_sent(engine)
        put(engine, range(500, 1_500))
        await asyncio.to_thread(parts.current().crash, broker)
        if broker.settings.embedded:
            await asyncio.to_thread(broker.start)
            await asyncio.to_thread(ensure_topics, broker.bootstrap, [COOPERATIVE])
            with transaction(engine) as connection:
                republish(connection)
        await all_sent(engine)

    while_running(engine, broker.settings, work)
    log = arrived(broker.settings, 1_500)
    assert sorted(set(sequences(log))) == list(range(1, 1_501))
    if not broker.settings.embedded:
        assert sequences(log) == list(range(1, 1_501)), (
            "an idempotent producer writes nothing twice"
        )


def test_a_relay_that_starts_before_the_broker_waits_for_it(engine: Engine) -> None:
    """Nothing listens on the port when the relay begins."""
    broker = parts.current().broker()
    broker.start()
    settings = broker.settings  # the port stays its own over a restart
    broker.stop()
    put(engine, range(20))

    async def work() -> None:
        await asyncio.sleep(0.5)
        await asyncio.to_thread(broker.start)
        await asyncio.to_thread(ensure_topics, broker.bootstrap, [COOPERATIVE])
        await all_sent(engine)

    try:
        while_running(engine, settings, work)
        assert sequences(arrived(settings, 20)) == list(range(1, 21))
    finally:
        broker.stop()
