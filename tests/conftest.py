"""The parts of the session, and databases that end with their test."""

import signal
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from shared.db import open_engine
from tests import parts

TOLD = pytest.StashKey[str]()
"""What the session runs on, as the servers report it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--parts real` runs the same tests on Apache Kafka and PostgreSQL."""
    choices = ("embedded", "real")
    parser.addoption("--parts", choices=choices, default="embedded", help="what to run on")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the parts; SIGTERM ends a session as Ctrl-C does, so that it stops what it has started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # no `except Exception` keeps it
    session.config.stash[TOLD] = parts.choose(session.config.option.parts).told()


def pytest_sessionfinish() -> None:
    """End what was started."""
    while parts._CHOSEN:
        parts._CHOSEN.pop().close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the tests ran on."""
    if told := terminalreporter.config.stash.get(TOLD, ""):
        terminalreporter.write_line(f"parts: {told}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of any database runs on each kind that the parts have."""
    if "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", parts.current().databases)


@pytest.fixture(autouse=True)
def _databases_end_with_the_test() -> Iterator[None]:
    mark = parts.current().mark()
    yield
    parts.current().drop_since(mark)


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
