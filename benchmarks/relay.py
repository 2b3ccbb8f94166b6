"""The relay against a bare producer: the same bytes from an outbox, and from memory."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.processes import Measuring, environment, prepared, running
from shared import clock
from shared.database.bulk import copy_rows
from shared.database.engine import open_engine, snapshot, transaction
from shared.events.envelope import without_sequence
from shared.events.topics import TRAINING
from shared.ids import new_uuid7
from shared.kafka.clients import open_producer
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import ensure_topics
from shared.outbox.progress import acknowledged
from shared.outbox.table import outbox
from shared.wire.verification import StoredRecord

SERVICE = "training"
IN_FLIGHT = 5_000
LOOK_SECONDS = 0.05


def relay_rate(
    kafka: KafkaSettings, database: str, keys: Path, records: Sequence[StoredRecord], log: Path
) -> float:
    """Events a second of the service's relay process, from staged rows to the last answer."""
    ensure_topics(kafka.bootstrap, [TRAINING])
    engine = open_engine(prepared(SERVICE, database))
    _stage(engine, records)
    with running(SERVICE, ("relay",), environment(SERVICE, keys, kafka, database), log) as process:
        first, began = _sent(process, engine, 1), time.perf_counter()
        _sent(process, engine, len(records))
        seconds = time.perf_counter() - began
    engine.dispose()
    return (len(records) - first) / seconds


def producer_rate(kafka: KafkaSettings, records: Sequence[StoredRecord]) -> float:
    """Events a second of an aiokafka producer that sends the same bytes from memory."""
    ensure_topics(kafka.bootstrap, [TRAINING])
    return len(records) / asyncio.run(_produce(kafka, records))


async def _produce(kafka: KafkaSettings, records: Sequence[StoredRecord]) -> float:
    producer = open_producer(kafka)
    await producer.start()
    try:
        began = time.perf_counter()
        for start in range(0, len(records), IN_FLIGHT):
            some = records[start : start + IN_FLIGHT]
            waiting = [
                await producer.send(
                    TRAINING.name, key=one.key, value=one.value, headers=list(one.headers)
                )
                for one in some
            ]
            await asyncio.gather(*waiting)
        return time.perf_counter() - began
    finally:
        await producer.stop()


def _stage(engine: Engine, records: Sequence[StoredRecord]) -> None:
    """Rows as `shared.outbox.table.stage` leaves them; the body is the event without its sequence."""
    now = clock.now()
    with transaction(engine) as connection:
        for start in range(0, len(records), 10_000):
            rows = [
                {
                    "event_id": new_uuid7(now), "topic": TRAINING.name, "key": one.key.decode(),
                    "body": without_sequence(one.value), "staged_at": now,
                }
                for one in records[start : start + 10_000]
                if one.key is not None and one.value is not None
            ]  # fmt: skip
            copy_rows(connection, outbox, rows)


def _sent(process: Measuring, engine: Engine, count: int) -> int:
    """Wait until so many are acknowledged; how many are."""
    while (sent := _acknowledged(engine)) < count:
        process.check()
        time.sleep(LOOK_SECONDS)
    return sent


def _acknowledged(engine: Engine) -> int:
    with snapshot(engine) as connection:
        return acknowledged(connection)
