"""10, 11 and 12: traps in the life of a membership, and the reference over many short lives."""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as seeds

from services.monitoring.figures.compute import cells_of
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.figures.export import ask
from tests.kit.figures import exact_cells, opened, plain_of
from tests.kit.full_story import FullStory
from tests.reference import active_members, retention, savings
from tests.reference.events import world_of
from tests.unit.monitoring.figures.test_traps import at, naive

MONTHS = [f"2026-{month:02d}" for month in range(1, 9)]
ACTIVE = ("members_90_days", "active", "inactive", "activity_unknown")


def a_member(story: FullStory, person: str, on: str, member: str) -> None:
    """A PKH family's person joins."""
    story.enrol_in(f"of {person}", "2023-01-01", person)
    story.join(person, on, member)


def activity(story: FullStory, month: str) -> list[int]:
    """Members of 90 days, active, inactive, and what remains: unknown."""
    old = at(story, "i10.members", month, "")
    active, inactive = (at(story, "i10.activity", month, band) for band in ACTIVE[1:3])
    return [old, active, inactive, old - active - inactive]


def test_a_new_member_is_not_counted_as_inactive_or_active() -> None:
    """Who joined last week has just paid; out of members of 90 days, not of all."""
    story = FullStory()
    a_member(story, "p", "2026-01-10", "m1")
    a_member(story, "q", "2026-05-20", "m2")
    story.save_in("p", "2026-04", True, "m1")
    story.save_in("q", "2026-05", True, "m2")
    assert naive(story, "select count(*) from member") == 2
    assert activity(story, "2026-05") == [1, 1, 0, 0]


def test_who_saves_without_transacting_is_active_for_three_months() -> None:
    """The month and the two after it; then nobody knows, and unknown is not inactive."""
    story = FullStory()
    a_member(story, "p", "2025-10-10", "m1")
    story.save_in("p", "2026-02", True)
    this_month = "select count(*) from member_month where paid and month = date '2026-04-01'"
    assert naive(story, this_month) == 0
    assert [activity(story, month)[1] for month in MONTHS[:6]] == [0, 1, 1, 1, 0, 0]
    assert activity(story, "2026-05") == [1, 0, 0, 1]


def test_only_three_months_of_no_and_no_are_inactive() -> None:
    """A no on savings alone leaves the transactions open."""
    story = FullStory()
    a_member(story, "p", "2025-10-10", "m1")
    a_member(story, "q", "2025-10-10", "m2")
    for month in ("2026-02", "2026-03", "2026-04"):
        story.save_in("p", month, False, "m1")
        story.save_in("q", month, False, "m2")
        story.transact_in("q", month, False, "m2")
    assert naive(story, "select count(distinct person) from member_month where not paid") == 2
    assert activity(story, "2026-04") == [2, 0, 1, 1]
    assert activity(story, "2026-03") == [2, 0, 0, 2]


def test_arrears_that_are_paid_later_count_as_paid_in_their_month() -> None:
    """The no of July and the yes of August are one month, and it is paid."""
    story = FullStory()
    a_member(story, "p", "2026-01-10", "m1")
    story.save_in("p", "2026-03", False)
    story.save_in("p", "2026-03", True)
    assert naive(story, "select count(*) from membership_savings_recorded where not paid") == 1
    assert at(story, "i11.answers", "2026-03", "savings_paid") == 1
    assert at(story, "i11.answers", "2026-03", "savings_unpaid") == 0


