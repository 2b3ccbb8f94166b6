"""`python -m benchmarks outbox`: the costs of an event, and the relay beside librdkafka."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.bus import produce_seconds
from benchmarks.machine import machine
from benchmarks.outbox.costs import Costs, Step, costs
from benchmarks.peers.corpus import keep
from benchmarks.peers.servers import Servers, servers
from benchmarks.peers.usage import load_average
from benchmarks.processes import prepared
from benchmarks.relay import SERVICE, Relayed, relayed
from benchmarks.sections import markdown_table, write_section
from shared.events.topics import TRAINING
from shared.security.keys import load_signer
from shared.wire.verification import StoredRecord

TITLE = "The outbox and the relay"
STEPS = ("database", "step", "own us an event", "server's us", "bytes of its log")
SENDERS = ("sender", "run", "events/s", "of librdkafka's", "us of its process", "load average")


@dataclass
class Sitting:
    """What was measured."""

    versions: str
    events: int
    steps: list[tuple[str, ...]]
    kept: list[str]
    senders: list[tuple[str, ...]]

    def text(self) -> str:
        """Facts and two tables."""
        facts = {**machine(), "servers": self.versions, "events": f"{self.events:,} of training"}
        lines = [f"- {name}: {value}" for name, value in facts.items()]
        lines += [f"- {one}" for one in self.kept]
        steps, senders = markdown_table(STEPS, self.steps), markdown_table(SENDERS, self.senders)
        return "\n".join([*lines, "", *steps, "", *senders])


def outbox(
    events: Annotated[int, typer.Option(min=1_000, help="At most so many.")] = 60_000,
    runs: Annotated[int, typer.Option(min=1, help="Each sender so often, in turns.")] = 3,
    directory: Annotated[
        Path, typer.Option(help="Keeps the pilot's events for the next time.")
    ] = Path("build/peers"),
    out: Annotated[Path | None, typer.Option(help="The page whose section is written.")] = None,
) -> None:
    """What an event costs in the outbox, and the relay beside librdkafka; needs Docker.

    Example: python -m benchmarks outbox --runs 1
    """
    console, kept = Console(), keep(directory, Console())
    some = [one for one in kept.events if one.topic == TRAINING.name][:events]
    records = list(replace(kept, events=some).signed(1))
    with TemporaryDirectory(prefix="lintas-bench-") as folder, servers() as parts:
        sitting = Sitting(parts.versions, len(records), [], [], [])
        for name, url in _databases(parts, Path(folder)):
            found = costs(
                prepared(SERVICE, url),
                load_signer(kept.keys, SERVICE),
                records,
                lambda: parts.usage()[0].cpu_seconds,
            )
            _note(sitting, name, found)
        for run in range(1, runs + 1):
            _run(sitting, parts, kept.keys, records, Path(folder), run)
    console.print(sitting.text(), soft_wrap=True)
    if out:
        write_section(out, TITLE, sitting.text())


def _databases(parts: Servers, folder: Path) -> Iterator[tuple[str, str]]:
    yield "PostgreSQL", parts.postgres.create()
    yield "SQLite", f"sqlite:///{folder}/{time.monotonic_ns()}.sqlite"


def _note(sitting: Sitting, database: str, found: Costs) -> None:
    for name, step in (("stage", found.staging), ("number to sent", found.numbering)):
        sitting.steps.append((database, name, *_figures(database, step)))
    sitting.kept.append(f"{database}: {found.kept:.0f} bytes an event on disk, once it is sent")


def _figures(database: str, step: Step) -> tuple[str, str, str]:
    if database == "SQLite":
        return f"{step.own:.1f}", "", ""
    return f"{step.own:.1f}", f"{step.server:.1f}", f"{step.log:.0f}"


def _run(
    sitting: Sitting,
    parts: Servers,
    keys: Path,
    records: list[StoredRecord],
    folder: Path,
    run: int,
) -> None:
    """One after the other, each into an empty topic."""
    parts.kafka.forget()
    own = time.process_time()
    base = len(records) / produce_seconds(parts.settings, records)
    own = (time.process_time() - own) / len(records) * 1e6
    sitting.senders.append(_sender("librdkafka", run, Relayed(base, own), base))
    for name, url in _databases(parts, folder):
        parts.kafka.forget()
        found = relayed(parts.settings, url, keys, records, folder / "relay.log")
        sitting.senders.append(_sender(f"relay, {name}", run, found, base))


def _sender(name: str, run: int, found: Relayed, base: float) -> tuple[str, ...]:
    share = f"{found.rate / base:.2f}"
    return (name, str(run), f"{found.rate:,.0f}", share, f"{found.own:.1f}", load_average())
