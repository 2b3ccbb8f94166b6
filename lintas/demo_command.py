"""`lintas demo`: the pilot on this machine, its answers and what it took."""

import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import httpx
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lintas import answers, demo
from lintas.broker import BrokerMissing
from lintas.client import RequestRefused
from lintas.endpoints import Endpoints
from lintas.keep import keep as keep_run
from lintas.local import NotReady, Stack, prepare, running
from lintas.next_steps import addresses, steps, write_tokens
from lintas.pilot.generate import DEFAULT_SEED, Pilot, make_pilot
from lintas.pilot.late import BEFORE_LAST_MONTH, LAST_MONTH
from lintas.pilot.numbers import Numbers
from lintas.progress import Stalled
from lintas.releasing import release
from lintas.remote import Deployment, NotReachable, find_deployment
from lintas.telling import doing, say
from shared.events.monitoring import CutCause
from shared.messages import phrase
from shared.regions import Regions

console = Console()
REGIONS = Regions.load()
AGAIN = "; the same command again adds only what is missing"
_FAILURES = (BrokerMissing, NotReachable, NotReady, RequestRefused, httpx.HTTPError, Stalled)
"""Errors that are shown as one sentence; anything else is a fault of ours and shows where."""


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
    on: Annotated[
        list[str] | None,
        typer.Option(help="Play into a deployment: SERVICE=URL, once for each service."),
    ] = None,
    metrics: Annotated[
        list[str] | None,
        typer.Option(
            help="With --on: SERVICE=URL of health and metrics that are not 100 ports above the API."
        ),
    ] = None,
    tokens: Annotated[
        Path, typer.Option(help="With --on: the pilot's tokens, from `lintas secrets init`.")
    ] = Path("secrets/pilot/tokens.json"),
    kafka: Annotated[
        str | None, typer.Option(help="With --on and --keep: a broker, to keep the topics as well.")
    ] = None,
) -> None:
    """Play the pilot: files and requests in, events across, figures out. Without --on on this machine."""
    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise typer.BadParameter(f"{keep} is not empty; name a new directory", param_hint="--keep")
    before = signal.signal(signal.SIGTERM, _end)
    directory = (keep or Path(tempfile.mkdtemp(prefix="lintas-demo-"))).resolve()
    run = Run(directory, Numbers.small() if small else Numbers(), seed, kept=keep is not None)
    try:
        if on:
            _play_there(run, find_deployment(on, tokens, metrics or ()), kafka)
        else:
            _play_here(run, once=once)
    except _FAILURES as error:
        console.print(
            f"[red]{escape(f'{type(error).__name__}: {error}')}[/red]{AGAIN if on else ''}"
        )
        raise typer.Exit(2) from None
    finally:
        signal.signal(signal.SIGTERM, before)
        if keep is None:
            shutil.rmtree(directory, ignore_errors=True)


def _end(_number: int, _frame: object) -> NoReturn:
    """End like Ctrl-C does, so that the services are stopped as well."""
    raise SystemExit(128 + signal.SIGTERM)


@dataclass(frozen=True)
class Run:
    """What is played, and where its files are."""

    directory: Path
    numbers: Numbers
    seed: int
    kept: bool


def _play_here(run: Run, *, once: bool) -> None:
    """On this machine, with parts that live as long as the command."""
    with ExitStack() as until_end:
        with doing(console, "making the pilot's files, keys and databases"):
            pilot = _make(run)
            stack = prepare(run.directory)
        with doing(console, "starting broker and services"):
            until_end.enter_context(running(stack))
        tokens = run.directory / "tokens.env"
        write_tokens(tokens, stack.tokens)
        until_end.callback(tokens.unlink)  # they open nothing any more
        for line in addresses(stack, tokens):
            say(console, line)
        _play(run, pilot, stack, stack.broker.bootstrap, stack.peak_memory)
        if not once:
            _stay(stack, tokens)


def _play_there(run: Run, deployment: Deployment, kafka: str | None) -> None:
    """Into a deployment that runs already. What it has is not counted twice: play it again at will."""
    with doing(console, "making the pilot's files"):
        pilot = _make(run)
    say(console, f"{phrase('demo.page').both()}: {deployment.url('monitoring')}/")
    _play(run, pilot, deployment, kafka)


def _make(run: Run) -> Pilot:
    return make_pilot(demo.inputs_directory(run.directory), run.numbers, run.seed, REGIONS)


def _play(
    run: Run,
    pilot: Pilot,
    endpoints: Endpoints,
    kafka: str | None,
    memory: Callable[[], dict[str, int]] = dict,
) -> None:
    measured = demo.run_pilot(endpoints, pilot, console)
    first = _released(endpoints, measured, BEFORE_LAST_MONTH, CutCause.FIRST_RELEASE)
    count = sum(len(one.body["items"]) for one in pilot.late)
    families = sum(one.rows for one in pilot.late_uploads)
    say(console, phrase("demo.late").both(count=count + families))
    late = demo.send_late(endpoints, pilot, console)
    measured.events += late.events
    measured.seconds += late.seconds
    second = _released(endpoints, measured, LAST_MONTH, CutCause.LATE_FACTS)
    measured.memory = memory()
    answers.show(second, REGIONS, console)
    console.print(_measured(measured))
    if run.kept:
        with doing(console, "keeping topics and releases"):
            keep_run(run.directory, kafka, (first, second))
        say(console, f"kept in {run.directory}")


def _released(
    endpoints: Endpoints, measured: demo.Measured, until: str, cause: CutCause
) -> answers.Answers:
    """Order a release, wait for it, and ask for what it says."""
    words = f"{phrase('demo.computing').both()} {until}"
    with doing(console, words), measured.stage(f"release until {until}", "rows") as done:
        answer = answers.ask(endpoints, release(endpoints, until, cause))
        done.append(len(answer.rows))
    return answer


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


def _stay(stack: Stack, tokens: Path) -> None:
    for line in steps(stack, tokens):
        say(console, line)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("ending")
