"""`lintas demo`: the pilot on this machine, its answers and what it took."""

import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from lintas import answers, demo
from lintas.keep import keep as keep_run
from lintas.local import SERVICES, Stack, prepare, running
from lintas.pilot.numbers import Numbers
from lintas.pilot.play import DEFAULT_SEED, make_pilot
from shared.regions import Regions

console = Console()


def demo_command(
    once: Annotated[
        bool, typer.Option("--once", help="End by itself instead of keeping the pages up.")
    ] = False,
    keep: Annotated[
        Path | None,
        typer.Option(help="Leave all that the run read and wrote in this new directory."),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="The same seed makes the same bytes of input.")
    ] = DEFAULT_SEED,
    small: Annotated[bool, typer.Option("--small", help="A pilot of about one fortieth.")] = False,
) -> None:
    """Play the pilot on this machine: files and requests in, events across, figures out."""
    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise typer.BadParameter(f"{keep} is not empty; name a new directory", param_hint="--keep")
    signal.signal(signal.SIGTERM, _end)
    directory = (keep or Path(tempfile.mkdtemp(prefix="lintas-demo-"))).resolve()
    try:
        _play(
            directory,
            Numbers.small() if small else Numbers(),
            seed,
            once=once,
            kept=keep is not None,
        )
    finally:
        if keep is None:
            shutil.rmtree(directory, ignore_errors=True)


def _end(_number: int, _frame: object) -> NoReturn:
    """End like Ctrl-C does, so that the services are stopped as well."""
    raise SystemExit(128 + signal.SIGTERM)


def _play(directory: Path, numbers: Numbers, seed: int, *, once: bool, kept: bool) -> None:
    regions = Regions.load()
    with console.status("making the pilot's files, keys and databases"):
        pilot = make_pilot(demo.inputs_directory(directory), numbers, seed, regions)
        stack = prepare(directory)
    with running(stack):
        console.print(f"halaman / page: {stack.url('monitoring')}/  (English: /?bahasa=en)")
        measured = demo.play(stack, pilot, console)
        with measured.stage("release", "rows") as done:
            told = answers.ask(stack)
            done.append(len(told.rows))
        measured.memory = stack.peak_memory()
        answers.show(told, regions, console)
        console.print(_measured(measured))
        if kept:
            keep_run(stack, told)
            console.print(f"kept in {directory}")
        if not once:
            _stay(stack)


def _measured(measured: demo.Measured) -> Table:
    table = Table(title=f"{measured.events:,} events on the bus in {measured.seconds:.1f} s")
    for name in ("stage / process", "amount", "seconds", "per second"):
        table.add_column(name, justify="left" if "stage" in name else "right")
    for name, (amount, unit, seconds) in measured.stages.items():
        table.add_row(name, f"{amount:,} {unit}", f"{seconds:.1f}", f"{amount / seconds:,.0f}")
    whole = measured.events / measured.seconds
    table.add_row(
        "the whole road", f"{measured.events:,} events", f"{measured.seconds:.1f}", f"{whole:,.0f}"
    )
    for name, peak in measured.memory.items():
        table.add_row(f"peak memory: {name}", f"{peak / 2**20:,.0f} MiB", "", "")
    return table


def _stay(stack: Stack) -> None:
    table = Table(title="Layanan / services, until Ctrl-C")
    for name in ("service", "address (API: /docs)", "token of its pilot officer"):
        table.add_column(name, overflow="fold")
    for service in SERVICES:
        table.add_row(service, stack.url(service), stack.tokens[service])
    console.print(table)
    console.print(f"[bold]{stack.url('monitoring')}/[/bold]  Ctrl-C ends it")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("ending")
