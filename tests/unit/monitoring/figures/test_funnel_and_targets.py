"""Indicators 03 and 08 in small worlds that were counted by hand."""

from collections import Counter

from tests.kit.figures import cells_of
from tests.kit.story import FAR, Story, uid

KAB, FAR_KAB = "35.09", "35.13"


STEPS = {"referred", "applied", "approved", "activated"}


def steps(story: Story) -> set[tuple[str, str]]:
    """Step and cohort of each funnel cell, without what the person said."""
    cells = cells_of(story, "i03.funnel")
    assert set(cells.values()) <= {1}
    return {(band, period) for _, _, period, band in cells if band in STEPS}


def test_the_funnel_follows_one_person_to_membership() -> None:
    """Each step counts in the cohort of the referral."""
    story = Story()
    story.refer("p", "2026-01-10")
    story.apply("p", "2026-02-01")
    story.approve("p", "2026-03-01")
    story.activate("p", "2026-04-01")
    assert steps(story) == {
        ("referred", "2026-01"),
        ("applied", "2026-01"),
        ("approved", "2026-01"),
        ("activated", "2026-01"),
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
    assert steps(story) == {("referred", "2026-01")}


def test_an_application_on_the_day_of_the_referral_is_followed() -> None:
    """On or after."""
    story = Story()
    story.refer("p", "2026-01-10")
    story.apply("p", "2026-01-10")
    assert ("applied", "2026-01") in steps(story)


def test_the_earliest_application_is_followed_even_when_a_later_one_succeeds() -> None:
    """One chain a person: the second membership is another story."""
    story = Story()
    story.refer("p", "2026-01-10")
    story.apply("p", "2026-02-01", "m1")
    story.apply("p", "2026-02-02", "m2")
    story.approve("p", "2026-03-01", "m2")
    assert {step for step, _ in steps(story)} == {"referred", "applied"}


def test_two_applications_on_one_day_are_told_apart_by_membership_id() -> None:
    """The smaller id is followed."""
    first, second = sorted(["m1", "m2"], key=lambda name: str(uid(name)))
    story = Story()
    story.refer("p", "2026-01-10")
    story.apply("p", "2026-02-01", second)
    story.apply("p", "2026-02-01", first)
    story.approve("p", "2026-03-01", first)
    assert ("approved", "2026-01") in steps(story)


def test_activation_without_approval_is_not_in_the_funnel() -> None:
    """Only who was approved can be activated."""
    story = Story()
    story.refer("p", "2026-01-10")
    story.apply("p", "2026-02-01")
    story.activate("p", "2026-03-01")
    assert {step for step, _ in steps(story)} == {"referred", "applied"}


def test_the_first_referral_is_the_cohort() -> None:
    """A second referral does not count again."""
    story = Story()
    story.refer("p", "2026-03-10", "r2", region=FAR)
    story.refer("p", "2026-01-10", "r1")
    assert steps(story) == {("referred", "2026-01")}


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
    assert cells_of(story, "i08.by_facilitator") == {
        ("i08.by_facilitator", KAB, "2026-05", str(uid("second"))): 1
    }


def test_a_facilitator_assigned_on_the_day_of_approval_counts() -> None:
    """The first day of an assignment belongs to it."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.assign("f", "first", "2026-05-01")
    story.graduate("f", "2026-05-01")
    assert {key[3] for key in cells_of(story, "i08.by_facilitator")} == {str(uid("first"))}


def test_two_assignments_of_one_day_are_told_apart_by_id() -> None:
    """The greater facilitator id holds."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.assign("f", "one", "2026-01-01")
    story.assign("f", "two", "2026-01-01")
    story.graduate("f", "2026-05-01")
    expected = max(str(uid("one")), str(uid("two")))
    assert {key[3] for key in cells_of(story, "i08.by_facilitator")} == {expected}


def test_a_graduation_without_facilitator_is_not_attributed() -> None:
    """Nobody was assigned by then."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.graduate("f", "2026-05-01")
    story.assign("f", "late", "2026-05-02")
    assert cells_of(story, "i08.by_facilitator") == {}


def test_a_family_graduates_once() -> None:
    """Two approvals: the earlier day."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.assign("f", "one", "2026-01-01")
    story.graduate("f", "2026-06-01")
    story.graduate("f", "2026-05-01")
    assert [key[2] for key in cells_of(story, "i08.by_facilitator")] == ["2026-05"]


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


def attained(story: Story, until: str) -> dict[str, int]:
    """Facilitators by attainment, from the year's beginning to a month."""
    found: Counter[str] = Counter()
    for (_, _, month, band), value in cells_of(story, "i08.attainment").items():
        found[band] += value if month <= until else 0
    return {band: count for band, count in found.items() if count}


def graduating(story: Story, facilitator: str, *months: int) -> None:
    """One family of a facilitator graduates in each of these months of 2026."""
    for place, month in enumerate(months):
        family = f"{facilitator} {place}"
        story.enrol(family, "2025-01-01")
        story.assign(family, facilitator, "2025-01-01")
        story.graduate(family, f"2026-{month:02d}-15")


def test_facilitators_are_counted_by_what_they_had_attained_by_a_month() -> None:
    """Up the bands in a year; each of them in one band at every month end."""
    story = Story()
    graduating(story, "one", 2, 3, 4, 5, 6, 7)
    story.target("one", 2026, 4)
    assert [attained(story, f"2026-{month:02d}") for month in range(1, 8)] == [
        {"p000": 1}, {"p001-049": 1}, {"p050-099": 1}, {"p050-099": 1},
        {"p100-149": 1}, {"p100-149": 1}, {"p150+": 1},
    ]  # fmt: skip


def test_a_facilitator_without_a_graduation_is_in_the_distribution() -> None:
    """An average over those who had one would leave out who had none."""
    story = Story()
    graduating(story, "one", 1)
    story.enrol("g", "2025-01-01")
    story.assign("g", "two", "2025-01-01")
    for name in ("one", "two"):
        story.target(name, 2026, 1)
    assert attained(story, "2026-12") == {"p000": 1, "p100-149": 1}


def test_a_facilitator_without_a_target_or_a_month_of_service_attains_nothing() -> None:
    """There is nothing to divide by."""
    story = Story()
    graduating(story, "one", 3)
    story.target("two", 2026, 0)
    story.enrol("g", "2025-01-01")
    story.assign("g", "three", "2027-01-01")
    story.target("three", 2026, 12)
    assert attained(story, "2026-12") == {}


def test_a_part_year_is_measured_by_a_part_target() -> None:
    """Two graduations of a facilitator who came in July attain a target of four, not half of it."""
    story = Story()
    story.enrol("f", "2025-01-01")
    story.assign("f", "one", "2026-07-01")
    story.enrol("g", "2025-01-01")
    story.assign("g", "one", "2026-07-01")
    story.graduate("f", "2026-08-01")
    story.graduate("g", "2026-09-01")
    story.target("one", 2026, 4)
    assert attained(story, "2026-12") == {"p100-149": 1}


def test_each_year_begins_with_no_graduation() -> None:
    """What was attained in one year is no attainment of the next."""
    story = Story()
    graduating(story, "one", 3)
    story.target("one", 2026, 1)
    story.target("one", 2027, 1)
    cells = cells_of(story, "i08.attainment")
    assert {key[3]: n for key, n in cells.items() if key[2][:4] == "2027"} == {"p000": 1}


def test_graduations_are_shown_by_whether_a_facilitator_had_a_target() -> None:
    """With, without, and nobody assigned: the rest of all graduations."""
    story = Story()
    graduating(story, "one", 3, 4)
    graduating(story, "two", 3)
    story.target("one", 2026, 2)
    story.target("two", 2025, 2)
    story.enrol("f", "2025-01-01")
    story.graduate("f", "2026-03-20")
    found: Counter[str] = Counter()
    for (part, _, _, band), value in cells_of(story, "i08.attribution", "i08.families").items():
        found[band or part] += value
    assert found == {
        "graduated_with_target": 2, "graduated_without_target": 1, "i08.families": 4,
    }  # fmt: skip
