"""Monitoring on its migrated schema, on SQLite and on PostgreSQL, behind the real inbox."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from lintas.registry import PUBLISHERS
from services.monitoring import CARD, service
from services.monitoring.consumer import SUBSCRIPTION
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
from tests.kit.story import Book, Story, stock

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


def take_in_anyhow(engine: Engine, events: Sequence[Event]) -> None:
    """Apply a batch; a deadlock or another replica's lock is a failure that passes."""
    for _ in range(20):
        try:
            with transaction(engine) as connection:
                service.apply_events(connection, events, NOW)
        except OperationalError:
            continue
        return
    raise AssertionError("never came through")


def test_the_migrated_schema_is_that_of_the_code(engine: Engine) -> None:
    """Nothing to add, nothing left over."""
    assert release_tables.release_memory.metadata is METADATA
    assert drift(engine, METADATA) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_databases_hold_the_same_cells(engine: Engine, seed: int) -> None:
    """A random world in random batches gives what SQLite in memory gives in one."""
    events, random = world(seed, 60), Random(seed)
    arriving = events + random.sample(events, 20)
    random.shuffle(arriving)
    book = Book(engine)
    while arriving:
        size = random.randint(1, 15)
        book.take(*arriving[:size])
        arriving = arriving[size:]
    expected = Book().take(*events)
    assert book.cells() == expected.cells()
    for table in ("link", "membership"):
        assert book.everything()[table] == expected.everything()[table]


@pytest.mark.parametrize("round_", range(5))
def test_two_replicas_that_meet_on_a_family_lose_no_join(engine: Engine, round_: int) -> None:
    """One takes the family, the other its member, at the same moment."""
    stories = []
    for number in range(20):
        story = Story()
        story.enrol(f"f{round_}{number}", "2026-01-01", f"p{round_}{number}")
        story.activate(f"p{round_}{number}", "2026-02-01", f"m{round_}{number}")
        stories.append(story.events)
    halves = [[events[0] for events in stories], [events[1] for events in reversed(stories)]]
    start = Barrier(2)

    def replica(events: Sequence[Event]) -> None:
        start.wait(10)
        for place in range(0, len(events), 4):
            take_in_anyhow(engine, events[place : place + 4])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(replica, halves))
    cells = Book(engine).cells()
    assert stock(cells, KAB, "joined", "2026-02") == 20
    assert stock(cells, KAB, "not_joined", "2026-02") == 0


def test_a_record_is_counted_once_and_a_bad_correction_is_put_aside(engine: Engine) -> None:
    """Through the inbox: signed records, twice, with a correction that breaks the contract."""
    story = Story()
    family = story.enrol("f", "2026-01-01", "p")
    member = story.activate("p", "2026-02-01")
    bad = story.correct_by_hand(family.subject, member.id, member.type, family.source, None)
    first = [as_record(FAMILIES, family, 1), as_record(FAMILIES, bad, 2)]
    second = [as_record(MEMBERS, member, 1)]
    with transaction(engine) as connection:
        counted = hand_in(connection, FAMILIES, first)
    assert (counted.applied, dict(counted.quarantined)) == (1, {"TYPE_NOT_ALLOWED": 1})
    for offset in (0, 1):
        with transaction(engine) as connection:
            hand_in(connection, MEMBERS, second, offset)
    cells = Book(engine).cells()
    assert stock(cells, KAB, "joined", "2026-02") == 1
    assert cells["i16.activated", KAB, "2026-02", ""] == 1


def test_monitoring_listens_to_all_ministries() -> None:
    """And takes events in by the use case that is tested here."""
    assert {topic.owner.rpartition(":")[2] for topic in SUBSCRIPTION.topics} == set(PUBLISHERS)
    assert SUBSCRIPTION.apply is service.apply_events


def as_record(source: Source, event: Event, sequence: int) -> tuple[bytes, bytes]:
    """The event's bytes as its source would send them, and its key."""
    fact = Fact(event.subject, datetime.fromisoformat("2026-07-01T05:00:00+00:00"), event.data)
    return source.value(sequence, fact), event.subject.encode()


def hand_in(
    connection: Connection, source: Source, items: list[tuple[bytes, bytes]], offset: int = 0
) -> Receipt:
    """One batch of records through the inbox."""
    records, trust = source.signed(list(items), offset), trust_in(FAMILIES, MEMBERS)
    return receive(
        connection,
        examine(records, trust=trust, topics=TOPICS, now=NOW),
        topic_ids=IDS,
        apply=service.apply_events,
        cipher=CIPHER,
        now=NOW,
    )
