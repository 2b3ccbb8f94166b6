"""When a graduate is due for a visit: from the graduation and the visits alone."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import islice, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.beneficiary.follow_up import (
    NEXT,
    FollowUp,
    Visit,
    Visits,
    correct_visits,
    due_days,
    follow_up,
    months_after,
    payload_of,
    record,
)
from shared.errors import Refusal
from shared.events.beneficiary import BusinessState, SelfReliance, VisitOutcome
from tests.kit.families import FAMILY, a_graduate

GRADUATED = date(2026, 3, 4)
LAST = date(2028, 3, 4)


def found(day: date) -> Visit:
    """A visit that finds the family well."""
    return Visit(day, VisitOutcome.FOUND, SelfReliance.STILL, BusinessState.ALIVE)


def visits(*made: Visit) -> Visits:
    """Visits to a family."""
    return Visits(FAMILY, made)


def at(today: date, *made: Visit) -> FollowUp | None:
    """How far the follow-up of the graduation has come."""
    return follow_up(GRADUATED, visits(*made), today)


def due(today: date, *made: Visit) -> int | None:
    """The months of the next visit."""
    one = at(today, *made)
    return one.months if one else None


def test_the_schedule_is_made_of_the_day_of_the_graduation() -> None:
    """On the same day of the month, or the month's last one."""
    assert due_days(date(2026, 11, 30)) == (
        (3, date(2027, 2, 28)),
        (6, date(2027, 5, 30)),
        (12, date(2027, 11, 30)),
        (18, date(2028, 5, 30)),
        (24, date(2028, 11, 30)),
    )
    assert months_after(date(2027, 11, 29), 3) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("visited", "months"),
    [
        (date(2026, 3, 20), 3),
        (date(2026, 5, 4), 3),
        (date(2026, 5, 5), 6),
        (date(2026, 8, 4), 6),
        (date(2026, 8, 5), 12),
        (date(2027, 12, 1), 24),
    ],
)
def test_a_visit_is_that_of_a_due_day_up_to_thirty_days_before_it(
    visited: date, months: int
) -> None:
    """Thirty days before 4 June is 5 May."""
    assert due(visited, found(visited)) == months


def test_nobody_found_is_still_due() -> None:
    """Only a family that was found was seen."""
    missed = Visit(date(2026, 6, 1), VisitOutcome.NOT_FOUND)
    one = at(date(2026, 6, 10), missed)
    assert one is not None
    assert (one.months, one.seen_on, one.visited) == (3, GRADUATED, missed)


def test_ninety_days_after_a_family_was_seen_it_is_silent() -> None:
    """Counted from the graduation, then from the last time that it was found."""

    def silent(today: date, *made: Visit) -> bool:
        one = at(today, *made)
        return one is not None and one.is_silent(today)

    assert [silent(GRADUATED + timedelta(days=n)) for n in (89, 90)] == [False, True]
    seen = found(date(2026, 6, 1))
    assert [silent(seen.day + timedelta(days=n), seen) for n in (0, 89, 90)] == [
        False, False, True,
    ]  # fmt: skip


def test_follow_up_ends_with_the_last_visit_or_ninety_days_after_it_was_due() -> None:
    """Whatever comes first."""
    assert due(LAST, found(LAST - timedelta(days=31))) == 24
    assert due(LAST, found(LAST - timedelta(days=30))) is None
    assert due(LAST + timedelta(days=90)) == 3
    assert due(LAST + timedelta(days=91)) is None


@pytest.mark.parametrize("outcome", [VisitOutcome.MOVED, VisitOutcome.DECEASED])
def test_follow_up_ends_when_the_family_has_moved_or_died(outcome: VisitOutcome) -> None:
    """One that moved and is found again is followed again."""
    gone = Visit(date(2026, 6, 1), outcome)
    assert due(date(2026, 6, 2), gone) is None
    assert due(date(2026, 9, 2), gone, found(date(2026, 9, 1))) == 12


def test_there_is_no_follow_up_without_a_graduation() -> None:
    """Nor of a visit before it, which a corrected day may leave behind."""
    assert follow_up(None, visits(found(date(2026, 6, 1))), date(2026, 9, 1)) is None
    assert due(date(2026, 6, 1), Visit(GRADUATED, VisitOutcome.MOVED)) == 3
    one = follow_up(date(2026, 7, 1), visits(found(date(2026, 6, 1))), date(2026, 9, 1))
    assert one is not None
    assert (one.months, one.seen_on) == (3, date(2026, 7, 1))


OUTCOMES = st.sampled_from(VisitOutcome)
MADE = st.lists(st.tuples(st.integers(1, 40), OUTCOMES), max_size=6, unique_by=lambda one: one[0])


def visit(after: int, outcome: VisitOutcome) -> Visit:
    """A visit so many days after the graduation."""
    day = GRADUATED + timedelta(days=after)
    return found(day) if outcome is VisitOutcome.FOUND else Visit(day, outcome)


def recorded(made: tuple[Visit, ...]) -> Visits | str:
    """What is kept of visits that arrive in this order, or why one was refused."""
    known = visits()
    try:
        for one in made:
            known, _ = record(a_graduate(), known, one)
    except Refusal as refused:
        return refused.code
    return known


def without(known: Visits, one: Visit) -> Visits | str | None:
    """The visits after one is taken back, or why that was refused."""
    try:
        return correct_visits(a_graduate(), known, payload_of(one), None)
    except Refusal as refused:
        return refused.code


def is_allowed(made: list[Visit]) -> bool:
    """Whether the outcomes follow the table, read off it step by step."""
    before = None
    for one in sorted(made, key=lambda one: one.day):
        if one.outcome not in NEXT[before]:
            return False
        before = one.outcome
    return True


@settings(max_examples=150, deadline=None)
@given(MADE)
def test_visits_that_arrive_in_any_order_are_kept_alike(
    visited: list[tuple[int, VisitOutcome]],
) -> None:
    """Every order that is accepted to its end gives the same visits, in the order of days."""
    made = [visit(*one) for one in visited]
    in_order = tuple(sorted(made, key=lambda one: one.day))
    orders = (in_order, *islice(permutations(made), 24))
    kept = {recorded(order) for order in orders}
    whole = {visits(*in_order)} if is_allowed(made) else set()
    assert kept - {"VISIT_ORDER"} == whole


@settings(max_examples=150, deadline=None)
@given(MADE.filter(bool), st.integers(0, 5))
def test_taking_a_visit_back_leaves_the_others(
    visited: list[tuple[int, VisitOutcome]], chosen: int
) -> None:
    """As if it had never come, or it is refused because a later one depends on it."""
    made = tuple(sorted((visit(*one) for one in visited), key=lambda one: one.day))
    known, said = visits(*made), made[chosen % len(made)]
    others = [one for one in made if one != said]
    allowed = replace(known, made=tuple(others)) if others else None
    assert without(known, said) == (allowed if is_allowed(others) else "CORRECTION_ORDER")
