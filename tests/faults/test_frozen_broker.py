"""A broker that takes connections and answers nothing, for longer than any client waits."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Engine

from shared import clock
from shared.events.topics import COOPERATIVE
from shared.kafka.clients import open_producer
from shared.kafka.topics import ensure_topics
from shared.observability.health import Health
from shared.observability.watched import Watched
from shared.outbox import relay as relay_module
from shared.outbox.relay import Relay
from shared.recovery.own_topic import OwnTopic
from tests import parts
from tests.kit.listening import all_applied, listening, until
from tests.kit.records import Source, make_tables, trust_in
from tests.kit.relaying import depth, put
from tests.parts.kafka import Kafka
from tests.parts.killable import frozen, killable_kafka

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]
FROZEN_SECONDS = 20.0
"""The clients' requests time out after 15 s, a session after 10 s."""


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests run on asyncio."""
    return "asyncio"


@pytest.fixture
def broker() -> Iterator[Kafka]:
    """A broker of the test's own, with the topic."""
    if parts.current().kafka().embedded:
        pytest.skip("the embedded broker is not a container: not tested without --parts real")
    with killable_kafka() as server:
        ensure_topics(server.bootstrap, [COOPERATIVE])
        yield server


@asynccontextmanager
async def relaying(engine: Engine, broker: Kafka, health: Health) -> AsyncIterator[None]:
    """A relay that health watches."""
    relay = Relay(engine, Source(COOPERATIVE).signer, lambda: open_producer(broker.settings))
    stop = asyncio.Event()
    running = asyncio.create_task(Watched("relay", relay, health).run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(running, 30)


async def test_a_broker_that_freezes_is_waited_for_by_both_sides(
    broker: Kafka, open_database: Callable[[], Engine]
) -> None:
    """Relay and consumer say that they wait, stay alive, and lose nothing when it goes on."""
    engine, source, health = open_database(), Source(COOPERATIVE), Health()
    make_tables(engine)
    consumer = listening(engine, broker.settings, source, health=health)
    async with relaying(engine, broker, health), consumer:
        put(engine, COOPERATIVE, range(100))
        await all_applied(engine, source, range(1, 101))
        async with frozen(broker.bootstrap):
            put(engine, COOPERATIVE, range(100, 200))
            reported = {"consumer": "NotListening", "relay": "Waiting: broker"}
            await until(lambda: health.ready(clock.now()) == reported, "reported", 60)
            await asyncio.sleep(FROZEN_SECONDS)
            assert health.live(clock.now()) == {}
            assert depth(engine) == 100
        await until(lambda: depth(engine) == 0, "sent", 90)
        await all_applied(engine, source, range(1, 201))
        await until(lambda: health.ready(clock.now()) == {}, "ready", 60)


async def test_what_was_given_up_may_have_arrived_and_counts_once(
    broker: Kafka, open_database: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A timeout does not say that nothing was sent: the log has those events twice, the figures once."""
    monkeypatch.setattr(relay_module, "SLOW_SECONDS", 1.0)
    monkeypatch.setattr(relay_module, "PATIENCE_SECONDS", 3.0)
    engine, source, health = open_database(), Source(COOPERATIVE), Health()
    make_tables(engine)
    async with relaying(engine, broker, health):
        put(engine, COOPERATIVE, range(10))
        await until(lambda: depth(engine) == 0, "sent", 60)
        async with frozen(broker.bootstrap):
            put(engine, COOPERATIVE, range(10, 40))
            await asyncio.sleep(10)  # given up once at least
        await until(lambda: depth(engine) == 0, "sent", 60)
    log = OwnTopic(broker.settings, COOPERATIVE, trust_in(source))
    numbers = [one.event.sequence async for some in log.batches(lambda _: None) for one in some]
    assert set(numbers) == set(range(1, 41))
    assert len(numbers) > 40, "nothing was given up and sent again: the test shows nothing"
    async with listening(engine, broker.settings, source, health=health):
        await all_applied(engine, source, range(1, 41))
