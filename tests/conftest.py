"""The parts of the session, and databases that end with their test."""

import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import Engine
from xdist import is_xdist_controller

from shared.database.engine import open_engine
from tests import parts, programs
from tests.kit import depth, lanes
from tests.kit.asked import Asked, summary

VERSIONS = pytest.StashKey[str]()
"""What the session runs on, as the servers report it."""
_VERSIONS_OF_WORKER = "versions"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--parts real` runs the same tests on Apache Kafka and PostgreSQL, `--deep` for longer."""
    choices = ("embedded", "real")
    parser.addoption("--parts", choices=choices, default="embedded", help="what to run on")
    left_out = "with real parts: without the tests that passed on embedded ones and asked for none"
    parser.addoption("--asking", action="store_true", help=left_out)
    written = "write the pictures of docs/panduan instead of throwing them away"
    parser.addoption("--pictures", action="store_true", help=written)
    parser.addoption("--deep", action="store_true", help="more kills, more generated examples")


def pytest_configure(config: pytest.Config) -> None:
    """Choose how much is tried, and watch which tests ask for parts."""
    config.pluginmanager.register(Asked(config), "asked")
    depth.choose(deep=config.option.deep, real=config.option.parts == "real")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the parts; SIGTERM ends a session as Ctrl-C does, so that it stops what it has started.

    Where workers run side by side, each has parts of its own.
    """
    signal.signal(signal.SIGTERM, _end_once)
    signal.signal(signal.SIGINT, _end_once)
    if is_xdist_controller(session):
        parts.refuse_shared_servers()
        parts.begin_run()
    else:
        session.config.stash[VERSIONS] = parts.choose(session.config.option.parts).versions()


def _end_once(_number: int, _frame: FrameType | None) -> None:
    """End at the first signal; a second one (make passes SIGTERM on) must not cut the closing short."""
    _ignore_signals()
    raise KeyboardInterrupt  # no `except Exception` keeps it


def _ignore_signals() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """From here on the session closes; where nothing may be missing, what is missing fails it."""
    _ignore_signals()
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_VERSIONS_OF_WORKER] = session.config.stash[VERSIONS]
    if os.environ.get("CI") == "true" and _left_out(session.config) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_testnodedown(node: Any) -> None:
    """A worker has ended: what it ran on is what the session ran on."""
    if versions := getattr(node, "workeroutput", {}).get(_VERSIONS_OF_WORKER):
        node.config.stash[VERSIONS] = versions


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was started, after the last fixture: fixtures drop their databases first."""
    while parts._CHOSEN:
        parts._CHOSEN.pop().close()
    if config.option.parts == "real" and not hasattr(config, "workerinput"):
        parts.end_run()


def _left_out(config: pytest.Config) -> Counter[str]:
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    skipped = terminal.stats.get("skipped", []) if terminal else []
    return programs.left_out(str(report.longrepr) for report in skipped)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the tests ran on, and what was not tested."""
    if versions := terminalreporter.config.stash.get(VERSIONS, ""):
        terminalreporter.write_line(f"parts: {versions}")
    if left_out := summary(terminalreporter.config):
        terminalreporter.write_line(left_out)
    missing = _left_out(terminalreporter.config)
    debian, root = shutil.which("apt-get") is not None, os.geteuid() == 0
    for line in programs.block(missing, debian=debian, root=root):
        terminalreporter.write_line(line, red=os.environ.get("CI") == "true", yellow=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that wait."""
    lanes.sort(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> lanes.LaneScheduling:
    """Keep together what shares a run when workers run side by side (`-n 2`)."""
    return lanes.LaneScheduling(config, log)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of any database runs on each kind that the parts have."""
    if "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", parts.of_session().databases)


@pytest.fixture(autouse=True)
def _databases_end_with_the_test() -> Iterator[None]:
    mark = parts.of_session().mark()
    yield
    parts.of_session().drop_since(mark)


@pytest.fixture
def any_database(database_kind: str) -> str:
    """URL of an empty database of each kind."""
    return parts.current().fresh_database(database_kind)


@pytest.fixture
def fresh_database() -> str:
    """URL of an empty database."""
    return parts.current().fresh_database()


@pytest.fixture
def open_database() -> Iterator[Callable[[], Engine]]:
    """Makes engines on fresh databases, disposed of at the end."""
    engines: list[Engine] = []

    def make() -> Engine:
        engines.append(open_engine(parts.current().fresh_database()))
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()
