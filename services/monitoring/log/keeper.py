"""The worker that does the log's upkeep, in one process of monitoring at a time."""

import asyncio
import logging
import os
import secrets
import socket
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from services.monitoring.log import segments
from services.monitoring.log.columns import table_name
from services.monitoring.log.merging import Damaged
from services.monitoring.log.segments import Overtaken
from services.monitoring.log.upkeep import Upkeep
from shared.database.engine import database_now
from shared.database.faults import described
from shared.database.lease import LeaseLost
from shared.observability import metrics
from shared.observability.retries import Stopped, retry_async, stopped_within
from shared.observability.workers import Due
from shared.outbox.leased_database import LeasedDatabase

LEASE = "log"
LEASE_TIME = timedelta(seconds=30)
"""It is renewed while a merge goes on; a merge that lost its lease has changed nothing."""
REST_SECONDS, LONGEST_PAUSE, SWEEP_SECONDS = 5.0, 60.0, 3600.0
TROUBLE = (SQLAlchemyError, OSError, pa.ArrowException, Damaged, LeaseLost, Overtaken)
"""What may pass; a damaged file stays as it is until an operator has acted."""
log = logging.getLogger("lintas.log")


class LogKeeper:
    """Folds, merges, sweeps and measures the log; `run` works until `stop` is set."""

    def __init__(self, engine: Engine, directory: Path) -> None:
        owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._database = LeasedDatabase(engine, LEASE, owner, database_now, LEASE_TIME)
        self._upkeep = Upkeep(self._database, directory)
        self._due = Due()

    async def run(self, stop: asyncio.Event) -> None:
        """Keep the log until `stop` is set; a job in between leaves nothing half done."""
        try:
            with suppress(Stopped):
                while not await stopped_within(stop, REST_SECONDS):
                    await retry_async(
                        self._turn, stop, on=TROUBLE, note=self._note, longest=LONGEST_PAUSE
                    )
        finally:
            with suppress(SQLAlchemyError):
                await self._database.leave()

    async def _turn(self) -> None:
        """Do what is due, one job after the other."""
        await self._database.read(measure)
        if self._database.lease is None and (
            await self._database.other() or await self._database.enter()
        ):
            return
        async with self._database.renewing():
            while await self._upkeep.fold() or await self._upkeep.merge():
                await self._database.read(measure)
            if self._due.now("sweep", SWEEP_SECONDS):
                gone = await self._upkeep.sweep()
                log.info("data files deleted that nothing names: %d", len(gone))

    def _note(self, error: Exception, pause: float) -> None:
        if isinstance(error, LeaseLost):
            self._database.lease = None
        text = str(error) if isinstance(error, Damaged) else described(error)
        log.warning("the log's upkeep waits (%s); again in %.1f s", text, pause)


def measure(connection: Connection) -> None:
    """Set the gauges of the log from one state of its tables."""
    by_table: dict[str, tuple[int, int, int]] = {}
    for one in segments.live(connection):
        files, rows, size = by_table.get(one.event_table, (0, 0, 0))
        by_table[one.event_table] = files + 1, rows + one.rows, size + one.bytes
    for table, (files, rows, size) in by_table.items():
        metrics.LOG_FILES.labels(table).set(files)
        metrics.LOG_STORED.labels(table).set(rows)
        metrics.LOG_BYTES.labels(table).set(size)
    metrics.LOG_REPLACED.set(segments.replaced_bytes(connection))
    counts = {table_name(name): count for name, count in segments.recent_counts(connection).items()}
    for table in {*by_table, *counts}:
        metrics.LOG_RECENT.labels(table).set(counts.get(table, 0))
