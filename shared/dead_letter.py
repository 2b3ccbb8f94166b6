"""Copying quarantined records to their topic's dead-letter topic, at least once each."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Engine, RowMapping, select, update

from shared.checks import StoredRecord
from shared.db import snapshot, transaction
from shared.encryption import ColumnCipher
from shared.kafka import MAX_REQUEST_BYTES, open_producer
from shared.kafka_settings import KafkaSettings
from shared.quarantine import quarantine, record_of
from shared.transient import name_of
from shared.trouble import TROUBLE
from shared.workers import pauses

log = logging.getLogger("lintas.consumer")
LOOK_SECONDS = 1.0
HEADROOM_BYTES = 8_192
"""Left for key and headers; what does not fit is copied without its value."""


class DeadLetters:
    """The copies are for other teams' tools; the quarantine table keeps the record itself."""

    def __init__(
        self, engine: Engine, settings: KafkaSettings, cipher: ColumnCipher, consumer: str
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._cipher = cipher
        self._consumer = consumer

    async def run(self, stop: asyncio.Event, now: Callable[[], datetime]) -> None:
        """Copy whatever comes, until `stop` is set; a broker without the topic holds up nobody else."""
        waits = pauses(1.0, 60.0)
        while not stop.is_set():
            pause = LOOK_SECONDS
            try:
                await self.copy(now())
                waits = pauses(1.0, 60.0)
            except TROUBLE as error:
                pause = next(waits)
                log.warning("copies for the dead-letter topic wait (%s)", name_of(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)

    async def copy(self, now: datetime, limit: int = 200) -> int:
        """Copy what has not been copied and note it; returns how many.

        A crash between the two repeats a copy.
        """
        rows = await asyncio.to_thread(self._waiting, limit)
        if not rows:
            return 0
        producer = open_producer(self._settings)
        try:
            await producer.start()
            for row in rows:
                record = record_of(row, self._cipher)
                await producer.send_and_wait(
                    f"{record.topic}.dead-letter",
                    key=record.key,
                    value=_fitting(record),
                    headers=self._headers(row, record),
                )
        finally:
            await producer.stop()
        await asyncio.to_thread(self._mark, [row["id"] for row in rows], now)
        return len(rows)

    def _headers(self, row: RowMapping, record: StoredRecord) -> list[tuple[str, bytes | None]]:
        origin = {
            "lintas-reason": row["code"],
            "lintas-topic": record.topic,
            "lintas-partition": str(record.partition),
            "lintas-offset": str(record.offset),
            "lintas-consumer": self._consumer,
        }
        kept = [item for item in record.headers if item[0] not in origin]
        if sum(len(name) + len(content or b"") for name, content in kept) > HEADROOM_BYTES // 2:
            kept = []
        return [*kept, *((name, text.encode()) for name, text in origin.items())]

    def _waiting(self, limit: int) -> list[RowMapping]:
        query = select(quarantine).where(quarantine.c.copied_at.is_(None)).order_by(quarantine.c.id)
        with snapshot(self._engine) as connection:
            return list(connection.execute(query.limit(limit)).mappings())

    def _mark(self, ids: list[int], now: datetime) -> None:
        with transaction(self._engine) as connection:
            connection.execute(
                update(quarantine).where(quarantine.c.id.in_(ids)).values(copied_at=now)
            )


def _fitting(record: StoredRecord) -> bytes | None:
    value, key = record.value, record.key or b""
    if value is not None and len(value) + len(key) > MAX_REQUEST_BYTES - HEADROOM_BYTES:
        return None
    return value
