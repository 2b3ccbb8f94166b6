"""What the tables promise to releases and exact figures."""

from datetime import UTC, date, timedelta

import pytest

from services.monitoring import store
from services.monitoring.exact import month_end_stocks
from shared.database.engine import snapshot, transaction
from tests.kit.story import FAR, START, Book, Story, stock

KAB = "35.09"


def joined(book: Book, on: str) -> dict[str, int]:
    """The members' side on a day."""
    with snapshot(book.engine) as connection:
        return store.cooperative_side_joined(connection, date.fromisoformat(on))


def test_cells_come_in_order_of_region_period_and_band() -> None:
    """Whatever order the database keeps them in."""
    story = Story()
    story.enrol("f", "2026-02-01", region=FAR)
    story.enrol("g", "2026-01-01")
    book = Book().take(*story.events)
    with snapshot(book.engine) as connection:
        found = list(store.cells(connection, "i01.flow"))
    assert found == sorted(found)
    assert len(found) == 8


def test_a_cell_that_comes_to_zero_has_no_row() -> None:
    """Two families pass through; a third stays."""
    story = Story()
    first = story.enrol("f", "2026-01-01")
    book = Book().take(first, story.enrol("g", "2026-01-01"))
    book.take(story.correct(first))
    assert set(book.cells().values()) == {1}
    book.take(story.correct(story.events[1]))
    assert book.cells() == {}


def test_a_cell_may_pass_below_zero_and_come_back() -> None:
    """Deltas are added wherever they are written."""
    book, key = Book(), ("i01.flow", KAB, "2026-01", "joined")
    with transaction(book.engine) as connection:
        store.add_to_cells(connection, {key: -2})
        store.add_to_cells(connection, {key: 3})
    assert book.cells() == {key: 1}


def test_both_sides_agree_when_members_come_and_go() -> None:
    """The members' side, counted without cells, equals indicator 01 at each month's end."""
    story = Story()
    story.enrol("f", "2026-01-01", "p", "q")
    story.enrol("g", "2026-02-01", "q")
    story.enrol("h", "2026-01-01", "r", region=FAR)
    story.activate("p", "2026-01-31", "m1")
    story.activate("q", "2026-03-01", "m2")
    story.activate("r", "2026-03-05", "m3")
    story.lapse("p", "2026-04-30", "m1")
    story.change("g", 2, "2026-05-31", "q", region=FAR)
    story.leave("h", "2026-06-30")
    book = Book().take(*story.events)
    cells = book.cells()
    for last in ("2026-01-31", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"):
        sides = joined(book, last)
        for district in (KAB, "35.13"):
            assert sides.get(district, 0) == stock(cells, district, "joined", last[:7])


def test_the_members_side_sees_a_family_with_two_members_once() -> None:
    """Distinct families."""
    story = Story()
    story.enrol("f", "2026-01-01", "p", "q")
    story.activate("p", "2026-01-31", "m1")
    story.activate("q", "2026-01-31", "m2")
    assert joined(Book().take(*story.events), "2026-01-31") == {KAB: 1}


def test_the_members_side_notices_cells_that_are_wrong() -> None:
    """It never looks at them, so the difference would show."""
    story = Story()
    story.enrol("f", "2026-01-01", "p")
    story.activate("p", "2026-01-02")
    book = Book().take(*story.events)
    with transaction(book.engine) as connection:
        store.add_to_cells(connection, {("i01.flow", KAB, "2026-01", "joined"): 1})
    assert (joined(book, "2026-01-31"), stock(book.cells(), KAB, "joined", "2026-01")) == (
        {KAB: 1},
        2,
    )


def test_a_family_that_left_is_not_on_the_members_side() -> None:
    """Links end with the family's time in the programme."""
    story = Story()
    story.enrol("f", "2026-01-01", "p")
    story.activate("p", "2026-01-02")
    story.leave("f", "2026-03-10")
    book = Book().take(*story.events)
    assert (joined(book, "2026-03-09"), joined(book, "2026-03-10")) == ({KAB: 1}, {})


def test_a_late_event_does_not_move_the_mark_of_its_source() -> None:
    """The latest moment counts, not the last to arrive."""
    story = Story()
    events = [story.enrol("f", "2026-01-01"), story.leave("f", "2026-01-02")]
    book = Book().take(events[1]).take(events[0])
    with snapshot(book.engine) as connection:
        found = store.latest_times(connection)
    assert found == {"urn:lintas:beneficiary": START + timedelta(minutes=2)}
    assert found["urn:lintas:beneficiary"].tzinfo is UTC


def test_an_empty_batch_changes_nothing() -> None:
    """Nothing is written for no events."""
    assert not any(Book().take().everything().values())


@pytest.mark.parametrize("band", ["joined", "enrolled"])
def test_stocks_are_the_sum_of_flows_month_by_month(band: str) -> None:
    """Months without a flow repeat the one before; months after `until` are not shown."""
    flows = [
        store.Cell("i01.flow", KAB, "2025-11", band, 5),
        store.Cell("i01.flow", KAB, "2026-01", band, -2),
        store.Cell("i01.flow", KAB, "2026-04", band, 9),
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
    assert month_end_stocks([store.Cell("i01.flow", KAB, "2026-04", "joined", 9)], "2026-03") == {}
