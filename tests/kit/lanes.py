"""Which tests stay together when several workers run side by side, and which begin.

Every worker has a broker, a PostgreSQL and databases of its own. The tests of a file stay with one
worker, for they may share a fixture of the module; so do all tests that share a fixture of their
folder, as those that look at the one run of the pilot do.
"""

from pathlib import Path

import pytest

_WAITING = ("faults", "e2e", "integration", "deploy", "page")
"""Folders whose tests wait for other processes: they begin, so that none of them is left for the end."""


def assign(items: list[pytest.Item], root: Path) -> None:
    """Mark each test with its lane and put the lanes of waiting folders first, else in order."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_lane(item, root)))
    items.sort(key=lambda item: _rank(item.path.relative_to(root).parts[0]))


def _lane(item: pytest.Item, root: Path) -> str:
    path = item.path.relative_to(root)
    return (path.parent if _shares_its_folder(item) else path).as_posix()


def _shares_its_folder(item: pytest.Item) -> bool:
    found = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009 (pytest has no public way)
    return any(one.scope == "package" for fixtures in found.values() for one in fixtures)


def _rank(folder: str) -> int:
    return _WAITING.index(folder) if folder in _WAITING else len(_WAITING)
