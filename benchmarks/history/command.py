"""Feed one month after the other to monitoring, each measured alone."""

import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.bus import produce_seconds
from benchmarks.history.events import Families, families
from benchmarks.machine import machine
from benchmarks.peers.engines import Lintas
from benchmarks.peers.servers import Servers, servers
from benchmarks.peers.usage import Usage, load_average, usage_of
from benchmarks.sections import markdown_table, write_section
from lintas.registry import SERVICES
from shared.events.topics import BENEFICIARY, TRAINING
from shared.security.keys import init_keys, load_signer
from shared.wire.signatures import Signer
from shared.wire.verification import StoredRecord

LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 300.0
NEIGHBOURS = 3
TITLE = "A family's history"
HEADINGS = ("attendance", "us an event", "own", "PostgreSQL", "broker")


@dataclass(frozen=True)
class Cost:
    """Processor microseconds an event."""

    own: float
    postgres: float
    broker: float

    @property
    def together(self) -> float:
        """Of all three."""
        return self.own + self.postgres + self.broker


@dataclass
class Feeding:
    """Monitoring's consumer, stopped while its next month is put on the bus, and its upkeep."""

    servers: Servers
    lintas: Lintas
    processes: list[subprocess.Popen[bytes]]
    applied: int = 0

    def feed(self, records: Iterator[StoredRecord], count: int) -> Cost:
        """What these events took."""
        consumer = self.processes[0]
        consumer.send_signal(signal.SIGSTOP)  # so that all of them are there when it goes on
        produce_seconds(self.servers.settings, records)
        before = self._usage()
        consumer.send_signal(signal.SIGCONT)
        self.applied += count
        self._await()
        spent = [
            (after.cpu_seconds - one.cpu_seconds) / count * 1e6
            for one, after in zip(before, self._usage(), strict=True)
        ]
        return Cost(*spent)

    def _await(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self.lintas.committed()) < self.applied:
            time.sleep(LOOK_SECONDS)
            if any(one.poll() is not None for one in self.processes) or time.monotonic() > deadline:
                raise RuntimeError(f"{found:,} of {self.applied:,} events were applied")

    def _usage(self) -> tuple[Usage, ...]:
        own = sum((usage_of(one.pid) for one in self.processes), Usage())
        return (own, *self.servers.usage())


def history(
    people: Annotated[int, typer.Option("--families", min=100, help="How many families.")] = 20_000,
    months: Annotated[int, typer.Option(min=6, max=36, help="Attendances of each.")] = 36,
    out: Annotated[Path | None, typer.Option(help="The page whose section is written.")] = None,
) -> None:
    """The cost of a family's first and later attendances, from Kafka into PostgreSQL; needs Docker.

    Example: python -m benchmarks history --families 5000 --months 12
    """
    console = Console()
    with tempfile.TemporaryDirectory(prefix="lintas-history-") as folder, servers() as parts:
        costs = _costs(parts, Path(folder), families(people), months, console)
        rows = [_row(costs, first) for first in _shown(months)]
        growth = _mean(costs, months - NEIGHBOURS) / _mean(costs, 0)
        facts = [
            *(f"{name}: {value}" for name, value in machine().items()),
            f"servers: {parts.versions}",
            f"{people:,} families with {months} attendances each",
            f"the last attendances cost {growth:.2f} of the first",
            f"load average at the end: {load_average()}",
        ]
    text = "\n".join([*(f"- {fact}" for fact in facts), "", *markdown_table(HEADINGS, rows)])
    console.print(text, soft_wrap=True)
    if out:
        write_section(out, TITLE, f"{_INTRODUCTION}\n\n{text}")


def _costs(
    parts: Servers, folder: Path, people: Families, months: int, console: Console
) -> list[Cost]:
    """By month. The enrolments come first and are not among them."""
    keys, log = folder / "keys", folder / "log"
    init_keys(keys, SERVICES)
    beneficiary, training = (_signer(keys, topic.owner) for topic in (BENEFICIARY, TRAINING))
    lintas = Lintas(parts, keys, 1, folder)
    _fill_nothing(parts)
    feeding, count = Feeding(parts, lintas, lintas.start(log)), len(people.names)
    try:
        feeding.feed(people.enrolled(beneficiary), count)
        costs = []
        for month in range(1, months + 1):
            costs.append(feeding.feed(people.attended(month, training), count))
            console.print(f"attendance {month}: {costs[-1].together:.1f} us")
        return costs
    finally:
        for process in feeding.processes:
            process.terminate()
            process.wait()


def _fill_nothing(parts: Servers) -> None:
    """Make the topics before anybody reads them."""
    produce_seconds(parts.settings, iter(()))


def _signer(keys: Path, owner: str) -> Signer:
    return load_signer(keys, owner.rpartition(":")[2])


def _shown(months: int) -> list[int]:
    """Where the rows begin: the first, those in the middle, the last."""
    last = months - NEIGHBOURS
    return [0, last // 3, 2 * last // 3, last]


def _row(costs: list[Cost], first: int) -> list[str]:
    some = costs[first : first + NEIGHBOURS]
    columns = [(one.together, one.own, one.postgres, one.broker) for one in some]
    means = [f"{statistics.mean(column):.1f}" for column in zip(*columns, strict=True)]
    return [f"{first + 1} to {first + NEIGHBOURS}", *means]


def _mean(costs: list[Cost], first: int) -> float:
    return statistics.mean(one.together for one in costs[first : first + NEIGHBOURS])


_INTRODUCTION = """Written by `make bench ARGS=history`. Every family attends once a month; each month's
events are on the bus before monitoring goes on, and are measured alone: processor microseconds an event
of monitoring's consumer and upkeep, PostgreSQL and the broker, means of three months."""
