"""Real servers for integration tests: embedded ones, or those of the environment.

LINTAS_TEST_KAFKA=host:port      an Apache Kafka that tests may make topics on
LINTAS_TEST_POSTGRES=postgresql+psycopg://...    a server on which tests may make databases
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url

from lintas.broker import EmbeddedBroker
from shared.db import open_engine
from shared.events.topics import COOPERATIVE, Topic
from shared.kafka import KafkaSettings, ensure_topics

REAL_KAFKA = os.environ.get("LINTAS_TEST_KAFKA", "")
REAL_POSTGRES = os.environ.get("LINTAS_TEST_POSTGRES", "")


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests (marked `anyio`) run on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def broker() -> Iterator[EmbeddedBroker]:
    """The embedded broker, one for all tests; a test that kills one starts its own."""
    with EmbeddedBroker() as embedded:
        yield embedded


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest) -> KafkaSettings:
    """How to reach the broker under test."""
    if REAL_KAFKA:
        return KafkaSettings(REAL_KAFKA)
    embedded: EmbeddedBroker = request.getfixturevalue("broker")
    return embedded.settings


@pytest.fixture
def topic(kafka: KafkaSettings) -> Topic:
    """A topic like the cooperative's, with a name of its own and three partitions; it exists."""
    fresh = replace(COOPERATIVE, name=f"test.{uuid4().hex}.v1", partitions=3)
    ensure_topics(kafka.bootstrap, [fresh])
    return fresh


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes URLs of fresh, empty databases; on a server they are dropped at the end."""
    if not REAL_POSTGRES:
        yield lambda: f"sqlite:///{tmp_path}/{uuid4().hex}.db"
        return
    made: list[str] = []
    admin = create_engine(REAL_POSTGRES, isolation_level="AUTOCOMMIT")

    def make() -> str:
        made.append(f"test_{uuid4().hex}")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {made[-1]}")
        return make_url(REAL_POSTGRES).set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    with admin.connect() as connection:
        for name in made:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture
def open_database(database_url: Callable[[], str]) -> Iterator[Callable[[], Engine]]:
    """Makes engines on fresh databases, disposed of at the end."""
    engines: list[Engine] = []

    def make() -> Engine:
        engines.append(open_engine(database_url()))
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()
