"""The relay of a service under measurement: from staged rows to the last answer of the broker."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.processes import Measuring, environment, prepared, running
from shared import clock
from shared.database.bulk import copy_rows
from shared.database.engine import open_engine, snapshot, transaction
from shared.events.envelope import without_sequence
from shared.events.topics import TRAINING
from shared.ids import new_uuid7
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import ensure_topics
from shared.outbox.progress import acknowledged
from shared.outbox.table import outbox
from shared.wire.verification import StoredRecord

SERVICE = "training"
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Relayed:
    """How quick a sender was, and what it took."""

    rate: float
    """Events a second."""
    own: float
    """Microseconds of its process an event."""


def relayed(
    kafka: KafkaSettings, database: str, keys: Path, records: Sequence[StoredRecord], log: Path
) -> Relayed:
    """The service's relay process, from its first acknowledged events to the last."""
    ensure_topics(kafka.bootstrap, [TRAINING])
    engine = open_engine(prepared(SERVICE, database))
    _stage(engine, records)
    with running(SERVICE, ("relay",), environment(SERVICE, keys, kafka, database), log) as process:
        first = _sent(process, engine, 1)
        began, own = time.perf_counter(), process.cpu_seconds()
        _sent(process, engine, len(records))
        seconds, own = time.perf_counter() - began, process.cpu_seconds() - own
    engine.dispose()
    count = len(records) - first
    return Relayed(count / seconds, own / count * 1e6)


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
