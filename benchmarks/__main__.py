"""`python -m benchmarks`: measure every stage, print a table, write it as Markdown."""

import signal
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.bus import consume_seconds, produce_seconds
from benchmarks.check import check_seconds
from benchmarks.corpus import Corpus, make_corpus
from benchmarks.history.command import history
from benchmarks.intake import intake_rate
from benchmarks.latency import latency
from benchmarks.lists.command import lists
from benchmarks.monitoring import measure_monitoring
from benchmarks.outbox.command import outbox
from benchmarks.parts import Bench, embedded, real
from benchmarks.peers.command import peers
from benchmarks.relay import relayed
from benchmarks.report import Report
from benchmarks.steady import steady
from benchmarks.yardstick import decode_seconds
from services.monitoring import CARD
from shared.events.topics import TRAINING
from shared.security.keys import load_trust

commands = typer.Typer(help=__doc__, add_completion=False)
commands.command()(peers)
commands.command()(history)
commands.command()(outbox)
commands.command()(lists)
commands.command("latency")(steady)
console = Console()
RELAYED = 100_000
LOAD_PER_SECOND, LOAD_SECONDS = 200, 30


@commands.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    events: Annotated[int, typer.Option(min=1_000, help="At least so many events.")] = 500_000,
    parts: Annotated[
        str, typer.Option(help="Sets of parts, separated by commas.")
    ] = "embedded,real",
    out: Annotated[Path, typer.Option(help="Where the Markdown goes.")] = Path("docs/bench.md"),
) -> None:
    """Measure the road on this machine, each stage alone; about ten minutes for 500,000 events.

    Example: python -m benchmarks --events 50000 --parts embedded --out bench.md
    """
    if context.invoked_subcommand:
        return
    with tempfile.TemporaryDirectory(prefix="lintas-bench-") as folder:
        directory = Path(folder)
        corpus = make_corpus(directory / "pilot", events, console)
        report = Report(len(corpus.records))
        _alone(corpus, report)
        for name in parts.split(","):
            with _parts(name, directory) as bench:
                _on(bench, corpus, report, directory / "bench.log")
        out.write_text(report.markdown(), encoding="utf-8")
        report.show(console)
        console.print(f"written to {out}")


def _parts(name: str, directory: Path) -> AbstractContextManager[Bench]:
    known = {"embedded": lambda: embedded(directory), "real": real}
    if name not in known:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(known)}", param_hint="--parts")
    return known[name]()


def _alone(corpus: Corpus, report: Report) -> None:
    """What needs no parts: the yardstick and the check."""
    count = len(corpus.records)
    values = [record.value for record in corpus.records if record.value is not None]
    with console.status("decoding the bytes"):
        report.yardstick = count / decode_seconds(values)
    with console.status("checking the events"):
        trust = load_trust(corpus.stack.directory / "keys")
        report.add(
            "-", "check only: proof, envelope, schema", count / check_seconds(corpus.records, trust)
        )


def _on(bench: Bench, corpus: Corpus, report: Report, log: Path) -> None:
    """Everything that runs on a set of parts."""
    report.parts[bench.name] = bench.versions
    keys, count = corpus.stack.directory / "keys", len(corpus.records)
    with console.status(f"{bench.name}: raw produce and consume"):
        kafka = bench.broker()
        report.add(
            bench.name,
            "raw produce (confluent-kafka)",
            count / produce_seconds(kafka, corpus.records),
        )
        topics = [(topic.name, topic.partitions) for topic in CARD.listens_to]
        report.add(
            bench.name,
            "raw consume (confluent-kafka)",
            count / consume_seconds(kafka, topics, count),
        )
    with console.status(f"{bench.name}: the whole of monitoring"):
        report.monitoring(bench.name, measure_monitoring(kafka, bench.database(), keys, count, log))
    some = [record for record in corpus.records if record.topic == TRAINING.name][:RELAYED]
    with console.status(f"{bench.name}: relay and bare producer"):
        producer = len(some) / produce_seconds(bench.broker(), some)
        relay = relayed(bench.broker(), bench.database(), keys, some, log)
        report.relay(bench.name, relay.rate, producer)
    items = [one for one in corpus.pilot.uploads if one.service == "beneficiary"]
    with console.status(f"{bench.name}: CSV intake"):
        token = corpus.stack.tokens["beneficiary"]
        rate = intake_rate(bench.broker(), bench.database(), keys, token, items, log)
        report.add(bench.name, "CSV intake of facilitators and families, rows", rate)
    with console.status(f"{bench.name}: {LOAD_PER_SECOND} events/s for {LOAD_SECONDS} s"):
        databases = (bench.database(), bench.database())
        report.latency(
            bench.name,
            latency(bench.broker(), databases, keys, LOAD_PER_SECOND, LOAD_SECONDS, log),
        )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # servers are ended on the way out
    commands()
