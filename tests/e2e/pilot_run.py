"""One pilot on real processes: its inputs, its processes, and what it must end with."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from lintas import answers, demo
from lintas.answers import Answers
from lintas.local import Stack
from lintas.pilot.generate import Pilot, make_pilot
from lintas.pilot.late import LAST_MONTH
from lintas.pilot.numbers import Numbers
from lintas.registry import SERVICES
from lintas.releasing import release
from shared.events.monitoring import CutCause
from shared.regions import Regions
from tests import parts
from tests.reference import reference
from tests.reference.compare import differences
from tests.reference.figures import FROM_INPUTS

COMPARED_AT_LEAST = 500
"""So many published figures are compared, or the comparison would prove little."""
SEED = 2026
REGIONS = Regions.load()
Rows = Sequence[Mapping[str, Any]]
"""The figures of a release."""
Cells = dict[tuple[str, str, str, str, str], int]
"""Part, region, period, programme and band to a number."""


@dataclass
class PilotRun:
    """A pilot and the processes that it goes through."""

    stack: Stack
    pilot: Pilot

    @property
    def inputs(self) -> Path:
        """What the officers handed in."""
        return demo.inputs_directory(self.stack.directory)

    def send(self) -> None:
        """Hand in what is in time and wait until all of it is counted."""
        demo.run_pilot(self.stack, self.pilot, silent())

    def send_late(self) -> None:
        """Hand in what comes late."""
        demo.send_late(self.stack, self.pilot, silent())

    def ask(self, until: str = LAST_MONTH, cause: CutCause = CutCause.FIRST_RELEASE) -> Answers:
        """Order a release, wait for it and fetch it."""
        return answers.ask(self.stack, release(self.stack, until, cause))

    def assert_right(self, *releases: Answers, before: Sequence[Rows] = ()) -> None:
        """What the last of these releases shows is what the reference counts from the inputs alone."""
        rows = [*before, *(one.rows for one in releases)]
        assert_figures(rows, self.count(), releases[-1].until)

    def count(self) -> Cells:
        """What the reference counts from the inputs alone."""
        counted: Cells = reference.cells_of_inputs(self.inputs)
        return counted

    def get(self, service: str, path: str, token: str | None = None, **query: str) -> Any:
        """The JSON of a door."""
        headers = {"Authorization": f"Bearer {self.stack.tokens[token]}"} if token else {}
        url = self.stack.url(service) + path
        answer = httpx.get(url, params=query, headers=headers, timeout=60)
        return answer.raise_for_status().json()


def lay(
    directory: Path, numbers: Numbers, seed: int = SEED, *, on: Stack | None = None
) -> PilotRun:
    """Write the inputs, keys, tokens and empty databases of a run; nothing runs yet.

    It is on the session's parts, or on a stack of the test's own.
    """
    pilot = make_pilot(demo.inputs_directory(directory), numbers, seed, REGIONS)
    return PilotRun(on or parts.current().stack(directory), pilot)


def demo_on(pilot_run: PilotRun, tokens: Path, keep: Path) -> list[str]:
    """`lintas demo --on` as an operator types it."""
    stack = pilot_run.stack
    on = [word for name in SERVICES for word in ("--on", f"{name}={stack.url(name)}")]
    # the ports of a test are any that are free: none is 100 above another
    metrics = [
        word for name in SERVICES for word in ("--metrics", f"{name}={stack.operations(name)}")
    ]
    return ["demo", "--small", *on, *metrics, "--tokens", str(tokens), "--keep", str(keep)]


def assert_figures(releases: Sequence[Rows], cells: Cells, until: str) -> None:
    """What the last of these releases shows is what the reference has counted."""
    wrong, compared = differences(releases, cells, until, FROM_INPUTS)
    assert not wrong, f"{len(wrong)} of {compared} figures, shown and counted: {wrong[:5]}"
    assert compared > COMPARED_AT_LEAST


def silent() -> Console:
    """A console that nobody reads."""
    return Console(file=io.StringIO(), force_terminal=False)


def add_rows(
    pilot_run: PilotRun, name: str, columns: Iterable[str], rows: Iterable[Iterable[str]]
) -> None:
    """Add a CSV file to the inputs: the reference counts it from now on."""
    with (pilot_run.inputs / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerows([list(columns), *map(list, rows)])


def take_back(pilot_run: PilotRun, path: str, wrong: Mapping[str, object]) -> None:
    """Remove one item from the inputs, as if it had never been handed in."""
    file = pilot_run.inputs / "requests.ndjson"
    kept = []
    for line in file.read_text(encoding="utf-8").splitlines():
        request = json.loads(line)
        if request["path"] == path:
            request["body"]["items"] = [i for i in request["body"]["items"] if i != wrong]
        kept.append(json.dumps(request))
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")
