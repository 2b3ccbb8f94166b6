"""The table of a sitting, for the terminal and for a section of a page."""

from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from benchmarks.machine import machine
from benchmarks.peers.sitting import Run
from benchmarks.peers.usage import MIB, load_average
from benchmarks.sections import markdown_table, write_section

TITLE = "Beside other engines"
HEADINGS = (
    "engine", "workers", "events/s", "CPU s a million", "own", "PostgreSQL", "broker",
    "CPU s to start", "peak MiB", "largest MiB", "bytes kept", "counts", "load average",
)  # fmt: skip
BASE = "Kafka Streams"


@dataclass
class PeersReport:
    """Runs as they end."""

    servers: str
    events: int
    bytes_on_the_bus: int = 0
    versions: str = ""
    runs: list[Run] = field(default_factory=list)

    def line(self, run: Run) -> str:
        """A run in one line."""
        return ", ".join(f"{name} {value}" for name, value in zip(HEADINGS, _row(run), strict=True))

    def show(self, console: Console) -> None:
        """Everything, for a terminal."""
        console.print(self._text(), soft_wrap=True)

    def write(self, page: Path) -> None:
        """The same as a section of a page."""
        write_section(page, TITLE, f"{_INTRODUCTION}\n\n{self._text()}")

    def _text(self) -> str:
        facts = [f"- {line}" for line in (*self._facts(), *self._ratios())]
        return "\n".join([*facts, "", *markdown_table(HEADINGS, map(_row, self.runs))])

    def _facts(self) -> list[str]:
        facts = {**machine(), "servers": self.servers, "peers": self.versions}
        named = [f"{name}: {value}" for name, value in facts.items()]
        size = self.bytes_on_the_bus / self.events
        events = f"events: {self.events:,}, {size:.0f} bytes each on the broker's disk"
        return [*named, events, f"load average at the end: {load_average()}"]

    def _ratios(self) -> list[str]:
        """Everybody against Kafka Streams, where it ran."""
        base = next((run for run in self.runs if run.name == BASE), None)
        if base is None:
            return []
        return [
            f"{run.name}, {run.workers} workers: {run.million / base.million:.2f} of {BASE}' "
            f"processor time an event, {run.rate / base.rate:.2f} of its events a second"
            for run in self.runs
            if run is not base
        ]


def _row(run: Run) -> list[str]:
    parts = (run.own, run.postgres, run.broker)
    return [
        run.name, str(run.workers), f"{run.rate:,.0f}", f"{run.million:.1f}",
        *(f"{part / run.events * 1e6:.1f}" for part in parts),
        f"{run.start:.1f}", f"{run.peak / MIB:.0f}",
        f"{run.largest / MIB:.0f}", f"{run.kept / run.total:.0f}",
        run.exactness, run.load,
    ]  # fmt: skip


_INTRODUCTION = """Written by `make bench ARGS=peers`. Every engine read the same topics on the same broker,
one after the other. Processor time is that of its own processes, of PostgreSQL and of the broker, from
its first committed events to the last; what it took to start is apart. The peers check no proof and no
schema, keep a few fields a subject and write changes of cells; Lintas checks everything and keeps every
field, and its upkeep is one of its processes. Peak is the memory of all processes of an engine, largest
that of one. Bytes kept are those of its database and data files an event; of a peer, those of its stores.
`benchmarks/peers/README.md` describes the job."""