def test_the_savings_of_the_month_of_joining_are_not_due() -> None:
    """They are paid with the application: every new member would look like a payer."""
    story = FullStory()
    a_member(story, "p", "2026-01-10", "m1")
    a_member(story, "q", "2026-02-01", "m2")
    for month in ("2026-01", "2026-02", "2026-03"):
        story.save_in("p", month, month == "2026-01", "m1")
    story.resign("p", "2026-03-20", "m1")
    assert naive(story, "select count(*) from member_month where paid") == 1
    assert [at(story, "i11.due", month, "") for month in MONTHS[:4]] == [0, 2, 1, 1]
    assert [at(story, "i11.answers", month, "savings_paid") for month in MONTHS[:3]] == [0, 0, 0]
    assert [at(story, "i11.answers", month, "savings_unpaid") for month in MONTHS[:3]] == [0, 1, 0]


def test_who_pays_is_of_the_programme_of_the_month() -> None:
    """A family that left PKH in March is none of its payers in April."""
    story = FullStory()
    a_member(story, "p", "2026-01-10", "m1")
    story.exit("of p", "2026-03-15")
    for month in ("2026-02", "2026-04"):
        story.save_in("p", month)
    once = "select count(*) from member_month semi join recipient using (person)"
    assert naive(story, once) == 2
    found = [at(story, "i11.answers", month, "savings_paid") for month in ("2026-02", "2026-04")]
    assert found == [1, 0]
    assert at(story, "i11.answers", "2026-04", "savings_paid", "NONE") == 1


def test_who_paid_before_the_family_was_enrolled_is_of_no_programme_then() -> None:
    """A family of March has no payer in February."""
    story = FullStory()
    story.join("p", "2026-01-10", "m1")
    story.enrol_in("of p", "2026-03-15", "p")
    for month in ("2026-02", "2026-03"):
        story.save_in("p", month)
    once = "select count(*) from member_month semi join recipient using (person)"
    assert naive(story, once) == 2
    found = [at(story, "i11.answers", month, "savings_paid") for month in ("2026-02", "2026-03")]
    assert found == [0, 1]


def test_retention_is_out_of_those_who_had_the_time_to_leave() -> None:
    """Of two who joined long ago one left in a year; a young member proves nothing."""
    story = FullStory()
    for person, on, member in (("p", "2024-01-10", "m1"), ("q", "2024-01-20", "m2")):
        a_member(story, person, on, member)
    a_member(story, "r", "2026-05-01", "m3")
    story.lapse("p", "2024-11-01", "m1")
    story.resign("q", "2025-06-01", "m2")
    still = "select count(*) from member where until > date '2026-06-30'"
    assert naive(story, still) == 1
    assert [at(story, "i12.within_12", "2024-01", f"{one}_12") for one in ("joined", "kept")] == [
        2, 1,
    ]  # fmt: skip
    assert [at(story, "i12.within_24", "2024-01", f"{one}_24") for one in ("joined", "kept")] == [
        2, 0,
    ]  # fmt: skip


def test_who_came_back_is_neither_kept_nor_gone() -> None:
    """Lapsed in the first year and a member again on its last day, or only later."""
    story = FullStory()
    for person, member, back in (("p", "m1", "2024-12-01"), ("q", "m2", "2025-03-01")):
        a_member(story, person, "2024-01-10", member)
        story.lapse(person, "2024-06-01", member)
        story.reinstate(person, back, member)
    assert naive(story, "select count(*) from member where until = date '9999-12-31'") == 2
    for months, returned in ((12, 1), (24, 2)):
        part = f"i12.within_{months}"
        assert at(story, part, "2024-01", f"returned_{months}") == returned
        assert at(story, part, "2024-01", f"kept_{months}") == 0


def test_somebody_who_came_back_is_no_member_in_between() -> None:
    """The stock of memberships falls and rises again; the first ending does not end the second time."""
    story = FullStory()
    story.register("c", "2025-01-01")
    a_member(story, "p", "2026-01-10", "m1")
    story.lapse("p", "2026-02-10", "m1")
    story.reinstate("p", "2026-04-05", "m1")
    story.resign("p", "2026-06-05", "m1")
    first_end = "select count(*) from membership where ended_on > date '2026-04-30'"
    assert naive(story, first_end) == 0
    assert [at(story, "i29.members", month, "") for month in MONTHS[:6]] == [1, 0, 0, 1, 1, 0]
    assert [at(story, "i01.flow", month, "joined") for month in MONTHS[:6]] == [1, 0, 0, 1, 1, 0]


