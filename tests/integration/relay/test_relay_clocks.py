"""Two relays on one database whose clocks differ: neither waits out that difference."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine

from shared.database.engine import database_now, transaction
from shared.database.lease import acquire
from shared.outbox.relay import LEASE, LEASE_TIME
from tests.integration.relay.conftest import drain, put, relay_of, until, while_running
from tests.kit.relaying import depth
from tests.kit.scripted_producer import Broker, Sent

DIFFERENCES = [timedelta(days=365), timedelta(minutes=2), timedelta(days=-365)]


def clock(difference: timedelta) -> Callable[[Connection], datetime]:
    """As a process sees the time whose machine is so far ahead."""
    return lambda connection: database_now(connection) + difference


def contents(log: list[Sent]) -> dict[int, set[bytes]]:
    """Everything that was sent under each number."""
    found: dict[int, set[bytes]] = {}
    for one in log:
        found.setdefault(one.sequence, set()).add(one.value)
    return found


@pytest.mark.parametrize("difference", DIFFERENCES, ids=str)
def test_two_relays_with_two_clocks_send_every_event_under_one_number(
    any_engine: Engine, difference: timedelta
) -> None:
    """They overtake each other; the fence keeps numbers dense and what is sent again has the same bytes."""
    broker = Broker()
    other = relay_of(any_engine, broker, owner="other", lease_clock=clock(difference))

    async def work() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(other.run(stop))
        for first in range(0, 60, 20):
            put(any_engine, range(first, first + 20))
            await until(lambda: depth(any_engine) == 0)
        stop.set()
        await running
        put(any_engine, range(60, 80))
        await until(lambda: depth(any_engine) == 0)

    while_running(relay_of(any_engine, broker, owner="right"), work)
    sent = contents(broker.log)
    assert sorted(sent) == list(range(1, 81))
    assert {len(values) for values in sent.values()} == {1}


@pytest.mark.parametrize("difference", DIFFERENCES, ids=str)
def test_a_relay_takes_over_from_one_that_died_with_another_clock(
    any_engine: Engine, difference: timedelta
) -> None:
    """The lease that the dead one left is over at once, or when it lasts as long as any may."""
    broker = Broker()
    with transaction(any_engine) as connection:
        assert acquire(connection, LEASE, "died", clock(difference)(connection), LEASE_TIME)
    put(any_engine, range(20))
    drain(any_engine, broker, owner="right")
    assert sorted(broker.sequences) == list(range(1, 21))
