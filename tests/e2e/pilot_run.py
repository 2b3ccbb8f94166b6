"""One pilot on real processes: its inputs, its processes, and what it must end with."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from lintas import answers, demo
from lintas.answers import Answers
from lintas.local import Stack
from lintas.pilot.generate import Pilot, make_pilot
from lintas.pilot.numbers import Numbers
from shared.regions import Regions
from tests import parts
from tests.reference import reference

WILAYAH = Path(reference.__file__).resolve().parents[2] / "shared" / "reference" / "wilayah.csv.gz"
SEED = 2026
REGIONS = Regions.load()


@dataclass
class PilotRun:
    """A pilot and the processes that it goes through."""

    stack: Stack
    pilot: Pilot

    @property
    def inputs(self) -> Path:
        """What the officers handed in."""
        return demo.inputs_directory(self.stack.directory)

    def expected(self) -> tuple[bytes, bytes]:
        """figures.json and figures.csv, counted by the reference from the inputs alone."""
        counted: tuple[bytes, bytes] = reference.figures(self.inputs, WILAYAH)
        return counted

    def send(self) -> None:
        """Hand everything in and wait until all of it is counted."""
        demo.run_pilot(self.stack, self.pilot, silent())

    def ask(self) -> Answers:
        """Cut a release and fetch it."""
        return answers.ask(self.stack)

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


def silent() -> Console:
    """A console that nobody reads."""
    return Console(file=io.StringIO(), force_terminal=False)


def assert_same_bytes(made: tuple[bytes, bytes], expected: tuple[bytes, bytes]) -> None:
    """Both files of a release equal the reference's; otherwise the first differing lines are shown."""
    differing = [
        (ours, theirs)
        for ours, theirs in zip(
            made[1].decode().splitlines(), expected[1].decode().splitlines(), strict=False
        )
        if ours != theirs
    ]
    assert not differing, (
        f"{len(differing)} lines differ, ours and the reference's: {differing[:5]}"
    )
    assert made[1] == expected[1], "figures.csv has lines that the reference has not, or too few"
    assert made[0] == expected[0], "figures.json differs although figures.csv is the same"


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
