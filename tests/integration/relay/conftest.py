"""What tests of the relay share: databases, short pauses, running it until something happens."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine

from shared.database.engine import SHARED_METADATA, open_engine, snapshot, transaction
from shared.events.topics import COOPERATIVE
from shared.outbox import relay as relay_module
from shared.outbox.archive import last_archived
from shared.outbox.relay import Relay
from shared.outbox.table import Origin, stage
from tests.kit.records import Source, lapsed
from tests.kit.relaying import depth
from tests.kit.scripted_producer import Broker, Sent

NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
ORIGIN = Origin(COOPERATIVE.owner, COOPERATIVE.name, COOPERATIVE.agreement)
Answer = Callable[[Sequence[Sent]], Exception | None]


@pytest.fixture
def any_engine(any_database: str) -> Iterator[Engine]:
    """An empty outbox on each database."""
    engine = open_engine(any_database)
    SHARED_METADATA.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of a test are short; what happens in them is the same."""
    for name, seconds in (
        ("FIRST_PAUSE", 0.01),
        ("LONGEST_PAUSE", 0.05),
        ("POLL_SECONDS", 0.01),
        ("STANDBY_SECONDS", 0.02),
        ("KEEP_SECONDS", 0.02),
        ("BLOCKED_POLL_SECONDS", 0.02),
        ("SLOW_SECONDS", 0.2),
        ("PATIENCE_SECONDS", 0.4),
        ("DRAIN_SECONDS", 0.2),
    ):
        monkeypatch.setattr(relay_module, name, seconds)


def put(engine: Engine, numbers: Sequence[int]) -> None:
    """Stage facts about these persons, one event each."""
    with transaction(engine) as connection:
        stage(connection, ORIGIN, [lapsed(number) for number in numbers], now=NOW)


def relay_of(engine: Engine, broker: Broker, **options: Any) -> Relay:
    """A relay with small batches."""
    return Relay(engine, Source().signer, broker.producer, **({"batch": 16} | options))


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for something that must come."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "it did not come"
        await asyncio.sleep(0.01)


def while_running(relay: Relay, work: Callable[[], Awaitable[None]]) -> None:
    """Do something while the relay runs, then stop it."""

    async def main() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(relay.run(stop))
        try:
            await work()
        finally:
            stop.set()
            await asyncio.wait_for(running, 5)

    asyncio.run(main())


def drain(engine: Engine, broker: Broker, **options: Any) -> None:
    """Run a relay until nothing waits."""

    async def work() -> None:
        await until(lambda: depth(engine) == 0)

    while_running(relay_of(engine, broker, **options), work)


def refusing(condition: Callable[[Sent], bool], error: type[Exception]) -> Answer:
    """A broker that refuses batches in which any record fits."""
    return lambda records: error() if any(map(condition, records)) else None


def once(error: Exception) -> Answer:
    """A broker that fails the first batch alone."""
    errors = [error]
    return lambda _: errors.pop() if errors else None


def some_numbered(engine: Engine) -> bool:
    """Whether any event has its sequence."""
    with snapshot(engine) as connection:
        return last_archived(connection) > 0


def gauge(name: str) -> float:
    """A metric's value."""
    return REGISTRY.get_sample_value(name) or 0.0
