"""Falling back, being well, and silence after graduations: by hand, with traps, and against the reference."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.monitoring.figures.compute import cells_of
from services.monitoring.figures.definitions import DEFINITIONS
from shared.events.envelope import Event
from tests.kit.figures import exact_cells, opened, plain_of
from tests.kit.followed_world import followed_world
from tests.kit.full_story import FullStory
from tests.reference import relapse
from tests.reference.events import world_of
from tests.unit.monitoring.figures.test_traps import at, naive

STATES = ("graduated", "relapsed", "well", "not_seen")
Exact = dict[tuple[str, str, str, str, str], int]


def graduates(*families: str, decile: str = "D3_4") -> FullStory:
    """Families that graduated on 10 March 2025; 365 days later it is 10 March 2026."""
    story = FullStory()
    for family in families:
        story.enrol_in(family, "2025-01-01", decile=decile)
        story.graduate(family, "2025-03-10")
    return story


def states(story: FullStory, months: int) -> tuple[int, ...]:
    """Graduated, fallen back, well and not seen so many months after March 2025."""
    part = f"i13.within_{months}"
    return tuple(at(story, part, "2025-03", f"{one}_{months}") for one in STATES)


def silence(story: FullStory, *months: str) -> list[tuple[int, int]]:
    """Followed and silent at the ends of months."""
    bands = ("followed_up", "silent")
    return [tuple(at(story, "i13.silence", one, band) for band in bands) for one in months]  # type: ignore[misc]


def test_who_was_not_visited_is_not_well() -> None:
    """Whoever did not come back into a programme would have counted as well."""
    story = graduates("f", "g", "h")
    story.visit("f", "2026-03-01")
    story.enrol_in("g", "2025-09-01", version=2)
    stayed_out = "select count(*) from exit where family not in (select family from enrolled_again)"
    assert naive(story, stayed_out) == 2
    assert states(story, 12) == (3, 1, 1, 1)
    assert states(story, 24) == (3, 1, 0, 2)


def test_a_visit_that_finds_a_family_in_need_is_falling_back() -> None:
    """Nobody enrolled it again; being well later does not undo it."""
    story = graduates("f", "g")
    story.visit("f", "2025-06-10", self_reliance="NO_LONGER", business="STOPPED")
    story.visit("f", "2026-03-10")
    story.visit("g", "2026-03-10")
    assert naive(story, "select count(*) from enrolled_again") == 0
    assert states(story, 12) == (2, 1, 1, 0)


@pytest.mark.parametrize(
    ("day", "well"),
    [("2025-12-09", 0), ("2025-12-10", 1), ("2026-06-08", 1), ("2026-06-09", 0)],
)
def test_a_visit_speaks_of_the_ninety_days_around_it(day: str, well: int) -> None:
    """From day 275 to day 455: what was seen soon after the graduation says nothing of a year later."""
    story = graduates("f")
    story.visit("f", day)
    assert naive(story, "select count(*) from family_visited where self_reliance = 'STILL'") == 1
    assert states(story, 12) == (1, 0, well, 1 - well)


def test_a_decile_back_inside_the_cut_off_is_falling_back() -> None:
    """One that was never outside of it says nothing, and a version that never held does not either."""
    story = graduates("f", "g", "h", decile="D6_10")
    story.change_band("f", 2, "2025-06-01", "D3_4")
    story.change_band("g", 3, "2025-06-01", "D6_10")
    story.change_band("g", 2, "2025-06-01", "D1_2")
    story.visit("h", "2026-03-10", decile_band="D5")
    story.enrol_in("i", "2025-01-01", decile="D5")
    story.graduate("i", "2025-03-10")
    story.change_band("i", 2, "2025-06-01", "D1_2")
    lower = "select count(*) from family_changed where decile_band <> 'D6_10'"
    assert naive(story, lower) == 3
    assert states(story, 12) == (4, 2, 0, 2)


def test_a_visit_after_a_new_enrolment_says_nothing_of_the_graduation() -> None:
    """The family came back on day 366: too late for twelve months, and it is followed no more."""
    story = graduates("f")
    story.enrol_in("f", "2026-03-11", version=2)
    story.visit("f", "2026-04-01")
    assert naive(story, "select count(*) from family_visited") == 1
    assert states(story, 12) == (1, 0, 0, 1)
    assert states(story, 24) == (1, 1, 0, 0)


def test_silence_begins_ninety_days_after_a_family_was_found() -> None:
    """10 March + 90 days is 8 June; found on 20 June, and silent again from 18 September."""
    story = graduates("f", "g")
    story.visit("f", "2025-06-01", "NOT_FOUND")
    story.visit("f", "2025-06-20")
    unvisited = "select count(*) from exit where family not in (select subject from family_visited)"
    assert naive(story, unvisited) == 1
    months = ("2025-02", "2025-03", "2025-05", "2025-06", "2025-08", "2025-09")
    assert silence(story, *months) == [(0, 0), (2, 0), (2, 0), (2, 1), (2, 1), (2, 2)]


def test_who_moved_or_died_or_came_back_is_followed_no_more() -> None:
    """One that moved and is found again is followed again."""
    story = graduates("f", "g", "h")
    story.visit("f", "2025-07-01", "DECEASED")
    story.visit("g", "2025-07-01", "MOVED")
    story.visit("g", "2025-10-01")
    story.enrol_in("h", "2025-08-15", version=2)
    months = ("2025-06", "2025-07", "2025-08", "2025-10", "2025-12")
    assert silence(story, *months) == [(3, 3), (1, 1), (0, 0), (1, 0), (1, 1)]


def test_follow_up_ends_with_the_last_visit_or_ninety_days_after_it_was_due() -> None:
    """It was due on 10 March 2027: one on 8 February is that visit, one on 7 February is not."""
    story = graduates("f", "g", "h")
    story.visit("f", "2027-02-08")
    story.visit("g", "2027-02-07")
    months = ("2027-01", "2027-02", "2027-05", "2027-06")
    assert silence(story, *months) == [(3, 3), (2, 1), (2, 2), (0, 0)]


def test_a_graduation_that_is_taken_back_is_followed_no_more() -> None:
    """Its visits stay in the log and count nowhere."""
    story = graduates("f")
    story.visit("f", "2026-03-10")
    approval = next(one for one in story.events if ".graduation." in one.type)
    story.correct(approval)
    assert states(story, 12) == (0, 0, 0, 0)
    assert silence(story, "2025-12") == [(0, 0)]


def test_a_visit_before_a_corrected_graduation_counts_no_more() -> None:
    """The day was wrong: what was seen on 1 April was seen in the programme."""
    story = graduates("f")
    story.visit("f", "2025-04-01", self_reliance="NO_LONGER")
    assert states(story, 12) == (1, 1, 0, 0)
    approval = next(one for one in story.events if ".graduation." in one.type)
    story.correct(approval, approved_on="2025-04-10")
    found = [at(story, "i13.within_12", "2025-04", f"{one}_12") for one in STATES]
    assert found == [1, 0, 0, 1]


def test_the_three_parts_are_the_cohort() -> None:
    """As the definition declares, whatever happened."""
    for seed in range(5):
        for months in (12, 24):
            whole, *parts = states(followed_world(seed), months)
            assert whole == sum(parts)


def counted(events: list[Event]) -> Exact:
    """The cells by the SQL file."""
    with opened(events) as duck:
        return exact_cells(cells_of(duck, DEFINITIONS["13"]))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_visits_and_graduations_in_any_order_end_alike_and_as_the_reference_counts(
    seed: int,
) -> None:
    """Arrival changes nothing: corrections, late visits, returns, deciles."""
    events: list[Any] = followed_world(seed).events
    found = counted(events)
    Random(seed).shuffle(events)
    assert counted(events) == found
    plain = relapse.cells(world_of([plain_of(one) for one in events]))
    assert found == {key: number for key, number in plain.items() if number}


def test_the_worlds_reach_every_state() -> None:
    """What the property is about happens in them, each often enough."""
    seen: dict[str, int] = {}
    for seed in range(30):
        for key, number in counted(followed_world(seed).events).items():
            seen[key[4]] = seen.get(key[4], 0) + abs(number)
    wanted = [f"{one}_{months}" for one in STATES for months in (12, 24)]
    assert all(seen.get(one, 0) > 2 for one in (*wanted, "followed_up", "silent")), seen
