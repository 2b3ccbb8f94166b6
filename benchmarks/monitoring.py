"""The whole of monitoring: its consumer's process reads a full bus into an empty database."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.processes import Measuring, environment, prepared, running
from shared.database.engine import open_engine, snapshot
from shared.inbox.seen import watermarks
from shared.kafka.settings import KafkaSettings

LOOK_SECONDS = 0.25
PATIENCE_SECONDS = 900.0
QUARTERS = (0.25, 0.5, 0.75, 1.0)


@dataclass
class Applied:
    """What it took, from the first applied batch to the last."""

    events: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak: int = 0
    resident: list[int] = field(default_factory=list)
    """Bytes in memory at each quarter of the events."""

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds


def measure_monitoring(
    kafka: KafkaSettings, database: str, keys: Path, total: int, log: Path
) -> Applied:
    """Apply everything that is on the bus.

    Raises:
        TimeoutError: not all of it was applied in time.
    """
    env = environment("monitoring", keys, kafka, prepared("monitoring", database))
    with running("monitoring", ("consumer",), env, log) as process:
        return _follow(process, database, total)


def _follow(process: Measuring, database: str, total: int) -> Applied:
    engine, found = open_engine(database), Applied()
    try:
        first = _wait_for(process, engine, 1)
        began, cpu = time.perf_counter(), process.cpu_seconds()
        for quarter in QUARTERS:
            last = _wait_for(process, engine, round(total * quarter))
            found.resident.append(process.resident())
        found.events, found.seconds = last - first, time.perf_counter() - began
        found.cpu_seconds, found.peak = process.cpu_seconds() - cpu, process.peak()
        return found
    finally:
        engine.dispose()


def _wait_for(process: Measuring, engine: Engine, count: int) -> int:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (applied := _applied(engine)) < count:
        process.check()
        if time.monotonic() > deadline:
            raise TimeoutError(f"{applied} of {count} applied; the log is {process.log}")
        time.sleep(LOOK_SECONDS)
    return applied


def _applied(engine: Engine) -> int:
    with snapshot(engine) as connection:
        return sum(watermarks(connection).values())
