"""The worker that takes cuts by itself, in one process of monitoring at a time.

So invariants and the marks of days are those of now, and who asks for exact figures finds a cut.
"""

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import duckdb
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from services.monitoring import store
from services.monitoring.cut_schedule import CutSchedule, LogState
from services.monitoring.cuts import CutMaker
from shared import clock
from shared.database.engine import database_now
from shared.database.faults import described
from shared.database.lease import LeaseLost
from shared.inbox.seen import watermarks
from shared.observability.retries import Stopped, retry_async, stopped_within
from shared.outbox.leased_database import LeasedDatabase

LEASE, LEASE_TIME = "cut", timedelta(seconds=30)
LOOK_SECONDS, LONGEST_PAUSE = 1.0, 300.0
TROUBLE = (SQLAlchemyError, OSError, duckdb.Error, LeaseLost)
log = logging.getLogger("lintas.cuts")


class Cutter:
    """Takes a cut whenever the schedule says so; `run` works until `stop` is set."""

    def __init__(
        self,
        engine: Engine,
        cuts: CutMaker,
        schedule: CutSchedule,
        now: Callable[[], datetime] = clock.now,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._database = LeasedDatabase(engine, LEASE, owner, database_now, LEASE_TIME)
        self._cuts, self._schedule = cuts, schedule
        self._now, self._seconds = now, seconds

    async def run(self, stop: asyncio.Event) -> None:
        """Take cuts until `stop` is set; one that is being computed then is lost without a trace."""
        try:
            with suppress(Stopped):
                while not await stopped_within(stop, LOOK_SECONDS):
                    await retry_async(
                        self.turn, stop, on=TROUBLE, note=self._note, longest=LONGEST_PAUSE
                    )
        finally:
            with suppress(SQLAlchemyError):
                await self._database.leave()

    async def turn(self) -> None:
        """Take a cut if it is due and nobody else does."""
        newest, state = await self._database.read(_states)
        if not self._schedule.is_due(newest, state, self._seconds()):
            return
        if self._database.lease is None and (
            await self._database.other() or await self._database.enter()
        ):
            return
        await self._database.renew()
        began = self._seconds()
        async with self._database.renewing():
            cut = await asyncio.to_thread(self._cuts.current, self._now())
        self._schedule.took(began, self._seconds())
        log.info("cut %d: %d events", cut.number, cut.log_rows)

    def _note(self, error: Exception, pause: float) -> None:
        if isinstance(error, LeaseLost):
            self._database.lease = None
        log.warning("no cut can be taken (%s); again in %.1f s", described(error), pause)


def _states(connection: Connection) -> tuple[LogState | None, LogState]:
    """What the newest cut has seen of the log, and what the log is now."""
    newest = store.newest_cut(connection)
    seen = LogState(newest.marks, newest.log_rows) if newest else None
    return seen, LogState(watermarks(connection), store.log_rows(connection))
