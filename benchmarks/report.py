"""The table: what was measured, on what, and the ratio against the baseline of the same run."""

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from benchmarks.machine import machine
from benchmarks.monitoring import Applied

HEADINGS = ("parts", "stage", "per second", "share", "of")
MIB = 2**20


@dataclass
class Report:
    """Rows as they are measured."""

    events: int
    yardstick: float = 0.0
    """Events a second that msgspec decodes."""
    parts: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, parts: str, stage: str, rate: float) -> None:
        """A stage against the yardstick."""
        share = f"{rate / self.yardstick:.1%}"
        self.rows.append((parts, stage, f"{rate:,.0f}", share, "yardstick"))

    def monitoring(self, parts: str, found: Applied) -> None:
        """Monitoring, with its processor time and memory."""
        self.add(parts, "the whole of monitoring", found.rate)
        quarters = ", ".join(f"{one / MIB:.0f}" for one in found.resident)
        self.notes.append(
            f"{parts}: monitoring applied {found.events:,} events in {found.seconds:.1f} s with "
            f"{found.cpu_seconds / found.events * 1e6:.1f} us of its processor time an event; "
            f"{quarters} MiB in memory at each quarter of the events, at most "
            f"{found.peak / MIB:.0f} MiB."
        )

    def relay(self, parts: str, relay: float, producer: float) -> None:
        """The relay against the bare producer."""
        self.rows.append((parts, "librdkafka producer from memory", f"{producer:,.0f}", "", ""))
        share = f"{relay / producer:.1%}"
        self.rows.append((parts, "relay from the outbox", f"{relay:,.0f}", share, "that producer"))

    def latency(self, parts: str, found: tuple[float, float]) -> None:
        """From commit to applied."""
        self.notes.append(
            f"{parts}: from commit in a domain service to applied in monitoring "
            f"{found[0] * 1e3:.0f} ms at the median, {found[1] * 1e3:.0f} ms at the 99th percentile."
        )

    def markdown(self) -> str:
        """The page `docs/bench.md`."""
        facts = [f"- {name}: {value}" for name, value in self._facts()]
        table = ["| " + " | ".join(HEADINGS) + " |", "|---|---|---:|---:|---|"]
        table += ["| " + " | ".join(row) + " |" for row in self.rows]
        notes = [f"- {note}" for note in self.notes]
        return "\n".join(["# Measured", "", *_INTRODUCTION, "", *facts, "", *table, "", *notes, ""])

    def show(self, console: Console) -> None:
        """The same for a terminal."""
        table = Table(title=f"{self.events:,} events")
        for heading in HEADINGS:
            table.add_column(heading, justify="right" if heading in HEADINGS[2:4] else "left")
        for row in self.rows:
            table.add_row(*row)
        for name, value in self._facts():
            console.print(f"{name}: {value}")
        console.print(table)
        for note in self.notes:
            console.print(note)

    def _facts(self) -> list[tuple[str, str]]:
        return [
            *machine().items(),
            *((f"{name} parts", versions) for name, versions in self.parts.items()),
            ("events", f"{self.events:,} of the demo's mix"),
            ("yardstick", f"{self.yardstick:,.0f} events/s decoded by msgspec on one core"),
        ]


_INTRODUCTION = (
    "Written by `make bench`. Each stage ran alone, on the same bytes, in one run. The yardstick is msgspec,",
    "which decodes these bytes into typed structs (UUID, datetime, date, enumerations) on one core.",
    "Figures of other machines differ; the shares are what compares.",
)
