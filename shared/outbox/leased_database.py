"""A database that is read freely and written only while a lease is held."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from shared.database.engine import brief_transaction, snapshot, transaction
from shared.database.faults import described
from shared.database.lease import Lease, LeaseLost, acquire, holder, release, renew
from shared.observability.retries import stopped_within

T = TypeVar("T")
RENEWALS = 3
"""How often a lease is renewed in its time: it outlives one renewal that fails."""
log = logging.getLogger("lintas.lease")


class LeasedDatabase:
    """One worker's lease and what it may write under it; the database is used in other threads."""

    def __init__(
        self,
        engine: Engine,
        name: str,
        owner: str,
        now: Callable[[Connection], datetime],
        time_to_live: timedelta,
    ) -> None:
        self._engine, self._name, self.owner = engine, name, owner
        self._now, self._time_to_live = now, time_to_live
        self.lease: Lease | None = None

    async def read(self, question: Callable[[Connection], T]) -> T:
        """Answer a question from a snapshot; needs no lease."""
        return await asyncio.to_thread(self._read, question)

    async def write(self, step: Callable[[Connection], T]) -> T:
        """Run `step` in a transaction that commits only while we hold the lease.

        Raises:
            LeaseLost: another worker holds it; nothing was changed.
        """
        return await asyncio.to_thread(self._write, step)

    async def renew(self) -> None:
        """Extend the lease before long work.

        Raises:
            LeaseLost: another worker holds it.
        """
        await self.write(_nothing)

    @asynccontextmanager
    async def renewing(self) -> AsyncIterator[None]:
        """Renew the lease again and again while the caller works without writing.

        So a lease can be short though the work is long. When another worker takes over all the same,
        renewing ends, and the caller's next write raises.
        """
        done = asyncio.Event()
        # ended by an event, not cancelled: a renewal that is under way must not come after `leave`
        renewals = asyncio.create_task(self._renew_until(done))
        try:
            yield
        finally:
            done.set()
            await renewals

    async def _renew_until(self, done: asyncio.Event) -> None:
        every = self._time_to_live.total_seconds() / RENEWALS
        while not await stopped_within(done, every):
            try:
                await self.renew()
            except LeaseLost:
                return
            except SQLAlchemyError as error:
                log.warning("%s: the lease is not renewed (%s)", self._name, described(error))

    async def other(self) -> str | None:
        """Who else holds the lease; reading it costs no write."""
        found = await self.read(
            lambda connection: holder(
                connection, self._name, self._now(connection), self._time_to_live
            )
        )
        return None if found == self.owner else found

    async def enter(self) -> str | None:
        """Take the lease if it is free; gives who else was quicker."""
        await asyncio.to_thread(self._acquire)
        return None if self.lease else "another"

    async def leave(self) -> None:
        """Give the lease back."""
        lease, self.lease = self.lease, None
        if lease is not None:
            await asyncio.to_thread(self._release, lease)

    def _read(self, question: Callable[[Connection], T]) -> T:
        with snapshot(self._engine) as connection:
            return question(connection)

    def _write(self, step: Callable[[Connection], T]) -> T:
        lease = self.lease
        if lease is None:
            raise LeaseLost(f"{self._name}: not held")
        with brief_transaction(self._engine) as connection:
            renew(connection, lease, self._now(connection), self._time_to_live)
            return step(connection)

    def _acquire(self) -> None:
        with transaction(self._engine) as connection:
            args = self._name, self.owner, self._now(connection), self._time_to_live
            self.lease = acquire(connection, *args)

    def _release(self, lease: Lease) -> None:
        with transaction(self._engine) as connection:
            release(connection, lease, self._now(connection))


def _nothing(_connection: Connection) -> None:
    """Change nothing; the transaction renews the lease."""
