"""The broker under test, and topics of a test's own on it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from shared.events.topics import COOPERATIVE, TOPIC_OF, Topic
from shared.kafka.admin import admin
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import ensure_topics
from tests import parts
from tests.kit.records import make_tables


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests (marked `anyio`) run on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def kafka() -> KafkaSettings:
    """How to reach the broker under test."""
    return parts.current().kafka()


@pytest.fixture
def topic(kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Topic]:
    """A topic like the cooperative's, with a name of its own and three partitions; it exists."""
    fresh = replace(COOPERATIVE, name=f"test.{uuid4().hex}.v1", partitions=3)
    monkeypatch.setitem(TOPIC_OF, fresh.name, fresh)  # else nothing could be staged for it
    ensure_topics(kafka.bootstrap, [fresh])
    yield fresh
    with admin(kafka.bootstrap) as client:
        client.delete_topics([fresh.name, fresh.dead_letter])


@pytest.fixture
def engine(open_database: Callable[[], Engine]) -> Engine:
    """A database with the tables that every service has, and the one of a test's `apply`."""
    made = open_database()
    make_tables(made)
    return made
