"""The worker that takes cuts by itself, in one process of monitoring at a time, and says what arrived.

So invariants and the marks of days are those of now, who asks for exact figures finds a cut, and each
ministry sees that what it sent is here.
"""

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import duckdb
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from services.monitoring import store
from services.monitoring.cut_schedule import CutSchedule, LogState
from services.monitoring.cuts import CutMaker
from services.monitoring.receipts import ReceiptSchedule, stage_receipt
from shared import clock
from shared.database.engine import database_now
from shared.database.faults import described
from shared.database.lease import LeaseLost
from shared.ids import new_uuid7
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
        receipts: ReceiptSchedule,
        now: Callable[[], datetime] = clock.now,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._database = LeasedDatabase(engine, LEASE, owner, database_now, LEASE_TIME)
        self._cuts, self._schedule, self._receipts = cuts, schedule, receipts
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
        """Take a cut if it is due, say what has arrived if that is, unless somebody else does."""
        newest, state = await self._database.read(_states)
        marks, due = newest.marks if newest else None, self._schedule.is_due
        if due(newest, state, self._seconds()) and await self._is_ours():
            marks = await self._cut()
        if self._receipts.is_due(marks, self._seconds()) and await self._is_ours():
            await self._say(marks or {})

    async def _is_ours(self) -> bool:
        """Whether we hold the lease, or get it now."""
        if self._database.lease is not None:
            return True
        return not (await self._database.other() or await self._database.enter())

    async def _cut(self) -> Mapping[str, int]:
        await self._database.renew()
        began = self._seconds()
        async with self._database.renewing():
            cut = await asyncio.to_thread(self._cuts.current, self._now())
        self._schedule.took(began, self._seconds())
        log.info("cut %d: %d events", cut.number, cut.log_rows)
        return cut.marks

    async def _say(self, marks: Mapping[str, int]) -> None:
        now = self._now()
        await self._database.write(partial(stage_receipt, marks=marks, now=now, id=new_uuid7(now)))
        self._receipts.said(marks, self._seconds())

    def _note(self, error: Exception, pause: float) -> None:
        if isinstance(error, LeaseLost):
            self._database.lease = None
        log.warning("no cut can be taken (%s); again in %.1f s", described(error), pause)


def _states(connection: Connection) -> tuple[LogState | None, LogState]:
    """What the newest cut has seen of the log, and what the log is now."""
    newest = store.newest_cut(connection)
    seen = LogState(newest.marks, newest.log_rows) if newest else None
    return seen, LogState(watermarks(connection), store.log_rows(connection))