@pytest.mark.parametrize("kind", ["SURPLUS_SHARE", "CREDIT"])
def test_a_benefit_counts_once_a_year_and_kind(kind: str) -> None:
    """Twelve credits of one member are one member."""
    story = FullStory()
    a_member(story, "p", "2026-01-10", "m1")
    story.benefit("p", "2026-02-10", kind)
    story.benefit("p", "2026-03-10", kind)
    assert naive(story, "select count(*) from membership_benefit_granted") == 2
    assert at(story, "i10.benefits", "2026", kind) == 1


def test_a_cooperative_is_mentored_once_a_year_and_gets_capital_once_in_each_form() -> None:
    """Units are cooperatives, not visits; what is not registered does not count."""
    story = FullStory()
    story.register("c", "2025-01-01")
    for on in ("2026-02-10", "2026-03-10"):
        story.mentor("c", on)
        story.grant_capital("c", on)
    story.mentor("d", "2026-02-10")
    assert naive(story, "select count(*) from cooperative_mentoring_recorded") == 3
    assert at(story, "i21.mentored", "2026", "", "") == 1
    assert at(story, "i21.capital", "2026", "LOAN", "") == 1


def lives(seed: int, size: int) -> FullStory:
    """Two persons of one family that comes and goes, and their memberships over three years."""
    story, random = FullStory(), Random(seed)

    def day() -> str:
        years = ("2024", "2025", "2025", "2026")
        months = random.randint(1, 8), random.choice((1, 10, 28))
        return f"{random.choice(years)}-{months[0]:02d}-{months[1]:02d}"

    story.enrol_in("f", day(), "p", "q")
    for person, member in (("p", "m1"), ("q", "m2")):
        story.join(person, day(), member)
    while len(story.events) < size:
        person, member = random.choice((("p", "m1"), ("q", "m2")))
        month = f"2025-{random.randint(3, 9):02d}"
        story_of: list[Any] = [
            lambda who=person, m=member: story.lapse(who, day(), m),
            lambda who=person, m=member: story.reinstate(who, day(), m),
            lambda who=person, m=member, at=month: story.save_in(who, at, random.random() < 0.4, m),
            lambda who=person, m=member, at=month: story.transact_in(
                who, at, random.random() < 0.2, m
            ),
        ]
        random.choice([*story_of, *story_of[2:], *story_of[2:]])()
        if random.random() < 0.05:
            story.exit("f", day())
        if random.random() < 0.1:
            story.correct(random.choice([one for one in story.events if "fact" not in one.type]))
    return story


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seeds.integers(0, 2**32), seeds.integers(5, 60))
def test_lives_of_members_are_counted_as_by_the_reference(seed: int, size: int) -> None:
    """Joined, lapsed, back, months of yes and no, some taken back."""
    story = lives(seed, size)
    with opened(story.events) as duck:
        found = exact_cells(
            one for n in ("10", "11", "12") for one in cells_of(duck, DEFINITIONS[n])
        )
    world = world_of([plain_of(one) for one in story.events])
    expected = {
        key: value
        for one in (active_members, savings, retention)
        for key, value in one.cells(world).items()
        if value
    }
    assert found == expected


def test_a_month_view_says_null_where_nobody_said_anything() -> None:
    """Else unknown savings would be unpaid."""
    story = FullStory()
    story.join("p", "2026-01-10")
    story.transact_in("p", "2026-03", False)
    with opened(story.events) as duck:
        columns, rows = ask(duck, "select paid, transacted from member_month")
    assert (list(columns), [tuple(one) for one in rows]) == (
        ["paid", "transacted"],
        [(None, False)],
    )
