"""Where partitions resume when their topic is recreated while they are being assigned.

The broker's answers are scripted: the moment of a new identity is a matter of microseconds.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from typing import cast

import pytest
from aiokafka import TopicPartition
from sqlalchemy import Engine

from shared.database.engine import transaction
from shared.events.topics import COOPERATIVE, TRAINING
from shared.inbox import assignment as module
from shared.inbox.assignment import Assignment
from shared.inbox.offsets import Position, PositionGap, put
from shared.kafka.batch_reader import BatchReader
from shared.kafka.settings import KafkaSettings
from tests.kit.records import Source, make_tables, trust_in

pytestmark = pytest.mark.anyio
NAME = COOPERATIVE.name
FIRST, SECOND = TopicPartition(NAME, 0), TopicPartition(NAME, 1)
OTHER = TopicPartition(TRAINING.name, 0)
READ = 20
"""Events read of each partition, and as many again in the recreated topic."""


class ScriptedConsumer:
    """The client's consumer, as far as assignment uses it."""

    def __init__(self, assigned: Collection[TopicPartition]) -> None:
        self.assigned = set(assigned)
        self.at: dict[TopicPartition, int] = {}
        self.dealt_with: dict[TopicPartition, int] = {}
        self.first = 0

    def assignment(self) -> set[TopicPartition]:
        return self.assigned

    def pause(self, at: TopicPartition) -> None:
        self.at.pop(at, None)

    def resume(self, at: TopicPartition) -> None:
        assert at in self.at

    def seek(self, at: TopicPartition, offset: int) -> None:
        self.at[at] = offset

    async def beginning_offsets(self, partitions: Iterable[TopicPartition]) -> dict[object, int]:
        return dict.fromkeys(partitions, self.first)

    async def end_offsets(self, partitions: Iterable[TopicPartition]) -> dict[object, int]:
        return dict.fromkeys(partitions, READ)


