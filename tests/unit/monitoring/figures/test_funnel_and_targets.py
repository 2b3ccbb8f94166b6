"""Indicators 03 and 08 in small worlds that were counted by hand."""

from tests.kit.figures import cells_of
from tests.kit.story import FAR, Story, uid

KAB, FAR_KAB = "35.09", "35.13"


def steps(story: Story) -> set[tuple[str, str, str]]:
    """Step, cohort and month of each funnel cell."""
    cells = cells_of(story, *(f"i03.{s}" for s in ("referred", "applied", "approved", "activated")))
    assert set(cells.values()) <= {1}
    return {(part[4:], period, band) for part, _, period, band in cells}


def test_the_funnel_follows_one_person_to_membership() -> None:
    """Each step counts in the cohort of the referral and the month of the step."""
    story = Story()
    story.refer("p", "2026-01-10")
    story.apply("p", "2026-02-01")
    story.approve("p", "2026-03-01")
    story.activate("p", "2026-04-01")
    assert steps(story) == {
        ("referred", "2026-01", "2026-01"),
        ("applied", "2026-01", "2026-02"),
        ("approved", "2026-01", "2026-03"),
        ("activated", "2026-01", "2026-04"),
    }


def test_the_funnel_belongs_to_the_kabupaten_of_the_referral() -> None:
    """Wherever the cooperative is."""
    story = Story()
    story.refer("p", "2026-01-10", region=FAR)
    story.apply("p", "2026-02-01")
    assert {key[1] for key in cells_of(story)} == {FAR_KAB}


def test_an_application_before_the_referral_is_not_followed() -> None:
    """The referral cannot have led to it."""
    story = Story()
    story.refer("p", "2026-01-10")
    story.apply("p", "2026-01-09")
    story.approve("p", "2026-03-01")
    assert steps(story) == {("referred", "2026-01", "2026-01")}


def test_an_application_on_the_day_of_the_referral_is_followed() -> None:
    """On or after."""
    story = Story()
    story.refer("p", "2026-01-10")
    story.apply("p", "2026-01-10")
    assert ("applied", "2026-01", "2026-01") in steps(story)


def test_the_earliest_application_is_followed_even_when_a_later_one_succeeds() -> None:
    """One chain a person: the second membership is another story."""
    story = Story()
    story.refer("p", "2026-01-10")
    story.apply("p", "2026-02-01", "m1")
    story.apply("p", "2026-02-02", "m2")
    story.approve("p", "2026-03-01", "m2")
    assert {step for step, _, _ in steps(story)} == {"referred", "applied"}


def test_two_applications_on_one_day_are_told_apart_by_membership_id() -> None:
    """The smaller id is followed."""
    first, second = sorted(["m1", "m2"], key=lambda name: str(uid(name)))
    story = Story()
    story.refer("p", "2026-01-10")
    story.apply("p", "2026-02-01", second)
    story.apply("p", "2026-02-01", first)
    story.approve("p", "2026-03-01", first)
    assert ("approved", "2026-01", "2026-03") in steps(story)


def test_activation_without_approval_is_not_in_the_funnel() -> None:
    """Only who was approved can be activated."""
    story = Story()
    story.refer("p", "2026-01-10")
    story.apply("p", "2026-02-01")
    story.activate("p", "2026-03-01")
    assert {step for step, _, _ in steps(story)} == {"referred", "applied"}


def test_the_first_referral_is_the_cohort() -> None:
    """A second referral does not count again."""
    story = Story()
    story.refer("p", "2026-03-10", "r2", region=FAR)
    story.refer("p", "2026-01-10", "r1")
    assert steps(story) == {("referred", "2026-01", "2026-01")}


def test_a_referral_that_is_taken_back_takes_its_funnel_away() -> None:
    """Without a referral there is no cohort."""
    story = Story()
    referred = story.refer("p", "2026-01-10")
    story.apply("p", "2026-02-01")
    story.correct(referred)
    assert steps(story) == set()
    assert cells_of(story, "i03.funnel") == {}


def test_a_graduation_counts_for_the_facilitator_of_that_day() -> None:
    """The one assigned on the day of approval, not the one before or after."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.assign("f", "first", "2026-01-01")
    story.assign("f", "second", "2026-03-01")
    story.assign("f", "third", "2026-05-02")
    story.graduate("f", "2026-05-01")
    assert cells_of(story, "i08.graduated") == {
        ("i08.graduated", str(uid("second")), "2026-05", ""): 1
    }


def test_a_facilitator_assigned_on_the_day_of_approval_counts() -> None:
    """The first day of an assignment belongs to it."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.assign("f", "first", "2026-05-01")
    story.graduate("f", "2026-05-01")
    assert {key[1] for key in cells_of(story, "i08.graduated")} == {str(uid("first"))}


def test_two_assignments_of_one_day_are_told_apart_by_id() -> None:
    """The greater facilitator id holds."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.assign("f", "one", "2026-01-01")
    story.assign("f", "two", "2026-01-01")
    story.graduate("f", "2026-05-01")
    expected = max(str(uid("one")), str(uid("two")))
    assert {key[1] for key in cells_of(story, "i08.graduated")} == {expected}


def test_a_graduation_without_facilitator_is_not_attributed() -> None:
    """Nobody was assigned by then."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.graduate("f", "2026-05-01")
    story.assign("f", "late", "2026-05-02")
    assert cells_of(story, "i08.graduated") == {}


def test_a_family_graduates_once() -> None:
    """Two approvals: the earlier day."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.assign("f", "one", "2026-01-01")
    story.graduate("f", "2026-06-01")
    story.graduate("f", "2026-05-01")
    assert [key[2] for key in cells_of(story, "i08.graduated")] == ["2026-05"]


def test_the_highest_version_of_a_target_counts_for_its_year() -> None:
    """Each year by itself."""
    story = Story()
    story.target("one", 2026, 12, version=2)
    story.target("one", 2026, 15, version=1)
    story.target("one", 2027, 9)
    name = str(uid("one"))
    assert cells_of(story, "i08.target") == {
        ("i08.target", KAB, "2026", name): 12,
        ("i08.target", KAB, "2027", name): 9,
    }


def test_a_target_of_zero_has_no_cell() -> None:
    """Nothing to add."""
    story = Story()
    story.target("one", 2026, 12)
    story.target("one", 2026, 0, version=2)
    assert cells_of(story, "i08.target") == {}
