"""`latency`: how long an event takes from its commit in a domain service until monitoring knows it."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.latency import latency
from benchmarks.machine import machine
from benchmarks.peers.servers import servers
from benchmarks.peers.usage import load_average
from benchmarks.sections import write_section
from shared.security.keys import init_keys

TITLE = "From commit to known"


def steady(
    rate: Annotated[int, typer.Option(min=1, help="Events a second.")] = 200,
    seconds: Annotated[int, typer.Option(min=5, help="For so long.")] = 60,
    out: Annotated[Path | None, typer.Option(help="The page whose section is written.")] = None,
) -> None:
    """From commit in a domain service to known in monitoring, at a steady load; needs Docker.

    Example: python -m benchmarks latency --rate 200 --seconds 30
    """
    console = Console()
    with tempfile.TemporaryDirectory(prefix="lintas-latency-") as folder, servers() as parts:
        keys, log = Path(folder) / "keys", Path(folder) / "log"
        init_keys(keys, ["training", "monitoring"])
        databases = (parts.postgres.create(), parts.postgres.create())
        middle, late = latency(parts.settings, databases, keys, rate, seconds, log)
    facts = [
        *(f"{name}: {value}" for name, value in machine().items()),
        f"servers: {parts.versions}",
        f"{rate} events a second for {seconds} s, a transaction each",
        f"median {middle * 1e3:.0f} ms, 99th percentile {late * 1e3:.0f} ms",
        f"load average at the end: {load_average()}",
    ]
    text = "\n".join(f"- {fact}" for fact in facts)
    console.print(text, soft_wrap=True)
    if out:
        write_section(out, TITLE, f"{_INTRODUCTION}\n\n{text}")


_INTRODUCTION = """Written by `make bench ARGS=latency`. One writer commits an event at a time in training's
database; its relay sends it, monitoring's consumer applies it; a watcher asks monitoring's database every
5 ms. The first events, while all come up, are not counted."""
