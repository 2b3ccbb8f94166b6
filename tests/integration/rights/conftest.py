"""A broker that asks who comes, for the tests of rights."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from kafka.admin import ACLOperation, ResourceType

from shared.events.topics import COOPERATIVE, TOPIC_OF, Topic
from shared.kafka.admin import admin
from shared.kafka.topics import ensure_topics
from tests import parts
from tests.parts.secured import Secured, secured_kafka

READ, WRITE = ACLOperation.READ, ACLOperation.WRITE
TOPIC, GROUP = ResourceType.TOPIC, ResourceType.GROUP
SENDER, READER = "cooperative", "monitoring"


@pytest.fixture(scope="package")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """Two services are known to it; neither has a right."""
    if parts.current().kafka().embedded:
        pytest.skip("the embedded broker knows no rights: not tested without --parts real")
    with secured_kafka(tmp_path_factory.mktemp("secured")) as broker:
        for user in (SENDER, READER):
            broker.know(user)
        yield broker


@pytest.fixture
def own_topic(secured: Secured, monkeypatch: pytest.MonkeyPatch) -> Iterator[Topic]:
    """A topic of the test's own; the sender may write it, the reader may read it."""
    fresh = replace(COOPERATIVE, name=f"test.{uuid4().hex}.v1", partitions=2)
    monkeypatch.setitem(TOPIC_OF, fresh.name, fresh)  # else nothing could be staged for it
    ensure_topics(secured.as_admin, [fresh])
    secured.give(SENDER, WRITE, TOPIC, fresh.name)
    secured.give(READER, READ, TOPIC, fresh.name)
    secured.give(READER, READ, GROUP, f"g-{fresh.name}")
    yield fresh
    with admin(secured.as_admin) as client:
        client.delete_topics([fresh.name, fresh.dead_letter])
