"""Laws on the log: however events were stored, a query sees each applied event of a cut once."""

from datetime import UTC
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from services.monitoring.log.append import EventLog, append
from services.monitoring.log.tables import recent_event, segment
from shared.database.engine import snapshot, transaction
from shared.events.envelope import InvalidEvent
from tests.kit.depth import examples
from tests.kit.log import Kept, expected, rows_of
from tests.kit.random_world import world
from tests.kit.story import NOW, Story


@pytest.mark.long
@examples(25)
@given(seed=st.integers(0, 10**6), count=st.integers(0, 60), large=st.integers(1, 12))
def test_any_split_between_rows_and_files_gives_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int, large: int
) -> None:
    """Batches of any size, with any threshold between recent rows and files."""
    events, random = world(seed, count), Random(seed)
    kept, waiting = Kept(tmp_path_factory.mktemp("log")), list(events)
    while waiting:
        size = random.randint(1, 20)
        kept.take(waiting[:size], large)
        waiting = waiting[size:]
    assert kept.rows() == expected(events)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """An empty log."""
    return Kept(tmp_path / "log")


def test_a_cut_reads_each_source_up_to_its_sequence(kept: Kept) -> None:
    """Later events, and sources that the cut does not name, are not there."""
    events = world(3, 50)
    kept.take(events[:30], 5)
    kept.take(events[30:], 50)
    cut = {"urn:lintas:beneficiary": 17, "urn:lintas:training": 40}
    inside = [one for one in events if one.sequence <= cut.get(one.source, 0)]
    assert kept.rows(cut) == expected(inside)
    assert kept.rows({}) == expected([])


@pytest.mark.parametrize(("first", "second"), [(1, 1), (1, 99), (99, 1), (99, 99)])
def test_an_event_that_two_workers_applied_is_read_once(
    kept: Kept, first: int, second: int
) -> None:
    """In two files, in two rows, or in both."""
    events = world(5, 30)
    kept.take(events[:20], first)
    kept.take(events[10:], second)
    assert kept.rows() == expected(events)


def test_what_is_never_twice_costs_no_window(kept: Kept) -> None:
    """Files that hold interleaved sequences are known to share none."""
    events = world(8, 60)
    kept.take(events[::2], 1)
    kept.take(events[1::2], 99)
    assert kept.look().repeated == {}


def test_an_empty_log_has_a_view_for_every_type(kept: Kept) -> None:
    """Queries need not ask which types have come."""
    assert kept.rows() == expected([])


def test_a_batch_that_fails_leaves_files_that_nobody_sees(kept: Kept) -> None:
    """They wait for the sweeper."""
    events = world(1, 20)
    with kept.engine.connect() as connection:
        append(connection, events, NOW, EventLog(kept.folder, 1))
        connection.rollback()
    assert list(kept.folder.glob("*.parquet"))
    assert kept.rows() == expected([])


def test_an_event_that_no_table_can_hold_is_refused_before_anything_is_written(kept: Kept) -> None:
    """The inbox puts it into quarantine; as a recent row it would spoil every later query."""
    story = Story()
    enrolled = story.enrol("f", "2025-01-15", "p")
    wrong = story.correct(enrolled)._replace(source="urn:lintas:training")
    with pytest.raises(InvalidEvent), transaction(kept.engine) as connection:
        append(connection, [enrolled, wrong], NOW, EventLog(kept.folder, 99))
    assert list(kept.folder.iterdir()) == []
    assert kept.rows() == expected([])


def test_an_event_without_its_bytes_cannot_be_a_recent_row(kept: Kept) -> None:
    """It could not be read again."""
    with pytest.raises(ValueError, match="bytes"):
        kept.take([Story().enrol("f", "2025-01-15")._replace(value=b"")], 99)


def test_small_lots_are_rows_and_large_lots_files(kept: Kept) -> None:
    """By type, within one batch."""
    story = Story()
    for day in range(1, 6):
        story.enrol(f"f{day}", f"2025-01-0{day}")
    story.target("x", 2026, 3)
    kept.take(story.events, 5)
    with snapshot(kept.engine) as connection:
        assert connection.execute(select(segment.c.event_table, segment.c.rows)).all() == [
            ("family_enrolled_v1", 5)
        ]
        assert connection.execute(select(func.count()).select_from(recent_event)).scalar() == 1


def test_a_snapshot_outlives_later_batches(kept: Kept) -> None:
    """A reader sees one state, whatever comes while it reads."""
    events = world(2, 40)
    kept.take(events[:20], 3)
    seen = kept.look()
    kept.take(events[20:], 3)
    assert rows_of(seen, kept.folder) == expected(events[:20])


def test_moments_are_utc_without_a_zone(kept: Kept) -> None:
    """Whatever the zone of the machine."""
    event = Story().enrol("f", "2025-01-15")
    kept.take([event], 1)
    (row,) = kept.rows()["family_enrolled_v1"]
    assert row[4] == event.time.astimezone(UTC).replace(tzinfo=None)
