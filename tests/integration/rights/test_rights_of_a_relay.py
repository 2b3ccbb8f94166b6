"""A right to write is withdrawn and given back: nothing is lost, and the relay says that it waits."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from shared.events.topics import Topic
from shared.outbox import relay as relay_module
from shared.outbox.relay import Relay
from shared.recovery.own_topic import OwnTopic
from tests.integration.rights.conftest import READER, SENDER, TOPIC, WRITE
from tests.kit.listening import all_applied, listening, until
from tests.kit.records import Source, trust_in
from tests.kit.relaying import depth, put, waits_for, while_relaying
from tests.parts.secured import Secured

pytestmark = pytest.mark.anyio


async def test_the_right_to_write_a_topic_is_withdrawn_and_given_back(
    secured: Secured, own_topic: Topic, engine: Engine
) -> None:
    """An idempotent producer is dead after the refusal; all arrives, each once in the figures."""
    source = Source(replace(own_topic))

    async def work(relay: Relay) -> None:
        put(engine, own_topic, range(50))
        await until(lambda: depth(engine) == 0, "sent", 60)
        secured.withdraw(SENDER, WRITE, TOPIC, own_topic.name)
        put(engine, own_topic, range(50, 100))
        await until(lambda: waits_for(relay, "broker"), "refused", 60)
        assert depth(engine) > 0
        secured.give(SENDER, WRITE, TOPIC, own_topic.name)
        await until(lambda: depth(engine) == 0, "sent", 60)
        assert not waits_for(relay, "broker")

    await while_relaying(engine, secured.as_user(SENDER), work)
    async with listening(engine, secured.as_user(READER), source):
        await all_applied(engine, source, range(1, 101))


async def test_a_relay_with_a_wrong_password_waits_for_the_right_one(
    secured: Secured, own_topic: Topic, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is read again for each producer: no restart is needed."""
    monkeypatch.setattr(relay_module, "LONGEST_PAUSE", 1.0)
    settings = secured.as_user(SENDER, "wrong")

    async def work(relay: Relay) -> None:
        put(engine, own_topic, range(10))
        await until(lambda: waits_for(relay, "broker"), "refused", 60)
        assert depth(engine) == 10
        secured.as_user(SENDER)
        await until(lambda: depth(engine) == 0, "sent", 60)

    published = OwnTopic(settings, own_topic, trust_in(Source())).highest
    await while_relaying(engine, settings, work, published)


async def test_without_the_right_to_read_its_own_topic_a_relay_sends_and_says_what_it_cannot_see(
    secured: Secured, own_topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether an older database was restored stays unknown; the log says so."""
    settings = secured.as_user(SENDER)
    published = OwnTopic(settings, own_topic, trust_in(Source())).highest

    async def work(relay: Relay) -> None:
        put(engine, own_topic, range(10))
        await until(lambda: depth(engine) == 0, "sent", 60)
        assert not waits_for(relay, "broker")

    await while_relaying(engine, settings, work, published)
    await while_relaying(engine, settings, work, published)
    assert "no right to read our own topic" in caplog.text
