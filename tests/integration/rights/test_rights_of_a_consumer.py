"""A right is withdrawn and given back: the consumer says so, is not ready, and goes on by itself."""

import asyncio
import logging

import pytest
from sqlalchemy import Engine

from shared import clock
from shared.events.topics import Topic
from shared.observability.health import Health
from tests.integration.rights.conftest import GROUP, READ, READER, SENDER, TOPIC
from tests.kit.listening import all_applied, applied_in, listening, send, until
from tests.kit.records import Source
from tests.parts.secured import PASSWORD, Secured

pytestmark = pytest.mark.anyio
PATIENCE = 90.0
"""A refusal is looked at again after pauses of up to 15 s."""


def waits(health: Health) -> bool:
    """Readiness names the consumer."""
    return health.ready(clock.now()).get("consumer") == "NotListening"


async def test_the_right_to_read_a_topic_is_withdrawn_and_given_back(
    secured: Secured, own_topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """Not ready while refused; it does not take the hidden topic for a new one."""
    caplog.set_level(logging.INFO, "lintas.consumer")
    source, health = Source(own_topic), Health()
    await send(secured.as_user(SENDER), source.records(range(1, 11)))
    async with listening(engine, secured.as_user(READER), source, health=health):
        await all_applied(engine, source, range(1, 11))
        secured.withdraw(READER, READ, TOPIC, own_topic.name)
        await until(lambda: waits(health), "not ready", PATIENCE)
        await send(secured.as_user(SENDER), source.records(range(11, 21)))
        secured.give(READER, READ, TOPIC, own_topic.name)
        await all_applied(engine, source, range(1, 21))
        await until(lambda: health.ready(clock.now()) == {}, "ready", PATIENCE)
    assert any(
        message in caplog.text for message in ("no right to see", "TopicAuthorizationFailed")
    )
    assert "made again" not in caplog.text


async def test_the_right_to_a_group_is_withdrawn_and_given_back(
    secured: Secured, own_topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """The client never recovers from it by itself: the watchdog restarts it."""
    source, health = Source(own_topic), Health()
    group = f"g-{own_topic.name}"
    await send(secured.as_user(SENDER), source.records(range(1, 11)))
    reader = secured.as_user(READER)
    async with listening(engine, reader, source, health=health, stalled_after=4.0):
        await all_applied(engine, source, range(1, 11))
        secured.withdraw(READER, READ, GROUP, group)
        await asyncio.sleep(2.0)  # a heartbeat is refused meanwhile
        await send(secured.as_user(SENDER), source.records(range(11, 21)))
        await until(lambda: waits(health), "not ready", PATIENCE)
        assert applied_in(engine, source) == list(range(1, 11))
        secured.give(READER, READ, GROUP, group)
        await until(lambda: len(applied_in(engine, source)) == 20, "read on", PATIENCE)
        await until(lambda: health.ready(clock.now()) == {}, "ready", PATIENCE)
    assert "restarting the client" in caplog.text


async def test_a_consumer_without_rights_or_with_a_wrong_password_waits_for_them(
    secured: Secured, own_topic: Topic, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """At the start: not ready, one warning; it goes on when the password's file is right."""
    caplog.set_level(logging.INFO, "lintas.consumer")
    source, health = Source(own_topic), Health()
    await send(secured.as_user(SENDER), source.records(range(1, 11)))
    secured.withdraw(READER, READ, GROUP, f"g-{own_topic.name}")
    wrong = secured.as_user(READER, "wrong")
    async with listening(engine, wrong, source, health=health):
        await until(lambda: waits(health), "not ready", PATIENCE)
        assert f"when it refuses user {READER}" in caplog.text
        secured.as_user(READER, PASSWORD)
        await until(lambda: "GroupAuthorizationFailedError" in caplog.text, "refused", PATIENCE)
        assert waits(health)
        secured.give(READER, READ, GROUP, f"g-{own_topic.name}")
        await until(lambda: len(applied_in(engine, source)) == 10, "read", PATIENCE)
        await until(lambda: health.ready(clock.now()) == {}, "ready", PATIENCE)