@pytest.fixture
def identities(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Identities of a topic in the broker's answers, one each; the last one repeats."""
    answers = ["old"]

    def topic_ids(_settings: KafkaSettings, names: Iterable[str]) -> dict[str, str]:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return dict.fromkeys(names, answer)

    monkeypatch.setattr(module, "topic_ids", topic_ids)
    return answers


@pytest.fixture
def consumer() -> ScriptedConsumer:
    return ScriptedConsumer([FIRST, SECOND])


@pytest.fixture
def assignment(
    open_database: Callable[[], Engine], consumer: ScriptedConsumer, identities: list[str]
) -> Assignment:
    """Two partitions, read to the end of the old topic."""
    engine: Engine = open_database()
    make_tables(engine)
    with transaction(engine) as connection:
        put(connection, [((NAME, number), Position("old", READ)) for number in (0, 1)])
    topics = {topic.name: topic for topic in (COOPERATIVE, TRAINING)}
    made = Assignment(engine, KafkaSettings("unused:1"), topics, trust_in(Source(COOPERATIVE)))
    made.find_consumer = lambda: cast("BatchReader", consumer)
    asyncio.run(made.on_partitions_assigned({FIRST, SECOND}))
    assert consumer.at == {FIRST: READ, SECOND: READ}
    return made


async def test_one_partition_placed_in_a_topic_made_again_places_all_of_it(
    assignment: Assignment, consumer: ScriptedConsumer, identities: list[str]
) -> None:
    """The other is at the end of a log of the same length: no record would ever wake it."""
    identities[:] = ["new"]
    await assignment.resync([FIRST])
    assert consumer.at == {FIRST: 0, SECOND: 0}


async def test_two_who_place_at_once_do_not_take_a_new_identity_for_the_places_of_the_old(
    assignment: Assignment, consumer: ScriptedConsumer, identities: list[str]
) -> None:
    """The first heard the old identity; the second has nothing left to place, so it learns nothing."""
    identities[:] = ["old", "new"]
    await asyncio.gather(assignment.resync([FIRST, SECOND]), assignment.resync([FIRST, SECOND]))
    await assignment.recheck()
    assert consumer.at == {FIRST: 0, SECOND: 0}
    assert assignment.topic_ids[NAME] == "new"


async def test_a_topic_of_which_nothing_is_read_here_may_be_made_again(
    assignment: Assignment,
    consumer: ScriptedConsumer,
    identities: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Another replica reads it; when a partition comes here, it is placed in the new one."""
    await assignment.on_partitions_revoked([FIRST, SECOND])
    consumer.assigned.clear()
    identities[:] = ["new"]
    await assignment.recheck()
    assert caplog.text == ""
    consumer.assigned.add(SECOND)
    await assignment.on_partitions_assigned({SECOND})
    assert consumer.at[SECOND] == 0


async def test_a_partition_that_comes_while_others_are_placed_waits_for_the_next_turn(
    assignment: Assignment, consumer: ScriptedConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its topic was not asked for; it stays paused until it was."""
    asked = assignment._identities

    async def slow(names: Iterable[str]) -> dict[str, str]:
        found = await asked(names)
        consumer.assigned.add(OTHER)
        assignment._pause([OTHER])
        return found

    monkeypatch.setattr(assignment, "_identities", slow)
    await assignment.resync([FIRST])
    assert OTHER not in assignment.ready()
    await assignment.assign_pending()
    assert consumer.at[OTHER] == 0


async def test_a_jump_is_no_gap_while_the_log_begins_before_it(
    assignment: Assignment, consumer: ScriptedConsumer, caplog: pytest.LogCaptureFixture
) -> None:
    """Marks of transactions, aborted and compacted records; the batch goes on as it is."""
    batch = Source().records([1, 2], first_offset=READ + 3) + Source().records([3], partition=1)
    gap = PositionGap((NAME, 0), READ, READ + 3)
    assert await assignment.explains(gap, batch)
    assert assignment.starts[NAME, 0] == {READ + 3, READ + 4}
    assert assignment.starts.get((NAME, 1), set()) == set()
    assert consumer.at == {FIRST: READ, SECOND: READ}
    assert caplog.records == []


async def test_a_jump_over_what_was_deleted_is_a_gap(
    assignment: Assignment, consumer: ScriptedConsumer
) -> None:
    """The client goes to the log's new beginning by itself."""
    consumer.first = READ + 3
    gap = PositionGap((NAME, 0), READ, READ + 3)
    assert not await assignment.explains(gap, Source().records([1], first_offset=READ + 3))
    assert assignment.starts.get((NAME, 0), set()) == set()


async def test_a_jump_in_a_topic_made_again_is_a_gap(
    assignment: Assignment, identities: list[str]
) -> None:
    """Other records are at these offsets."""
    identities[:] = ["new"]
    gap = PositionGap((NAME, 0), READ, READ + 3)
    assert not await assignment.explains(gap, Source().records([1], first_offset=READ + 3))


async def test_offsets_that_the_client_passed_without_a_record_are_no_lag(
    assignment: Assignment, consumer: ScriptedConsumer
) -> None:
    """A mark at the end of a log would wait for ever."""
    consumer.dealt_with = {FIRST: READ + 1, SECOND: READ}
    await assignment.recheck()
    assert assignment.next == {FIRST: READ + 1, SECOND: READ}
    assert assignment.starts[NAME, 0] == {READ + 1}
    assert consumer.at == {FIRST: READ, SECOND: READ}


async def test_offsets_that_were_deleted_are_not_passed(
    assignment: Assignment, consumer: ScriptedConsumer
) -> None:
    """The client moved on to the log's new beginning; the events before it are missing."""
    consumer.dealt_with = {FIRST: READ + 5}
    consumer.first = READ + 5
    await assignment.recheck()
    assert assignment.lost == [f"{NAME}[0]"]
    assert FIRST not in assignment.next
