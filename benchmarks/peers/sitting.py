"""One engine's run over the full topics, watched from outside."""

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.engines import Engine
from benchmarks.peers.expected import Cells, verdict
from benchmarks.peers.servers import Servers
from benchmarks.peers.usage import Usage, load_average, peak_of, usage_of

LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 900.0


@dataclass(frozen=True)
class Moment:
    """How far everything was at one time."""

    at: float
    events: int
    own: Usage
    postgres: Usage
    broker: Usage


@dataclass(frozen=True)
class Run:
    """What one engine took, from its first committed events to the last; starting it is apart."""

    name: str
    workers: int
    events: int
    seconds: float
    own: float
    postgres: float
    broker: float
    """Processor seconds, each."""
    start: float
    """Processor seconds of all three until the first events were committed."""
    peak: int
    """Most bytes in memory of all its processes together, as looked at."""
    largest: int
    """Most bytes that one of its processes ever had in memory, by the system's own count."""
    kept: int
    """Bytes on disk at the end."""
    total: int
    """Events in the topics."""
    exactness: str
    load: str

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds

    @property
    def million(self) -> float:
        """Processor seconds a million events, of everything together."""
        return (self.own + self.postgres + self.broker) / self.events * 1e6


def run(engine: Engine, servers: Servers, total: int, expected: Cells, log: Path) -> Run:
    """Let an engine take all that is there.

    Raises:
        TimeoutError: it did not in time.
        RuntimeError: it ended by itself.
    """
    before = _sum(servers.usage())
    processes = engine.start(log)
    try:
        first, last, peak = _watch(engine, servers, processes, total, log)
        largest = max(peak_of(one.pid) for one in processes)
    finally:
        _end(processes)
    return Run(
        engine.name,
        engine.workers,
        last.events - first.events,
        last.at - first.at,
        last.own.cpu_seconds - first.own.cpu_seconds,
        last.postgres.cpu_seconds - first.postgres.cpu_seconds,
        last.broker.cpu_seconds - first.broker.cpu_seconds,
        _sum((first.own, first.postgres, first.broker)) - before,
        peak,
        largest,
        engine.kept(),
        total,
        verdict(engine.cells(), expected),
        load_average(),
    )


def _sum(usages: tuple[Usage, ...]) -> float:
    return sum(one.cpu_seconds for one in usages)


def _watch(
    engine: Engine,
    servers: Servers,
    processes: list[subprocess.Popen[bytes]],
    total: int,
    log: Path,
) -> tuple[Moment, Moment, int]:
    """The first moment with events, the moment with all of them, and most bytes in memory."""
    deadline, first, peak = time.monotonic() + PATIENCE_SECONDS, None, 0
    while True:
        time.sleep(LOOK_SECONDS)
        now = _moment(engine, servers, processes)
        peak = max(peak, now.own.resident)
        first = first or (now if now.events else None)
        if first and now.events >= total:
            return first, now, peak
        if any(one.poll() is not None for one in processes):
            raise RuntimeError(f"{engine.name} ended by itself; its log is {log}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"{engine.name}: {now.events:,} of {total:,}; its log is {log}")


def _moment(engine: Engine, servers: Servers, processes: list[subprocess.Popen[bytes]]) -> Moment:
    events = engine.committed()
    own = sum((usage_of(one.pid) for one in processes), Usage())
    return Moment(time.perf_counter(), events, own, *servers.usage())


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for one in processes:
        one.terminate()
    for one in processes:
        one.wait()
