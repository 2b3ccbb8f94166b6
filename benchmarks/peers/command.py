"""The sitting: fill the topics once, then one engine after the other, then the table."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.bus import produce_seconds
from benchmarks.peers import builds
from benchmarks.peers.corpus import Kept, keep
from benchmarks.peers.engines import Engine, Lintas, Peer
from benchmarks.peers.expected import expected_cells
from benchmarks.peers.report import PeersReport
from benchmarks.peers.servers import Servers, servers
from benchmarks.peers.sitting import run

NAMES = ("lintas", "lintas2", "kafka-streams", "quix")


def peers(
    copies: Annotated[int, typer.Option(min=1, help="How many times the pilot.")] = 4,
    engines: Annotated[
        str, typer.Option(help="Which, separated by commas, in this order.")
    ] = ",".join(NAMES),
    directory: Annotated[
        Path, typer.Option(help="Keeps the pilot's events and what is built, for the next time.")
    ] = Path("build/peers"),
    out: Annotated[
        Path | None, typer.Option(help="The page whose section about peers is written.")
    ] = None,
) -> None:
    """Lintas, Kafka Streams and Quix Streams over the same topics; needs Docker, Java and Maven.

    Example: python -m benchmarks peers --copies 2 --engines lintas,kafka-streams
    """
    console, log = Console(), directory / "peers.log"
    shutil.rmtree(directory / "state", ignore_errors=True)  # of an earlier sitting
    directory.mkdir(parents=True, exist_ok=True)
    kept = keep(directory, console)
    expected = expected_cells(kept.events, copies)
    names = engines.split(",")
    built = _built(names, directory.absolute(), log)
    with servers() as parts:
        report = PeersReport(parts.versions, len(kept.events) * copies)
        console.print(f"filling the topics with {report.events:,} events")
        produce_seconds(parts.settings, kept.signed(copies))
        report.bytes_on_the_bus = parts.bytes_on_the_bus()
        for engine in _engines(names, parts, kept, built, directory.absolute()):
            with console.status(f"{engine.name}, {engine.workers} workers"):
                report.runs.append(run(engine, parts, report.events, expected, log))
            console.print(report.line(report.runs[-1]))
    report.versions = builds.versions(built)
    report.show(console)
    if out:
        report.write(out)


def _built(names: list[str], directory: Path, log: Path) -> dict[str, list[str]]:
    """The commands of the peers that are wanted, built before anything is measured."""
    if unknown := set(names) - set(NAMES):
        raise typer.BadParameter(f"{min(unknown)!r} is none of {', '.join(NAMES)}")
    makers: dict[str, Callable[[], list[str]]] = {
        "kafka-streams": lambda: builds.kafka_streams(log),
        "quix": lambda: builds.quix_streams(directory, log),
    }
    return {name: make() for name, make in makers.items() if name in names}


def _engines(
    names: list[str], parts: Servers, kept: Kept, built: dict[str, list[str]], directory: Path
) -> Iterator[Engine]:
    state = directory / "state"
    makers: dict[str, Callable[[], Engine]] = {
        "lintas": lambda: Lintas(parts, kept.keys, 1, state),
        "lintas2": lambda: Lintas(parts, kept.keys, 2, state),
        "kafka-streams": lambda: Peer(
            parts, "Kafka Streams", 2, built["kafka-streams"], state, True
        ),
        "quix": lambda: Peer(parts, "Quix Streams", 1, built["quix"], state, False),
    }
    return (makers[name]() for name in names)
