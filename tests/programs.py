"""The programs of `tests/programs.tsv`: where they are, and what a session left out without them."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

TABLE = Path(__file__).with_name("programs.tsv")
PARSER = Path(__file__).parent / "contract" / "asyncapi"
"""Where the packages of node are."""
MISSING = "not on this machine: "
"""How the reason of such a skip begins: reports of other processes carry nothing but words."""


@dataclass(frozen=True)
class Program:
    """A line of the table."""

    name: str
    package: str
    what: str


def table() -> dict[str, Program]:
    """Programs by name."""
    lines = (line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {one.name: one for one in (Program(*line.split("\t")) for line in lines)}


def found(name: str) -> str | None:
    """Where a program of the table is. PostgreSQL's are outside the path on Debian."""
    assert name in table(), f"{name} is not in {TABLE.name}"
    if ".so." in name:
        return _library(name)
    places = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *places[::-1]]))


def _library(name: str) -> str | None:
    """Where a shared library of Linux is; other systems do not need it."""
    if not sys.platform.startswith("linux"):
        return name
    places = [*Path("/usr").glob(f"lib*/{name}"), *Path("/usr/lib").glob(f"*/{name}")]
    return str(places[0]) if places else None


def needed(name: str) -> str:
    """Where a program is; without it the test is skipped, and the session says so at its end."""
    path = found(name)
    if path is None:
        pytest.skip(f"{MISSING}{name}")
    return path


def compose() -> list[str]:
    """Compose as a program or as a plugin of docker; without both the test is skipped."""
    if shutil.which("docker") and not found("docker-compose"):
        plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        if plugin.returncode == 0:
            return ["docker", "compose"]
    return [needed("docker-compose")]


def node() -> str:
    """Node with the parser's packages; without them the test is skipped."""
    path = needed("node")
    if not (PARSER / "node_modules").is_dir():
        pytest.skip(f"{MISSING}npm")
    return path


def left_out(reasons: Iterable[str]) -> Counter[str]:
    """How many tests were skipped for each missing program."""
    named = (re.search(rf"{MISSING}([\w.-]+)", reason) for reason in reasons)
    return Counter(one[1] for one in named if one)


def block(missing: Counter[str], *, debian: bool, root: bool) -> list[str]:
    """What was not tested, and the one command that installs it; nothing when nothing is missing."""
    if not missing:
        return []
    known = table()
    lines = [f"NOT TESTED: {sum(missing.values())} tests skipped, programs are missing"]
    lines += [f"  {name}: {known[name].what} ({count})" for name, count in sorted(missing.items())]
    return [*lines, f"  {remedy([known[name] for name in missing], debian=debian, root=root)}"]


def remedy(missing: Iterable[Program], *, debian: bool, root: bool) -> str:
    """The command on Debian; elsewhere the names of the programs."""
    if debian:
        return f"install them: {'' if root else 'sudo '}make setup"
    return f"install with this system's packages: {', '.join(sorted(one.name for one in missing))}"
