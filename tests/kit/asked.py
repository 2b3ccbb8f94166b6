"""Which tests asked for a broker or a database: all others do the same on any parts.

A session on the embedded parts notes the tests that passed without asking; `--asking`, on the real
parts, leaves these out and says how many they are. It reads what the last session here has noted, so
it is for running both one after the other on the same code, as continuous integration does.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import parts

NOTED = "lintas/asked_for_nothing"
_ASKED = ("asked for parts", True)


class Asked:
    """Watches fixtures and tests of one process, and what the workers report."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._asking: set[int] = set()
        """Fixtures that asked, for all tests that share them."""
        self._results: dict[str, bool] = {}
        """Test -> whether it passed without asking."""

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Iterator[None]:
        """A fixture of a module asks once; every test that has it depends on the parts."""
        before = parts.times_asked()
        yield
        if parts.times_asked() > before:
            self._asking.add(id(fixturedef))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        """Remember how often parts were asked for before this test."""
        item.stash[_BEFORE] = parts.times_asked()
        yield

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:
        """Put into the test's report whether it asked."""
        yield
        known = getattr(item, "_fixtureinfo").name2fixturedefs.values()  # noqa: B009 - no public way
        shared = any(id(one) in self._asking for found in known for one in found)
        if shared or parts.times_asked() > item.stash[_BEFORE]:
            item.user_properties.append(_ASKED)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what each test did; a worker's reports reach the controller."""
        so_far = self._results.get(report.nodeid, True)
        self._results[report.nodeid] = (
            so_far and report.passed and _ASKED not in map(tuple, report.user_properties)
        )

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Note it where nobody is above this process; a worker says what it left out."""
        config = session.config
        if hasattr(config, "workeroutput"):
            config.workeroutput[_OF_WORKER] = config.stash.get(LEFT_OUT, 0)
        elif config.option.parts == "embedded" and (cache := getattr(config, "cache", None)):
            cache.set(NOTED, sorted(test for test, alike in self._results.items() if alike))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Every worker leaves out the same tests."""
        output = getattr(node, "workeroutput", {})
        self._config.stash[LEFT_OUT] = output.get(_OF_WORKER, 0)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """With `--asking`, leave out what the last session on embedded parts noted."""
        if not self._config.option.asking:
            return
        cache = getattr(self._config, "cache", None)
        noted = frozenset(cache.get(NOTED, []) if cache is not None else [])
        left_out = [item for item in items if item.nodeid in noted]
        items[:] = [item for item in items if item.nodeid not in noted]
        self._config.hook.pytest_deselected(items=left_out)
        self._config.stash[LEFT_OUT] = len(left_out)


_BEFORE = pytest.StashKey[int]()
_OF_WORKER = "left_out"
LEFT_OUT = pytest.StashKey[int]()
"""How many tests this session leaves out."""


def summary(config: pytest.Config) -> str:
    """What the end of a session says of the tests that were left out; empty if none."""
    number = config.stash.get(LEFT_OUT, 0)
    text = f"{number} tests left out: they passed on the embedded parts without asking for any"
    return text if number else ""
