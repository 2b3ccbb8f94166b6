"""Copy quarantined records to their topic's dead-letter topic, at least once each."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaProducer
from sqlalchemy import Engine, RowMapping, select, update

from shared.database.engine import snapshot, transaction
from shared.database.errors import name_of
from shared.inbox.quarantine import ContentWithheld, WithheldFor, quarantine, record_of
from shared.inbox.quarantine_intake import holds_identity
from shared.kafka.clients import MAX_REQUEST_BYTES, open_producer
from shared.kafka.settings import KafkaSettings
from shared.observability.retries import Stopped, retry_async, stopped_within
from shared.security.encryption import ColumnCipher
from shared.wire.verification import StoredRecord

log = logging.getLogger("lintas.consumer")
LOOK_SECONDS = 1.0
LIMIT = 200
"""Copies in one batch: at 64 KiB each they take little memory."""
HEADROOM_BYTES = 8_192
"""Reserved for key and headers; a record that does not fit is copied without its value."""


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

        def note(error: Exception, _pause: float) -> None:
            log.warning("copies for the dead-letter topic wait (%s)", name_of(error))

        with suppress(Stopped):
            while not stop.is_set():  # whatever fails, no later copy may be lost
                await retry_async(
                    lambda: self.copy(now()), stop, on=Exception, note=note, first=1.0, longest=60.0
                )
                await stopped_within(stop, LOOK_SECONDS)

    async def copy(self, now: datetime, limit: int = LIMIT) -> int:
        """Copy every record that has no copy yet, mark it, and return the number of copies.

        A batch is sent together and marked in one statement; a crash in between repeats it. A topic
        that cannot be written does not delay the others.
        """
        copied = 0
        failure: Exception | None = None
        topics = await asyncio.to_thread(self._topics)
        if topics:
            producer = open_producer(self._settings)
            try:
                await producer.start()
                for topic in topics:
                    try:
                        copied += await self._copy_topic(producer, topic, now, limit)
                    except Exception as error:  # noqa: BLE001 - raised when all have had their turn
                        failure = error
            finally:
                await producer.stop()
        if failure is not None:
            raise failure
        return copied

    async def _copy_topic(
        self, producer: AIOKafkaProducer, topic: str, now: datetime, limit: int
    ) -> int:
        copied = 0
        while rows := await asyncio.to_thread(self._waiting, topic, limit):
            answers = [await self._send(producer, row) for row in rows]
            results = await asyncio.gather(*answers, return_exceptions=True)
            sent = [
                row["id"]
                for row, result in zip(rows, results, strict=True)
                if not isinstance(result, BaseException)
            ]
            await asyncio.to_thread(self._mark, sent, now)
            copied += len(sent)
            for result in results:
                if isinstance(result, BaseException):
                    raise result
            if len(rows) < limit:
                break
        return copied

    async def _send(self, producer: AIOKafkaProducer, row: RowMapping) -> "asyncio.Future[Any]":
        """Add one copy to the producer's batch; return the future of the broker's answer."""
        key, value, headers = self._letter(row)
        topic = f"{row['topic']}.dead-letter"
        answer: asyncio.Future[Any] = await producer.send(
            topic, key=key, value=value, headers=headers
        )
        return answer

    def _letter(
        self, row: RowMapping
    ) -> tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]]]:
        """Key, value and headers of a copy; if it may hold an identity number, only its place.

        Its value is then empty, as the client sends no record without key and value.
        """
        try:
            record = record_of(row, self._cipher)
        except ContentWithheld:
            return None, b"", self._without(row, row["withheld"])
        if holds_identity(record):  # kept before such contents were withheld
            return None, b"", self._without(row, WithheldFor.IDENTITY)
        value = _fitting(record)
        if record.key is None and value is None:
            value = b""
        return record.key, value, self._headers(row, record)

    def _without(self, row: RowMapping, cause: str) -> list[tuple[str, bytes | None]]:
        origin = self._origin(row) | {"lintas-withheld": cause, "lintas-size": str(row["size"])}
        if row["withheld"]:  # of an older row the digest is not keyed: it could be guessed back
            origin["lintas-digest"] = row["digest"].hex()
        return [(name, text.encode()) for name, text in origin.items()]

    def _origin(self, row: RowMapping) -> dict[str, str]:
        return {
            "lintas-reason": row["code"],
            "lintas-topic": row["topic"],
            "lintas-partition": str(row["partition"]),
            "lintas-offset": str(row["offset"]),
            "lintas-consumer": self._consumer,
        }

    def _headers(self, row: RowMapping, record: StoredRecord) -> list[tuple[str, bytes | None]]:
        origin = self._origin(row)
        kept = [item for item in record.headers if item[0] not in origin]
        if sum(len(name) + len(content or b"") for name, content in kept) > HEADROOM_BYTES // 2:
            kept = []
        return [*kept, *((name, text.encode()) for name, text in origin.items())]

    def _topics(self) -> list[str]:
        query = select(quarantine.c.topic).where(quarantine.c.copied_at.is_(None)).distinct()
        with snapshot(self._engine) as connection:
            return sorted(connection.execute(query).scalars())

    def _waiting(self, topic: str, limit: int) -> list[RowMapping]:
        query = select(quarantine).where(
            quarantine.c.copied_at.is_(None), quarantine.c.topic == topic
        )
        with snapshot(self._engine) as connection:
            rows = connection.execute(query.order_by(quarantine.c.id).limit(limit))
            return list(rows.mappings())

    def _mark(self, ids: list[int], now: datetime) -> None:
        if not ids:
            return
        with transaction(self._engine) as connection:
            connection.execute(
                update(quarantine).where(quarantine.c.id.in_(ids)).values(copied_at=now)
            )


def _fitting(record: StoredRecord) -> bytes | None:
    value, key = record.value, record.key or b""
    if value is not None and len(value) + len(key) > MAX_REQUEST_BYTES - HEADROOM_BYTES:
        return None
    return value
