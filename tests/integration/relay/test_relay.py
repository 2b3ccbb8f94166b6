"""The relay sends each event to the broker in order, dense, with the same bytes for ever."""

import asyncio
from collections.abc import Sequence

import pytest
from aiokafka.errors import (
    MessageSizeTooLargeError,
)
from sqlalchemy import Engine

from shared.database.engine import transaction
from shared.events.topics import COOPERATIVE
from shared.outbox import relay as relay_module
from shared.outbox.progress import republish
from tests.integration.relay.conftest import (
    drain,
    put,
    refusing,
    relay_of,
    some_numbered,
    until,
    while_running,
)
from tests.kit.records import Source, person, trust_in
from tests.kit.relaying import depth
from tests.kit.scripted_producer import Broker, Sent


def test_everything_staged_arrives_once_with_key_headers_and_proof(any_engine: Engine) -> None:
    """The plain case, on both databases: dense, marked, proven, keyed by the subject."""
    broker, trust = Broker(), trust_in(Source())
    put(any_engine, range(50))
    drain(any_engine, broker)
    assert sorted(broker.sequences) == list(range(1, 51))
    for one in broker.log:
        headers = dict(one.headers)
        assert one.key.decode() == person(one.sequence - 1)
        assert headers["content-type"] == b"application/cloudevents+json"
        assert trust.verify(one.value, headers["lintas-proof"]) == COOPERATIVE.owner


def test_events_staged_while_it_runs_are_noticed(any_engine: Engine) -> None:
    """Within a poll, again and again."""
    broker = Broker()

    async def work() -> None:
        for number in range(5):
            put(any_engine, [number])
            await until(lambda: len(broker.log) == number + 1)  # noqa: B023  awaited in the loop

    while_running(relay_of(any_engine, broker), work)
    assert broker.sequences == [1, 2, 3, 4, 5]


def test_events_of_a_key_keep_their_order(engine: Engine) -> None:
    """Many events of few keys over many batches."""
    broker = Broker()
    put(engine, [number % 4 for number in range(200)])
    drain(engine, broker)
    assert len(broker.log) == 200
    assert all(sequences == sorted(sequences) for sequences in broker.by_key().values())


@pytest.mark.parametrize("fails", [2, 5, 9])
def test_a_key_stops_at_its_first_failure(engine: Engine, fails: int) -> None:
    """A failed batch is not overtaken by later events of its keys, whichever batch it was."""
    broker, asked = Broker(), []

    def answer(records: Sequence[Sent]) -> Exception | None:
        asked.append(records)
        return ConnectionError() if len(asked) == fails else None

    broker.answer = answer
    put(engine, [number % 5 for number in range(300)])
    drain(engine, broker)
    assert sorted(broker.sequences) == list(range(1, 301))
    assert all(sequences == sorted(sequences) for sequences in broker.by_key().values())


def test_a_refused_event_stops_its_own_key_and_no_other(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """The broker will not have event 3: the rest of its key waits, everything else passes."""
    broker = Broker(answer=refusing(lambda one: one.sequence == 3, MessageSizeTooLargeError))
    put(engine, [number % 10 for number in range(60)])
    stuck = set(range(3, 61, 10))

    async def work() -> None:
        await until(lambda: depth(engine) == len(stuck))
        put(engine, [1])
        await until(lambda: 61 in broker.sequences)

    while_running(relay_of(engine, broker), work)
    assert set(broker.sequences) == set(range(1, 62)) - stuck
    assert "event 3 was refused" in caplog.text
    assert person(2) not in caplog.text


def test_a_refused_key_goes_on_when_the_broker_takes_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again after a while, in order."""
    monkeypatch.setattr(relay_module, "BLOCKED_SECONDS", 0.1)
    broker = Broker(answer=refusing(lambda one: one.sequence == 3, MessageSizeTooLargeError))
    put(engine, [number % 10 for number in range(60)])

    async def work() -> None:
        await until(lambda: depth(engine) == 6)
        broker.answer = lambda _: None
        await until(lambda: depth(engine) == 0)

    while_running(relay_of(engine, broker), work)
    assert broker.by_key()[person(2).encode()] == [3, 13, 23, 33, 43, 53]


def test_what_is_republished_while_a_key_is_blocked_is_sent_at_once(engine: Engine) -> None:
    """What a blocked key has left is not read in each pass; that hides nothing that lies below it."""
    broker = Broker(answer=refusing(lambda one: one.sequence == 8, MessageSizeTooLargeError))
    put(engine, range(10))

    async def work() -> None:
        await until(lambda: depth(engine) == 1)
        put(engine, [20])
        await until(lambda: 11 in broker.sequences)
        with transaction(engine) as connection:
            republish(connection)
        await until(lambda: depth(engine) == 1)

    while_running(relay_of(engine, broker), work)
    assert sorted(broker.sequences) == sorted([*range(1, 8), 9, 10, 11] * 2)


def test_what_is_sent_again_has_the_same_bytes(engine: Engine) -> None:
    """Answers are lost: the events arrive twice, each time alike, headers too."""
    broker = Broker(lost_answers=2)
    put(engine, range(40))
    drain(engine, broker)
    twice: dict[int, set[Sent]] = {}
    for one in broker.log:
        twice.setdefault(one.sequence, set()).add(one)
    assert len(broker.log) > 40
    assert sorted(twice) == list(range(1, 41))
    assert all(len(forms) == 1 for forms in twice.values())


def test_republished_events_have_the_same_bytes(engine: Engine) -> None:
    """Weeks later, by another process."""
    first, second = Broker(), Broker()
    put(engine, range(40))
    drain(engine, first)
    with transaction(engine) as connection:
        assert republish(connection) == 40
    drain(engine, second)
    assert set(first.log) == set(second.log)
    assert len(second.log) == 40


def test_a_crash_between_numbering_and_sending_leaves_no_gap(engine: Engine) -> None:
    """The first relay dies before an answer; the second begins with the first one's numbers."""
    broker = Broker()
    put(engine, range(20))

    async def crash() -> None:
        relay = relay_of(engine, Broker(silent=True), owner="same")
        running = asyncio.create_task(relay.run(asyncio.Event()))
        await until(lambda: some_numbered(engine))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(crash())
    put(engine, range(20, 30))
    drain(engine, broker, owner="same")
    assert sorted(broker.sequences) == list(range(1, 31))
