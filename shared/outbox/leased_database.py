"""A database that is read freely and written only while a lease is held."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, Engine

from shared.database.engine import brief_transaction, snapshot, transaction
from shared.database.lease import Lease, LeaseLost, acquire, holder, release, renew

T = TypeVar("T")


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
