"""A lease that is short while work is long: renewed in between, taken over from the dead."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, select, text

from shared.database.engine import SHARED_METADATA, database_now, open_engine, snapshot, transaction
from shared.database.lease import LeaseLost, relay_lease
from shared.outbox.leased_database import LeasedDatabase

SHORT = timedelta(seconds=0.6)
PAUSE = 0.05
DIES = """
import asyncio, os, signal
from datetime import timedelta
from shared.database.engine import database_now, open_engine
from shared.outbox.leased_database import LeasedDatabase

async def work():
    database = LeasedDatabase(open_engine({url!r}), "job", "killed", database_now, timedelta(seconds={ttl}))
    await database.enter()
    async with database.renewing():
        await asyncio.sleep({ttl})
        print("works", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(work())
"""


@pytest.fixture
def engine(any_database: str) -> Iterator[Engine]:
    """An empty database of each kind."""
    engine = open_engine(any_database)
    SHARED_METADATA.create_all(engine)
    yield engine
    engine.dispose()


class Clock:
    """The database's clock, put forward by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 7, 1, tzinfo=UTC)

    def __call__(self, _connection: Connection) -> datetime:
        """What it says."""
        return self.moment


def worker(
    engine: Engine, name: str, now: Callable[[Connection], datetime] = database_now
) -> LeasedDatabase:
    """One of those who want the lease."""
    return LeasedDatabase(engine, "job", name, now, SHORT)


def write(connection: Connection) -> None:
    """Any step."""
    connection.execute(text("SELECT 1"))


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something, as long as it takes."""
    while not condition():  # noqa: ASYNC110 - it is in the database or a log, which set no event
        await asyncio.sleep(PAUSE)


async def entered(waiting: LeasedDatabase) -> None:
    """Wait until a worker has the lease; without an end if it never gets it."""
    while await waiting.other() or await waiting.enter():  # noqa: ASYNC110 - as above
        await asyncio.sleep(PAUSE)


def test_work_that_is_longer_than_the_lease_keeps_it(engine: Engine) -> None:
    """Five times its length; the other may enter when the first has left."""
    clock = Clock()

    def renewed() -> bool:
        with snapshot(engine) as connection:
            return connection.scalar(select(relay_lease.c.expires_at)) == clock.moment + SHORT

    async def both() -> None:
        first, second = worker(engine, "first", clock), worker(engine, "second", clock)
        assert await first.enter() is None
        async with first.renewing():
            for _ in range(5):
                clock.moment += SHORT * 0.9
                await until(renewed)
                assert await second.other() == "first"
        await first.write(write)
        await first.leave()
        assert await second.other() is None
        assert await second.enter() is None

    asyncio.run(both())


def test_who_lost_the_lease_writes_nothing_more(engine: Engine) -> None:
    """Renewing does not take it back, and leaves the answer to the next write."""

    async def both() -> None:
        first, second = worker(engine, "first"), worker(engine, "second")
        assert await first.enter() is None
        await entered(second)
        async with first.renewing():
            await asyncio.sleep(SHORT.total_seconds())
        with pytest.raises(LeaseLost):
            await first.write(write)
        with pytest.raises(LeaseLost):
            await first.renew()
        await second.write(write)

    asyncio.run(both())


def test_a_worker_that_was_killed_is_followed_by_the_next(engine: Engine) -> None:
    """`kill -9` in the middle of long work: nobody gives the lease back, and it ends by itself."""
    url = engine.url.render_as_string(hide_password=False)
    program = DIES.format(url=url, ttl=SHORT.total_seconds())
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-9, "works\n"), done.stderr

    async def next_one() -> None:
        second = worker(engine, "second")
        await entered(second)
        assert second.lease is not None
        assert second.lease.fence == 2
        await second.write(write)

    asyncio.run(next_one())


def test_a_renewal_that_fails_is_logged_and_tried_again(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """The table is away for a while; the lease is still ours when it is back."""

    def rename(old: str, new: str) -> None:
        with transaction(engine) as connection:
            connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    async def work() -> None:
        first = worker(engine, "first")
        assert await first.enter() is None
        async with first.renewing():
            rename("relay_lease", "away")
            await until(lambda: "the lease is not renewed" in caplog.text)
            rename("away", "relay_lease")
        await first.write(write)

    with caplog.at_level(logging.WARNING):
        asyncio.run(work())
