"""The parts that the suite runs on: the embedded ones, or Apache Kafka and PostgreSQL.

One suite, two sets. A test asks `current()` for a database, a broker or a whole stack and never says which; the
set is chosen once, by `pytest --parts real` or by naming servers:

    LINTAS_TEST_KAFKA=host:port                    an Apache Kafka without topics of Lintas: tests make and delete them
    LINTAS_TEST_POSTGRES=postgresql://user@host/db    a PostgreSQL on which tests may make and drop databases
"""

import os
import weakref
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from lintas.local import Broker, Stack
from shared.kafka.settings import KafkaSettings

KAFKA, POSTGRES = "LINTAS_TEST_KAFKA", "LINTAS_TEST_POSTGRES"
RUN = "CONTAINERS_OF_RUN"
"""The mark of a run, in the environment of its workers: no name that a service takes for a setting."""


class Parts(Protocol):
    """A set of parts."""

    databases: tuple[str, ...]
    """Kinds of database, for tests that compare them."""

    def versions(self) -> str:
        """Which broker and database these are, with versions as they report them."""

    def kafka(self) -> KafkaSettings:
        """The broker that tests share; a test that uses it makes topics of its own names."""

    def broker(self) -> Broker:
        """A broker for one run, not started: it has no topic, and may be killed with its log."""

    def crash(self, broker: Broker) -> None:
        """Kill the broker's process at once. A broker that writes to disk keeps its log."""

    def stack(self, directory: Path) -> Stack:
        """Keys, tokens, empty databases and a broker for the four services; nothing runs yet."""

    def fresh_database(self, kind: str = "") -> str:
        """URL of an empty database; of the set's own kind, or of one of `databases`."""

    def quick_engine(self) -> Engine:
        """A database that may have tables but no row, for tests that need hundreds."""

    def give_back(self, engine: Engine) -> None:
        """A quick database is not used any more."""

    def mark(self) -> int:
        """How many databases were made; for `drop_since`."""

    def drop_since(self, mark: int) -> None:
        """Drop the databases that were made after the mark."""

    def close(self) -> None:
        """End everything that was started."""


_CHOSEN: list[Parts] = []


def choose(wanted: str) -> Parts:
    """Start the parts of this session: `embedded` or `real`; servers of the environment mean real."""
    from tests.parts.embedded import Embedded
    from tests.parts.real import Real

    real = wanted == "real" or os.environ.get(KAFKA) or os.environ.get(POSTGRES)
    _CHOSEN.append(Real() if real else Embedded())
    return _CHOSEN[-1]


def refuse_shared_servers() -> None:
    """Workers side by side would delete each other's topics on a server that the environment names."""
    if named := [name for name in (KAFKA, POSTGRES) if os.environ.get(name)]:
        pytest.exit(
            f"{' and '.join(named)}: one server serves one worker: pass WORKERS=0 to make", 2
        )


_BEGUN: list[str] = []
"""The run that this process began: one inside another must not end its parent's."""


def begin_run() -> None:
    """Workers that are started from here on mark their containers alike."""
    _BEGUN.append(uuid4().hex)
    os.environ[RUN] = _BEGUN[-1]


def end_run() -> None:
    """Remove what workers have left that were killed."""
    from tests.parts.containers import remove_all

    while _BEGUN:
        os.environ.pop(RUN, None)
        remove_all(_BEGUN.pop())


def quick_engine(owner: object) -> Engine:
    """An engine on a quick database, the owner's as long as it lives."""
    engine = current().quick_engine()
    weakref.finalize(owner, current().give_back, engine)
    return engine


def current() -> Parts:
    """The parts of this session, for a test that needs one of them."""
    _ASKED.append(None)
    return _CHOSEN[-1]


_ASKED: list[None] = []


def times_asked() -> int:
    """How often a test or a fixture of this process asked for parts."""
    return len(_ASKED)


def of_session() -> Parts:
    """The parts of this session, for what the session does around every test."""
    return _CHOSEN[-1]
