"""Running a relay in a test: put events into the outbox, and do something while it sends them."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import Engine

from shared.clock import now
from shared.database.engine import snapshot, transaction
from shared.events.topics import Topic
from shared.kafka.clients import open_producer
from shared.kafka.settings import KafkaSettings
from shared.outbox.progress import waiting
from shared.outbox.relay import Relay, Waiting
from shared.outbox.table import Origin, stage
from tests.kit.records import Source, lapsed

STOP_SECONDS = 20


def put(engine: Engine, topic: Topic, numbers: range) -> None:
    """Stage one event each."""
    origin = Origin(topic.owner, topic.name, topic.agreement)
    with transaction(engine) as connection:
        stage(connection, origin, [lapsed(number) for number in numbers], now=now())


def depth(engine: Engine) -> int:
    """How many events wait."""
    with snapshot(engine) as connection:
        return waiting(connection).depth


def waits_for(relay: Relay, what: str) -> bool:
    """Readiness names it."""
    try:
        relay.check()
    except Waiting as error:
        return what in str(error)
    return False


async def while_relaying(
    engine: Engine,
    settings: KafkaSettings,
    work: Callable[[Relay], Awaitable[None]],
    published: Callable[[], Awaitable[int]] | None = None,
) -> None:
    """Do something while a relay runs."""
    signer = Source().signer
    relay = Relay(engine, signer, lambda: open_producer(settings), published=published)
    stop = asyncio.Event()
    running = asyncio.create_task(relay.run(stop))
    try:
        await work(relay)
    finally:
        stop.set()
        await asyncio.wait_for(running, STOP_SECONDS)
