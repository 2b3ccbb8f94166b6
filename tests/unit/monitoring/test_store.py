"""What cuts and their cells promise to releases and exact figures."""

from datetime import UTC, timedelta

import pytest
from sqlalchemy import func, select

from services.monitoring import store
from services.monitoring.exact import month_end_stocks
from services.monitoring.figures.compute import Cell
from services.monitoring.tables import cell
from shared.database.engine import snapshot
from tests.kit.story import FAR, NOW, START, Cells, Story, stock
from tests.kit.story_log import StoryLog

KAB = "35.09"


def members_side(cells: Cells, region: str, month: str) -> int:
    """The members' side at a month's end."""
    return stock(cells, region, "", month, "i28.members_side")


def test_cells_come_in_order_of_key() -> None:
    """Whatever order the database keeps them in."""
    story = Story()
    story.enrol("f", "2026-02-01", region=FAR)
    story.enrol("g", "2026-01-01")
    log = StoryLog().take(*story.events)
    number = log.cut().number
    with snapshot(log.engine) as connection:
        found = store.cells(connection, number)
    assert found == sorted(found)
    assert len([one for one in found if one.part == "i01.flow"]) == 8


def test_a_cell_of_zero_has_no_row() -> None:
    """Two families are taken back one after the other."""
    story = Story()
    first = story.enrol("f", "2026-01-01")
    log = StoryLog().take(first, story.enrol("g", "2026-01-01"))
    log.take(story.correct(first))
    assert set(log.cells().values()) == {1}
    log.take(story.correct(story.events[1]))
    assert log.cells() == {}


def test_a_cut_is_taken_again_only_when_the_log_has_grown() -> None:
    """Two readers of one state share its cells; the cells of old cuts go."""
    story, log = Story(), StoryLog()
    numbers = []
    for name in "abc":
        log.take(story.enrol(name, "2026-01-01"))
        numbers.append((log.cut().number, log.cut().number))
    assert numbers == [(1, 1), (2, 2), (3, 3)]
    with snapshot(log.engine) as connection:
        kept = connection.scalars(select(func.distinct(cell.c.cut))).all()
    assert sorted(kept) == [2, 3]


def test_a_cut_knows_nothing_above_a_gap() -> None:
    """The third event waits until the second is there."""
    story = Story()
    first, second, third = (story.enrol(name, "2026-01-01") for name in "abc")
    log = StoryLog().take(first, third)
    assert stock(log.cells(), KAB, "enrolled", "2026-01") == 1
    assert log.cut().marks == {"urn:lintas:beneficiary": 1}
    assert stock(log.take(second).cells(), KAB, "enrolled", "2026-01") == 3


def test_both_sides_agree_when_members_come_and_go() -> None:
    """The members' side, counted its own way, equals indicator 01 at each month's end."""
    story = Story()
    story.enrol("f", "2026-01-01", "p", "q")
    story.enrol("g", "2026-02-01", "q")
    story.enrol("h", "2026-01-01", "r", region=FAR)
    story.activate("p", "2026-01-31", "m1")
    story.activate("p", "2026-01-31", "m1")
    story.activate("q", "2026-03-01", "m2")
    story.activate("r", "2026-03-05", "m3")
    story.lapse("p", "2026-04-30", "m1")
    story.change("g", 2, "2026-05-31", "q", region=FAR)
    story.leave("h", "2026-06-30")
    cells = StoryLog().take(*story.events).cells()
    for month in range(1, 7):
        for district in (KAB, "35.13"):
            joined = stock(cells, district, "joined", f"2026-0{month}")
            assert members_side(cells, district, f"2026-0{month}") == joined
    assert members_side(cells, KAB, "2026-03") == 2


def test_the_members_side_sees_a_family_with_two_members_once() -> None:
    """Distinct families."""
    story = Story()
    story.enrol("f", "2026-01-01", "p", "q")
    story.activate("p", "2026-01-31", "m1")
    story.activate("q", "2026-01-31", "m2")
    cells = StoryLog().take(*story.events).cells()
    assert members_side(cells, KAB, "2026-01") == 1


def test_a_family_that_left_is_not_on_the_members_side() -> None:
    """Links end with the family's time in the programme."""
    story = Story()
    story.enrol("f", "2026-01-01", "p")
    story.activate("p", "2026-01-02")
    story.leave("f", "2026-03-10")
    cells = StoryLog().take(*story.events).cells()
    assert [members_side(cells, KAB, month) for month in ("2026-02", "2026-03")] == [1, 0]


def test_a_late_event_does_not_move_the_mark_of_its_source() -> None:
    """The latest moment counts, not the last to arrive."""
    story = Story()
    events = [story.enrol("f", "2026-01-01"), story.leave("f", "2026-01-02")]
    found = StoryLog().take(events[1]).take(events[0]).latest()
    assert found == {"urn:lintas:beneficiary": START + timedelta(minutes=2)}
    assert found["urn:lintas:beneficiary"].tzinfo is UTC


def test_an_empty_batch_changes_nothing() -> None:
    """No event, no cell, no mark."""
    log = StoryLog().take()
    assert (log.cells(), log.latest(), log.cut().log_rows) == ({}, {}, 0)
    assert log.cuts.current(NOW + timedelta(days=1)) == log.cut()


@pytest.mark.parametrize("band", ["joined", "enrolled"])
def test_stocks_are_the_sum_of_flows_month_by_month(band: str) -> None:
    """Months without a flow repeat the one before; months after `until` are not shown."""
    flows = [
        Cell("i01.flow", KAB, "2025-11", "", band, 5),
        Cell("i01.flow", KAB, "2026-01", "", band, -2),
        Cell("i01.flow", KAB, "2026-04", "", band, 9),
    ]
    found = month_end_stocks(flows, "2026-02")
    assert {month: values[band] for month, values in found.items()} == {
        "2025-11": 5,
        "2025-12": 5,
        "2026-01": 3,
        "2026-02": 3,
    }


def test_no_flow_before_until_means_no_month() -> None:
    """A region that starts later has nothing to tell yet."""
    assert month_end_stocks([Cell("i01.flow", KAB, "2026-04", "", "joined", 9)], "2026-03") == {}
