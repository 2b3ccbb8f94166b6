"""22: traps in the way from a household group to a cooperative."""

from tests.kit.full_story import FullStory
from tests.unit.monitoring.figures.test_traps import at, naive

MEASURES = ("formed", "cooperative", "pre_cooperative", "dissolved")


def reached(story: FullStory, months: int, month: str = "2024-01") -> list[int]:
    """Groups of a month: all, and how far they came."""
    part = f"i22.within_{months}"
    return [at(story, part, month, f"{one}_{months}", "") for one in MEASURES]


def test_a_group_that_merged_into_a_cooperative_became_one() -> None:
    """Its own ladder ends at the merger; its way does not."""
    story = FullStory()
    story.form_business("a", "2024-01-10")
    story.form_business("b", "2024-01-20")
    story.go_on("a", "b", "2024-06-01")
    story.climb("b", 1, "2024-09-01", "COOPERATIVE")
    own = "select count(*) from group_status_changed where status = 'COOPERATIVE'"
    assert naive(story, own) == 1
    assert reached(story, 12) == [2, 2, 0, 0]
    assert at(story, "i22.days", "2024-01", "183-365", "") == 2


def test_a_group_that_joins_a_cooperative_is_one_from_that_day() -> None:
    """Not from the day, long before, on which the other became one."""
    story = FullStory()
    story.form_business("a", "2024-01-10")
    story.form_business("b", "2020-01-10")
    story.climb("b", 1, "2021-01-10", "COOPERATIVE")
    story.go_on("a", "b", "2025-06-01")
    before = "select count(*) from group_status_changed where effective_on < date '2025-01-09'"
    assert naive(story, before) == 1
    assert reached(story, 12) == [1, 0, 0, 0]
    assert reached(story, 24) == [1, 1, 0, 0]
    assert at(story, "i22.days", "2024-01", "366-730", "") == 1


def test_a_group_that_was_split_off_is_not_counted_again() -> None:
    """Two halves of one group are one group of its month of formation."""
    story = FullStory()
    story.form_business("a", "2024-01-10")
    story.form_business("b", "2024-05-01")
    story.go_on("a", "b", "2024-05-01", "SPLIT")
    story.climb("b", 1, "2024-08-01", "PRE_COOPERATIVE")
    assert naive(story, "select count(*) from group_formed") == 2
    assert reached(story, 12) == [1, 0, 1, 0]
    assert reached(story, 12, "2024-05") == [0, 0, 0, 0]


def test_an_old_group_that_took_another_in_is_of_its_own_month() -> None:
    """Whoever joins it does not make it new."""
    story = FullStory()
    story.form_business("a", "2024-01-10")
    story.form_business("b", "2024-02-10")
    story.go_on("a", "b", "2024-05-01")
    taken_in = "select count(*) from group_formed where subject not in (select successor::varchar from group_succeeded)"
    assert naive(story, taken_in) == 1
    assert reached(story, 12, "2024-02") == [1, 0, 0, 0]


def test_each_group_is_counted_once_as_far_as_it_came() -> None:
    """Through pre-cooperative to cooperative is one conversion; too late is none."""
    story = FullStory()
    for group in ("a", "b", "d"):
        story.form_business(group, "2024-01-10")
    story.climb("a", 1, "2024-03-01", "PRE_COOPERATIVE")
    story.climb("a", 2, "2024-10-01", "COOPERATIVE")
    story.climb("b", 1, "2025-01-10", "PRE_COOPERATIVE")
    story.climb("d", 1, "2024-04-01", "DISSOLVED")
    assert naive(story, "select count(*) from group_status_changed") == 4
    assert reached(story, 12) == [3, 1, 0, 1]
    assert reached(story, 24) == [3, 1, 1, 1]


def test_a_group_that_began_higher_is_none_of_those_who_could_climb_from_the_foot() -> None:
    """Formed as pre-cooperative it would flatter the first step."""
    story = FullStory()
    story.form_business("a", "2024-01-10", "PRE_COOPERATIVE")
    assert naive(story, "select count(*) from group_formed") == 1
    assert reached(story, 12) == [0, 0, 0, 0]


def test_the_cooperative_is_known_by_way_of_the_group_that_became_it() -> None:
    """Also for the group that merged into it."""
    story = FullStory()
    story.form_business("a", "2024-01-10")
    story.form_business("b", "2024-01-20")
    story.form_business("e", "2024-01-20")
    story.go_on("a", "b", "2024-06-01")
    for group in ("b", "e"):
        story.climb(group, 1, "2024-09-01", "COOPERATIVE")
    story.become("b", "c", "2024-10-01")
    assert naive(story, "select count(*) from group_became_cooperative") == 1
    assert at(story, "i22.named", "2024-01", "", "") == 2


def test_a_circle_of_groups_ends() -> None:
    """No service records one; a reader of what others publish still counts."""
    story = FullStory()
    for group in ("a", "b", "d"):
        story.form_business(group, "2024-01-10")
    for one, other, on in (
        ("a", "b", "2024-02-01"),
        ("b", "d", "2024-03-01"),
        ("d", "a", "2024-04-01"),
    ):
        story.go_on(one, other, on)
    story.climb("d", 1, "2024-05-01", "COOPERATIVE")
    assert reached(story, 12) == [3, 3, 0, 0]


def test_a_member_has_one_role_at_a_time_and_none_after_leaving() -> None:
    """Chosen treasurer in March, gone in May, back as a member in July."""
    story = FullStory()
    story.form_business("a", "2026-01-10")
    story.take_role("p", "a", "2026-01-15")
    story.take_role("p", "a", "2026-03-10", "TREASURER")
    story.depart("p", "a", "2026-05-20")
    story.take_role("p", "a", "2026-07-01")
    assert naive(story, "select count(*) from group_member_joined") == 3
    months = [f"2026-{month:02d}" for month in range(1, 8)]
    members, treasurers = (
        [at(story, "i22.roles", month, role, "") for month in months]
        for role in ("MEMBER", "TREASURER")
    )
    assert members == [1, 1, 0, 0, 0, 0, 1]
    assert treasurers == [0, 0, 1, 1, 0, 0, 0]
