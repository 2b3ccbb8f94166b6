"""Which tests stay together when several workers run side by side, and which begin.

Every worker has a broker, a PostgreSQL and databases of its own. The tests of a file stay with one
worker, for they may share a fixture of the module; so do all files of a folder that name a fixture
of the folder, as those that look at the one run of the pilot do.
"""

import re
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

_TESTS = Path(__file__).parents[1]
_SHARED = re.compile(r'scope="package"\)\ndef (\w+)')
"""Fixtures of a folder."""
_WAITING = ("faults", "e2e", "integration", "deploy", "page")
"""Folders whose tests wait for other processes: they begin, so that none of them is left for the end."""


class LaneScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Deals out lanes instead of tests (marks of `xdist_group` do not reach pytest 9.2's ids)."""

    def _split_scope(self, nodeid: str) -> str:
        return lane(Path(nodeid.partition("::")[0]).relative_to(_TESTS.name))


def lane(path: Path) -> str:
    """The lane of a test file, given below `tests`: the file, or its folder where it shares a run."""
    conftest, file = _TESTS / path.parent / "conftest.py", _TESTS / path
    shared = _SHARED.findall(conftest.read_text("utf-8")) if conftest.exists() else []
    names = set(re.findall(r"\w+", file.read_text("utf-8"))) if shared else set()
    return (path.parent if names & set(shared) else path).as_posix()


def sort(items: list[pytest.Item]) -> None:
    """Put the tests of waiting folders first, else leave them in order."""
    items.sort(key=lambda item: _rank(item.path.relative_to(_TESTS).parts[0]))


def _rank(folder: str) -> int:
    return _WAITING.index(folder) if folder in _WAITING else len(_WAITING)
