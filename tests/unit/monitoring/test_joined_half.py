"""The half of the joined families: one look a day, and a move only when eleven families changed."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from services.monitoring.joined_half import JoinedHalf, changed, moved

MONDAY = date(2026, 7, 6)


def half(day: date, joined: Mapping[str, int]) -> JoinedHalf:
    """Everything known on a day: joined families by month."""
    months = {month: {"joined": count, "enrolled": 500} for month, count in joined.items()}
    return JoinedHalf(day, day, max(joined), months, joined[max(joined)])


def test_the_first_look_shows_what_there_is() -> None:
    """Nothing can be compared with it."""
    first = half(MONDAY, {"2026-06": 3})
    assert moved(None, first) == first


@pytest.mark.parametrize(("change", "moves"), [(0, False), (10, False), (11, True), (-11, True)])
def test_it_moves_when_eleven_families_changed(change: int, moves: bool) -> None:
    """More or fewer; the day of the cut is that of the last move."""
    held = half(MONDAY, {"2026-05": 90, "2026-06": 100})
    newest = half(MONDAY + timedelta(days=1), {"2026-05": 90, "2026-06": 100 + change})
    seen = moved(held, newest)
    assert (seen.months == newest.months) == (moves or change == 0)
    assert seen.as_of == (newest.as_of if moves else MONDAY)
    assert seen.looked_on == newest.looked_on


def test_a_second_look_on_the_same_day_moves_nothing() -> None:
    """Whoever registers one more and looks again must not see the eleventh arrive."""
    held = half(MONDAY, {"2026-06": 100})
    assert moved(held, half(MONDAY, {"2026-06": 200})) == held


def test_changes_add_up_over_days() -> None:
    """Six and then five more: the eleventh moves them all."""
    held = half(MONDAY, {"2026-06": 100})
    for day, joined, shown in ((1, 106, 100), (2, 111, 111)):
        held = moved(held, half(MONDAY + timedelta(days=day), {"2026-06": joined}))
        assert held.months["2026-06"]["joined"] == shown


def test_a_new_month_is_compared_with_the_last_that_was_shown() -> None:
    """One family that joined in July does not bring July onto the page."""
    held = half(MONDAY, {"2026-06": 100}).months
    assert changed(held, half(MONDAY, {"2026-06": 100, "2026-07": 101}).months) == 1
