"""Indicator 01 and the attendance of 15: stocks by month, and the rule on small changes."""

from services.monitoring.release.figure import FigureId
from tests.kit.cells import DISTRICT, SUBDISTRICTS, World, stock


def test_a_stock_runs_on_from_month_to_month() -> None:
    """The exact value is the sum of all movements so far."""
    world = World()
    world.families("2026-01", 0, "not_joined", 100)
    world.families("2026-03", 0, "not_joined", 40, 20)
    found = world.found("2026-04")
    values = [found[stock("enrolled", DISTRICT, f"2026-0{m}")].exact for m in (1, 2, 3, 4)]
    assert values == [100, 100, 120, 120]


def test_every_kecamatan_of_the_list_has_a_row_for_every_measure() -> None:
    """A kecamatan without families says 0, not nothing."""
    world = World()
    world.families("2026-01", 0, "not_joined", 100)
    found = world.found("2026-01")
    assert len(found) == 4 * (1 + len(SUBDISTRICTS)) + 1  # and the reconciliation
    assert found[stock("joined", SUBDISTRICTS[2], "2026-01")].shown == 0


def test_months_begin_with_the_first_movement_and_end_with_the_release() -> None:
    """Neither earlier nor later months have rows."""
    world = World()
    world.families("2025-12", 0, "not_joined", 100)
    world.families("2026-05", 0, "not_joined", 100)
    periods = {one.period for one in world.found("2026-02") if one.indicator == "01"}
    assert periods == {"2025-12", "2026-01", "2026-02"}


def test_a_kabupaten_that_begins_after_the_release_is_not_in_it() -> None:
    """What happens later leaves no trace, not even of a name."""
    world = World()
    world.families("2026-05", 0, "not_joined", 100)
    assert world.found("2026-02") == {}


def test_a_published_stock_is_hidden_while_few_families_have_moved() -> None:
    """5 joined after 40 were published: 45 would show the five."""
    world = World()
    world.families("2026-01", 0, "joined", 40)
    world.families("2026-02", 0, "joined", 5)
    world.families("2026-03", 0, "joined", 5)
    world.families("2026-04", 0, "joined", 1)
    found = world.found("2026-04")
    shown = [found[stock("joined", SUBDISTRICTS[0], f"2026-0{m}")].shown for m in (1, 2, 3, 4)]
    assert shown == [40, None, None, 50]


def test_movements_in_both_directions_count_as_moves() -> None:
    """6 in and 6 out leave the count as it was, and yet 12 families have moved."""
    world = World()
    world.families("2026-01", 0, "joined", 40)
    world.families("2026-02", 0, "joined", 6, 6)
    assert world.found("2026-02")[stock("joined", SUBDISTRICTS[0], "2026-02")].shown == 40


def test_few_movements_are_hidden_even_if_the_count_is_the_same() -> None:
    """2 in and 2 out: the same 40 is hidden, for it is about four families."""
    world = World()
    world.families("2026-01", 0, "joined", 40)
    world.families("2026-02", 0, "joined", 2, 2)
    found = world.found("2026-02")
    assert found[stock("joined", SUBDISTRICTS[0], "2026-02")].status == "hidden"


def test_a_stock_without_movements_is_published_again() -> None:
    """No change shows nobody."""
    world = World()
    world.families("2026-01", 0, "joined", 40)
    assert world.found("2026-03")[stock("joined", SUBDISTRICTS[0], "2026-03")].shown == 40


def test_movements_before_the_first_publication_do_not_count() -> None:
    """8 families in January, 4 more in February: 12 is a first publication, not a change by 4."""
    world = World()
    world.families("2026-01", 0, "joined", 8)
    world.families("2026-02", 0, "joined", 4)
    found = world.found("2026-02")
    assert found[stock("joined", SUBDISTRICTS[0], "2026-01")].status == "hidden"
    assert found[stock("joined", SUBDISTRICTS[0], "2026-02")].exact == 12
    assert found[stock("joined", SUBDISTRICTS[0], "2026-02")].status == "published"


def test_attended_and_absent_add_up_to_the_enrolled() -> None:
    """Whoever did not attend was absent."""
    world = World()
    world.families("2026-01", 0, "not_joined", 100)
    world.put("i15.sessions", "2026-01", 4)
    world.put("i15.attended", "2026-01", 70)
    found = world.found("2026-01")
    assert found[FigureId("15", "absent", DISTRICT, "2026-01")].exact == 30
    assert found[FigureId("15", "sessions", DISTRICT, "2026-01")].shown == 4


def test_few_absent_families_hide_attendance_with_them() -> None:
    """Enrolled minus attended would be the three who were absent."""
    world = World()
    world.families("2026-01", 0, "not_joined", 100)
    world.put("i15.sessions", "2026-01", 4)
    world.put("i15.attended", "2026-01", 97)
    found = world.found("2026-01")
    pair = [
        found[FigureId("15", name, DISTRICT, "2026-01")].shown for name in ("attended", "absent")
    ]
    assert pair == [None, None]


def test_a_month_without_sessions_says_nothing_about_attendance() -> None:
    """Nobody is absent from a meeting that was not held."""
    world = World()
    world.families("2026-01", 0, "not_joined", 100)
    assert not [one for one in world.found("2026-01") if one.indicator == "15"]
