"""Monitoring on its migrated schema, on SQLite and on PostgreSQL, behind the real inbox."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from lintas.registry import PUBLISHERS
from services.monitoring import CARD
from services.monitoring.consumer import subscription
from services.monitoring.log.append import EventLog
from services.monitoring.release import tables as release_tables
from services.monitoring.tables import METADATA
from shared.database.engine import open_engine, transaction
from shared.database.migrations import drift, migrate
from shared.events.envelope import Event, Fact
from shared.events.topics import BENEFICIARY, COOPERATIVE
from shared.inbox.lots import examine
from shared.inbox.receive import Receipt, receive
from tests.kit.random_world import world
from tests.kit.records import CIPHER, NOW, Source, trust_in
from tests.kit.story import Story, stock
from tests.kit.story_log import StoryLog

KAB = "35.09"
FAMILIES = Source(BENEFICIARY, b"b" * 32)
MEMBERS = Source(COOPERATIVE, b"k" * 32)
TOPICS = {BENEFICIARY.name: BENEFICIARY, COOPERATIVE.name: COOPERATIVE}
IDS = {name: f"id-{name}" for name in TOPICS}


@pytest.fixture
def engine(any_database: str) -> Iterator[Engine]:
    """A migrated, empty database of each kind."""
    engine = open_engine(any_database)
    migrate(engine, CARD.name)
    yield engine
    engine.dispose()


def test_the_migrated_schema_is_that_of_the_code(engine: Engine) -> None:
    """Nothing to add, nothing left over."""
    assert release_tables.part.metadata is METADATA
    assert drift(engine, METADATA) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_databases_hold_the_same_cells(engine: Engine, seed: int) -> None:
    """A random world in random batches gives what SQLite in memory gives in one."""
    events, random = world(seed, 60), Random(seed)
    arriving = events + random.sample(events, 20)
    random.shuffle(arriving)
    log = StoryLog(engine)
    while arriving:
        size = random.randint(1, 15)
        log.take(*arriving[:size])
        arriving = arriving[size:]
    expected = StoryLog().take(*events)
    assert (log.cells(), log.latest()) == (expected.cells(), expected.latest())


def test_a_record_is_counted_once_and_a_bad_correction_is_put_aside(engine: Engine) -> None:
    """Through the inbox: signed records, twice, with a correction that breaks the contract."""
    story, log = Story(), StoryLog(engine)
    family = story.enrol("f", "2026-01-01", "p")
    member = story.activate("p", "2026-02-01")
    bad = story.correct_by_hand(family.subject, member.id, member.type, family.source, None)
    counted = hand_in(log, FAMILIES, [as_record(FAMILIES, family, 1), as_record(FAMILIES, bad, 2)])
    assert (counted.applied, dict(counted.quarantined)) == (1, {"TYPE_NOT_ALLOWED": 1})
    for offset in (0, 1):
        hand_in(log, MEMBERS, [as_record(MEMBERS, member, 1)], offset)
    cells = log.cells()
    assert stock(cells, KAB, "joined", "2026-02") == 1
    assert cells["i16.training", KAB, "2026-02", "joined"] == 1


def test_monitoring_listens_to_all_ministries(tmp_path: Path) -> None:
    """Each publisher's topic."""
    topics = subscription(EventLog(tmp_path)).topics
    assert {topic.owner.rpartition(":")[2] for topic in topics} == set(PUBLISHERS)


def as_record(source: Source, event: Event, sequence: int) -> tuple[bytes, bytes]:
    """The event's bytes as its source would send them, and its key."""
    fact = Fact(event.subject, datetime.fromisoformat("2026-07-01T05:00:00+00:00"), event.data)
    return source.value(sequence, fact), event.subject.encode()


def hand_in(
    log: StoryLog, source: Source, items: list[tuple[bytes, bytes]], offset: int = 0
) -> Receipt:
    """One batch of records through the inbox."""
    records, trust = source.signed(list(items), offset), trust_in(FAMILIES, MEMBERS)
    lots = examine(records, trust=trust, topics=TOPICS, now=NOW)
    apply = subscription(EventLog(log.directory)).apply
    with transaction(log.engine) as connection:
        return receive(connection, lots, topic_ids=IDS, apply=apply, cipher=CIPHER, now=NOW)
