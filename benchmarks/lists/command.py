"""Send lists and batches to the API processes of two checkouts in turn, and compare the best rounds."""

import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Annotated, NamedTuple

import httpx
import typer
from rich.console import Console

from benchmarks.lists.sides import HERE, code_at
from benchmarks.lists.work import Work, works
from benchmarks.machine import machine
from benchmarks.peers.usage import load_average
from benchmarks.processes import Measuring, environment, running
from benchmarks.sections import markdown_table, write_section
from lintas.broker import EmbeddedBroker
from lintas.pilot_tokens import issue_tokens
from lintas.registry import SERVICES
from shared.kafka.settings import KafkaSettings
from shared.security.keys import init_keys
from tests.parts.postgres import own_server

TITLE = "Intake of lists and batches"
HEADINGS = ("part", "a second", "before", "ratio", "own us", "own us before")


class Cost(NamedTuple):
    """Seconds a row: on the clock, and of the service's processor time."""

    clock: float
    own: float


@contextmanager
def _place(kind: str, folder: Path) -> Iterator[Callable[[str], str]]:
    """Gives the URL of an empty database of a kind; its argument names a file."""
    if kind == "sqlite":
        yield lambda name: f"sqlite:///{folder / name}.sqlite"
        return
    server = own_server()
    try:
        yield lambda _name: server.create()
    finally:
        server.close()


class Sitting(NamedTuple):
    """What all rounds share."""

    folder: Path
    kafka: KafkaSettings
    tokens: dict[str, str]
    works: Sequence[Work]

    def round(self, code: Path, name: str, database: Callable[[str], str]) -> dict[str, Cost]:
        """What each work costs this code, on empty databases."""
        found = {}
        for service, some in groupby(self.works, lambda one: one.service):
            with self._service(code, service, database(f"{name}-{service}")) as (url, process):
                for one in some:
                    found[one.name] = _cost(one, url, self.tokens[service], process)
        return found

    @contextmanager
    def _service(self, code: Path, service: str, database: str) -> Iterator[tuple[str, Measuring]]:
        env = environment(service, self.folder / "keys", self.kafka, database)
        command = [sys.executable, "-m", f"services.{service}", "migrate"]
        subprocess.run(command, env=env, cwd=code, check=True, stdout=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{env[f'LINTAS_{service.upper()}_PORT']}"
        with running(service, ("api",), env, self.folder / "log", code) as process:
            while not _answers(url):
                process.check()
                time.sleep(0.1)
            yield url, process


def lists(
    against: Annotated[str, typer.Option(help="A commit, or a folder with its code.")],
    databases: Annotated[str, typer.Option(help="Separated by commas.")] = "sqlite,postgresql",
    families: Annotated[int, typer.Option(min=1_000, help="How many families.")] = 12_000,
    rounds: Annotated[int, typer.Option(min=1, help="Of each, in turn; the best counts.")] = 3,
    out: Annotated[Path | None, typer.Option(help="The page whose section is written.")] = None,
) -> None:
    """Rows and items a second by the front doors, here and at another commit in turn.

    Example: python -m benchmarks lists --against HEAD~1 --families 5000
    """
    console = Console()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lintas-lists-")))
        codes = {"here": HERE, "before": stack.enter_context(code_at(against))}
        sitting = _sitting(folder, stack, families)
        text = [f"- {name}: {value}" for name, value in machine().items()]
        text.append(f"- {families:,} families, against {against}, the best of {rounds} rounds each")
        for kind in databases.split(","):
            database = stack.enter_context(_place(kind, folder))
            with console.status(kind):
                rows = _compared(sitting, codes, database, rounds)
            text += ["", f"{kind}:", "", *markdown_table(HEADINGS, rows)]
        text += ["", f"Load average at the end: {load_average()}"]
    console.print("\n".join(text), soft_wrap=True)
    if out:
        write_section(out, TITLE, f"{_INTRODUCTION}\n\n" + "\n".join(text))


def _sitting(folder: Path, stack: ExitStack, families: int) -> Sitting:
    broker = EmbeddedBroker().start()
    stack.callback(broker.stop)
    init_keys(folder / "keys", SERVICES)
    tokens = issue_tokens(folder / "keys", timedelta(days=1))
    return Sitting(folder, broker.settings, tokens, list(works(folder / "inputs", families)))


def _compared(
    sitting: Sitting, codes: dict[str, Path], database: Callable[[str], str], rounds: int
) -> Iterator[list[str]]:
    """One row of the table for each work."""
    best: dict[str, dict[str, Cost]] = defaultdict(dict)
    for number in range(rounds):
        for side, code in codes.items():
            for name, cost in sitting.round(code, f"{side}-{number}", database).items():
                before = best[side].get(name, cost)
                best[side][name] = Cost(*map(min, cost, before))
    for name in (one.name for one in sitting.works if one.measured):
        here, before = best["here"][name], best["before"][name]
        rates = [f"{1 / one.clock:,.0f}" for one in (here, before)]
        own = [f"{one.own * 1e6:.1f}" for one in (here, before)]
        yield [name, *rates, f"{before.clock / here.clock:.2f}", *own]


def _cost(work: Work, url: str, token: str, process: Measuring) -> Cost:
    used, began = process.cpu_seconds(), time.perf_counter()
    work.send(url, token)
    clock = time.perf_counter() - began
    return Cost(clock / work.count, (process.cpu_seconds() - used) / work.count)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/docs", timeout=2).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


_INTRODUCTION = """Written by `make bench ARGS="lists --against COMMIT --out docs/bench.md"`. The same lists and
batches are sent to the API process of each service, in turn as it is here and as it was at another commit,
on empty databases; a second client sends, and waits for every answer. "Own" is the processor time of the API
process alone."""
