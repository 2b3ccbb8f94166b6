"""Traps: a story, the count that one would write first, and the one that holds.

Each naive query is what somebody in a hurry asks of the same views; it must fail here, so that the
story is known to be one in which the difference shows.
"""

from typing import Any

import pytest

from services.monitoring.figures.compute import cells_of
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.figures.export import ask
from tests.kit.figures import cells_of_events, exact_cells, opened
from tests.kit.full_story import FullStory
from tests.kit.story import FAR, stock

KAB = "35.09"


def naive(story: FullStory, query: str) -> Any:
    """The one number that a query finds."""
    with opened(story.events) as duck:
        return ask(duck, query)[1][0][0]


def at(story: FullStory, part: str, period: str, band: str, programme: str = "PKH") -> int:
    """The stock of a part at the end of a month, or what happened in it."""
    definition = DEFINITIONS[part[1:3]]
    with opened(story.events) as duck:
        found = exact_cells(cells_of(duck, definition))
    kind = definition.header.parts[part].kind
    return sum(
        value
        for (one, region, month, family, name), value in found.items()
        if (one, region, family, name) == (part, KAB, programme, band)
        and (month <= period if kind == "stock" else month == period)
    )


def test_the_headline_is_pkh_alone() -> None:
    """A family of another programme moved it once."""
    story = FullStory()
    story.enrol_in("f", "2026-01-01", "p")
    story.enrol_in("g", "2026-01-01", "q", programme="OTHER_SOCIAL")
    story.join("p", "2026-02-01", "m1")
    story.join("q", "2026-02-01", "m2")
    assert naive(story, "select count(distinct family_number) from joined") == 2
    assert at(story, "i01.flow", "2026-02", "joined") == 1
    assert at(story, "i01.flow", "2026-02", "joined", "OTHER_SOCIAL") == 1


def test_a_family_that_is_enrolled_again_is_in_stock_again() -> None:
    """In the programme of the new spell; the exit ended the first alone."""
    story = FullStory()
    story.enrol_in("f", "2026-01-01", "p")
    story.exit("f", "2026-02-10")
    story.enrol_in("f", "2026-04-01", "p", programme="PKH_PLUS", version=2)
    gone = "select count(*) from family_enrolled where subject not in (select family from exit)"
    assert naive(story, gone) == 0
    months = ("2026-01", "2026-02", "2026-03", "2026-04")
    assert [at(story, "i01.flow", month, "enrolled") for month in months] == [1, 0, 0, 0]
    assert at(story, "i01.flow", "2026-04", "enrolled", "PKH_PLUS") == 1


def test_an_exit_after_the_second_enrolment_ends_the_second() -> None:
    """The earliest exit of all would have ended both."""
    story = FullStory()
    story.enrol_in("f", "2025-01-01")
    story.graduate("f", "2025-06-10")
    story.enrol_in("f", "2026-01-01", version=2)
    story.exit("f", "2026-03-10")
    assert naive(story, "select count(*) from spell where until > date '2026-02-01'") == 1
    assert [at(story, "i01.flow", f"2026-0{m}", "enrolled") for m in (2, 3)] == [1, 0]
    assert at(story, "i13.within_12", "2025-06", "relapsed_12") == 1


def test_every_graduation_of_a_kabupaten_counts() -> None:
    """With a facilitator or without, with a target or without."""
    story = FullStory()
    for family in ("f", "g", "h"):
        story.enrol_in(family, "2026-01-01")
        story.graduate(family, "2026-05-01")
    story.assign("f", "one", "2026-01-01")
    story.target("one", 2026, 10)
    attributed = """
        select count(*) from exit
        inner join facilitator_assigned as assigned on assigned.subject = exit.family
    """
    assert naive(story, attributed) == 1
    assert at(story, "i08.families", "2026-05", "") == 3


def test_a_death_is_no_graduation() -> None:
    """Competing ways out are shown apart."""
    story = FullStory()
    story.enrol_in("f", "2026-01-01")
    story.exit("f", "2026-05-01", "DECEASED")
    assert naive(story, "select count(*) from exit") == 1
    assert at(story, "i08.families", "2026-05", "") == 0
    assert at(story, "i07.left_by_reason", "2026-05", "DECEASED") == 1


def test_a_facilitator_of_half_a_year_has_half_a_target() -> None:
    """From July: six months of twelve."""
    story = FullStory()
    story.enrol_in("f", "2026-01-01")
    story.assign("f", "one", "2026-07-01")
    story.target("one", 2026, 10)
    found = cells_of_events(story.events, [DEFINITIONS["08"]])
    values = {key[0]: value for key, value in found.items()}
    assert (values["i08.target"], values["i08.part_target"]) == (10, 5)


def test_attendance_is_out_of_those_whose_group_met() -> None:
    """Two of three families had no meeting to attend."""
    story = FullStory()
    story.form_group("a", "2026-01-01")
    story.form_group("b", "2026-01-01")
    for family, group in (("f", "a"), ("g", "b"), ("h", "b")):
        story.enrol_in(family, "2026-01-01")
        story.join_group(family, group, "2026-01-02")
    story.hold_for("a", "s", "2026-02-10")
    story.attend("f", "2026-02-10", "FAMILY_FINANCE")
    assert naive(story, "select count(*) from stay") == 3
    assert at(story, "i15.presence", "2026-02", "expected") == 1
    assert at(story, "i15.presence", "2026-02", "attended") == 1


def test_a_module_is_had_for_twelve_months_and_not_to_the_years_end() -> None:
    """Taught in December, it still counts in November and no longer in the next December."""
    story = FullStory()
    story.enrol_in("f", "2025-01-01")
    story.attend("f", "2025-12-10", "FAMILY_FINANCE")
    this_year = "select count(*) from attendance where year(month) = 2026"
    assert naive(story, this_year) == 0
    months = ("2025-11", "2025-12", "2026-11", "2026-12")
    assert [at(story, "i15.coverage", month, "FAMILY_FINANCE") for month in months] == [0, 1, 1, 0]


def test_two_sessions_of_a_group_are_one_month_of_meeting() -> None:
    """Regularity counts groups, not sessions."""
    story = FullStory()
    story.form_group("a", "2026-01-01")
    story.form_group("b", "2026-01-01")
    story.hold_for("a", "s", "2026-02-10")
    story.hold_for("a", "t", "2026-02-20")
    assert naive(story, "select count(*) from session") == 2
    assert at(story, "i14.groups_met", "2026-02", "", "") == 1
    assert at(story, "i14.groups", "2026-02", "", "") == 2


@pytest.mark.parametrize(("on", "expected"), [("2026-01-09", 0), ("2026-04-10", 1)])
def test_conversion_counts_joins_after_the_referral(on: str, expected: int) -> None:
    """Who was a member before was not converted, and is no candidate."""
    story = FullStory()
    story.enrol_in("f", "2026-01-01", "p")
    story.refer_of("p", "f", "2026-01-10")
    story.join("p", on)
    assert naive(story, "select count(*) from referral inner join member using (person)") == 1
    assert at(story, "i02.within_90", "2026-01", "joined_90") == expected
    assert at(story, "i02.within_90", "2026-01", "referred_90") == expected


def test_a_join_on_day_91_is_not_within_90_days() -> None:
    """It counts from 180 days on."""
    story = FullStory()
    story.enrol_in("f", "2026-01-01", "p")
    story.refer_of("p", "f", "2026-01-10")
    story.join("p", "2026-04-11")
    assert at(story, "i02.within_90", "2026-01", "joined_90") == 0
    assert at(story, "i02.within_180", "2026-01", "joined_180") == 1


def test_the_funnel_ends_after_180_days_and_knows_who_left() -> None:
    """Three were referred: one joins too late, one says no, the family of one leaves."""
    story = FullStory()
    for person in ("p", "q", "r"):
        story.enrol_in(f"of {person}", "2026-01-01", person)
        story.refer_of(person, f"of {person}", "2026-01-10", f"referral of {person}")
    story.apply("p", "2026-08-01")
    story.contact("q", "2026-01-20")
    story.decline("q", "2026-02-01", "TOO_FAR")
    story.exit("of r", "2026-03-01")
    assert naive(story, "select count(*) from membership where applied_on is not null") == 1
    bands = ("referred", "contacted", "interested", "applied", "declined", "left", "open")
    found = {band: at(story, "i03.funnel", "2026-01", band) for band in bands}
    assert found == {
        "referred": 3, "contacted": 1, "interested": 0, "applied": 0,
        "declined": 1, "left": 1, "open": 1,
    }  # fmt: skip
    assert at(story, "i03.declined_by_reason", "2026-01", "TOO_FAR") == 1


def test_who_declines_and_then_applies_has_not_declined() -> None:
    """The last word counts."""
    story = FullStory()
    story.enrol_in("f", "2026-01-01", "p")
    story.refer_of("p", "f", "2026-01-10")
    story.decline("p", "2026-02-01")
    story.apply("p", "2026-03-01")
    assert naive(story, "select count(*) from referral_declined") == 1
    assert at(story, "i03.funnel", "2026-01", "declined") == 0
    assert at(story, "i03.funnel", "2026-01", "interested") == 1


def test_training_is_out_of_those_who_are_still_members_and_by_programme() -> None:
    """One of two stayed and was trained; a third is of no recipient family."""
    story = FullStory()
    story.enrol_in("f", "2026-01-01", "p", "q")
    for person, member in (("p", "m1"), ("q", "m2"), ("z", "m3")):
        story.join(person, "2026-02-01", member)
    story.resign("q", "2026-03-01", "m2")
    story.complete("p", "2026-03-05")
    assert naive(story, "select count(*) from membership") == 3
    bands = ("joined", "still_member", "trained")
    assert [at(story, "i16.training", "2026-02", band) for band in bands] == [2, 1, 1]
    assert at(story, "i16.training", "2026-02", "joined", "NONE") == 1
    assert at(story, "i16.trained_by_lag", "2026-02", "31-60") == 1


def test_coverage_is_out_of_the_eligible() -> None:
    """By the latest assessment; a family that lost it is out."""
    story = FullStory()
    for family, person in (("f", "p"), ("g", "q"), ("h", "r")):
        story.enrol_in(family, "2026-01-01", person)
        story.assess(family, "2026-01-10", eligible=family != "h")
    story.assess("g", "2026-03-01", eligible=False)
    story.join("p", "2026-02-01", "m1")
    story.join("r", "2026-02-01", "m2")
    assert naive(story, "select count(distinct family_number) from joined") == 2
    found = [at(story, "i05.coverage", month, "eligible") for month in ("2026-02", "2026-03")]
    assert found == [2, 1]
    assert at(story, "i05.joined_by_decile", "2026-03", "D1_2") == 1


def test_a_family_that_left_was_not_overlooked() -> None:
    """Of three eligible families one was referred in time and one left."""
    story = FullStory()
    for family in ("f", "g", "h"):
        story.enrol_in(family, "2026-01-01", f"of {family}")
        story.assess(family, "2026-01-10")
    story.refer_of("of f", "f", "2026-04-10")
    story.exit("g", "2026-02-01")
    unreferred = """
        select count(distinct subject) from eligibility_assessed
        where subject not in (select family from referral)
    """
    assert naive(story, unreferred) == 2
    assert at(story, "i19.exclusion", "2026-01", "not_referred") == 1


def test_a_member_of_two_cooperatives_is_two_memberships_and_one_family() -> None:
    """Units are not mixed."""
    story = FullStory()
    story.enrol_in("f", "2026-01-01", "p")
    for name in ("c", "d"):
        story.register(name, "2026-01-01")
        story.join("p", "2026-02-01", f"at {name}", name)
    assert naive(story, "select count(distinct person) from member") == 1
    assert at(story, "i29.members", "2026-02", "") == 2
    assert at(story, "i01.flow", "2026-02", "joined") == 1


def test_a_young_cooperative_has_no_ninety_days_before() -> None:
    """Else its first weeks would look like growth after the first recipient."""
    story = FullStory()
    story.enrol_in("f", "2026-01-01", "p", "q")
    story.register("c", "2025-06-01")
    story.register("d", "2026-02-20")
    for place, cooperative in enumerate(("c", "d")):
        person = ("p", "q")[place]
        story.join(person, "2026-03-01", f"first {cooperative}", cooperative)
        story.join(f"after {cooperative}", "2026-03-20", f"m {cooperative}", cooperative)
    story.join("before c", "2026-02-01", "before", "c")
    exposed = "select count(distinct cooperative) from member inner join recipient using (person)"
    assert naive(story, exposed) == 2
    assert at(story, "i24.cooperatives", "2026-03", "", "") == 1
    assert [at(story, "i24.others", "2026-03", one, "") for one in ("before", "after")] == [1, 1]


def compared_with(story: FullStory) -> list[int]:
    """Comparison cooperatives of March 2026, and others who joined them before and after."""
    bands = ("comparison_before", "comparison_after")
    joined = [at(story, "i24.comparison_others", "2026-03", one, "") for one in bands]
    return [at(story, "i24.comparison", "2026-03", "", ""), *joined]


def exposed_in_march(*others: str) -> FullStory:
    """A recipient joins an old cooperative in March; these others operate beside it."""
    story = FullStory()
    story.enrol_in("f", "2026-01-01", "p", "q")
    for place, cooperative in enumerate(("c", *others)):
        story.register(cooperative, "2025-06-01")
        story.set_status(cooperative, 1 + place, "2025-07-01", "OPERATING")
    story.join("p", "2026-03-01", "first", "c")
    return story


def test_growth_that_was_under_way_anyway_shows_in_cooperatives_without_recipients() -> None:
    """Before and after in one cooperative alone would call it spillover."""
    story = exposed_in_march("d")
    for person, on in (("a", "2026-02-01"), ("b", "2026-04-01"), ("e", "2026-05-01")):
        story.join(person, on, f"m {person}", "d")
    story.join("g", "2026-03-15", "on the very day", "d")
    story.join("h", "2026-07-01", "too late", "d")
    assert at(story, "i24.cooperatives", "2026-03", "", "") == 1
    assert compared_with(story) == [1, 1, 2]


def test_a_comparison_is_without_recipients_until_it_has_been_followed() -> None:
    """A recipient 90 days after the month ends it; one on the day after that does not."""
    for on, expected in (("2026-06-29", 0), ("2026-06-30", 1)):
        story = exposed_in_march("d")
        story.join("q", on, "later", "d")
        assert compared_with(story)[0] == expected, on


def test_a_comparison_is_old_enough_and_operates() -> None:
    """A cooperative that is registered and does nothing would make any growth look large."""
    story = exposed_in_march("d")
    assert compared_with(story)[0] == 1
    story.set_status("d", 9, "2026-03-31", "SUSPENDED")
    assert compared_with(story)[0] == 0
    story.register("e", "2025-12-02")
    story.set_status("e", 1, "2026-01-10", "OPERATING")
    assert compared_with(story)[0] == 0


def test_a_cooperative_is_counted_in_the_size_that_it_has_at_the_months_end() -> None:
    """Twenty joined, one resigned within the month."""
    story = FullStory()
    story.register("c", "2026-01-01")
    story.set_status("c", 1, "2026-01-02", "OPERATING")
    for number in range(20):
        story.join(f"p{number}", "2026-02-01", f"m{number}")
    story.resign("p0", "2026-02-20", "m0")
    assert naive(story, "select count(*) from member") == 20
    assert at(story, "i21.size", "2026-02", "000-019", "") == 1
    assert at(story, "i21.size", "2026-02", "020-049", "") == 0


def test_two_meetings_for_one_year_are_one_cooperative() -> None:
    """The unit is the cooperative."""
    story = FullStory()
    story.register("c", "2025-01-01")
    story.meet("c", 2025, "2026-03-01")
    story.meet("c", 2025, "2026-03-08")
    assert naive(story, "select count(*) from cooperative_annual_meeting") == 2
    assert at(story, "i21.annual_meeting", "2025", "", "") == 1


def test_a_moved_family_is_in_the_stock_of_its_new_kabupaten_at_the_years_start() -> None:
    """Feasibility asks for the families that were there then."""
    story = FullStory()
    story.enrol_in("f", "2025-01-01", region=FAR)
    story.change("f", 2, "2025-12-10")
    story.target("one", 2026, 10)
    assert naive(story, "select count(*) from family_enrolled where region like '35.09%'") == 0
    assert at(story, "i09.enrolled_at_start", "2026", "") == 1


def test_offices_that_declare_the_same_may_both_be_wrong() -> None:
    """Equal to each other is not equal to what the events say."""
    story = FullStory()
    story.enrol_in("f", "2026-01-01", "p")
    story.join("p", "2026-02-01")
    story.declare("beneficiary", "2026-02", 90)
    story.declare("cooperative", "2026-02", 12)
    story.declare("cooperative", "2026-02", 90, version=2)
    assert naive(story, "select max(declared) - min(declared) from count_declared") == 0
    assert at(story, "i28.offices_apart", "2026-02", "000-010", "") == 1
    assert at(story, "i28.log_apart", "2026-02", "BENEFICIARY.051+", "") == 1


def test_a_record_published_twice_is_repeated_once() -> None:
    """Late records stay in the month of the fact."""
    story = FullStory()
    story.join("p", "2026-02-01", "m1")
    story.join("p", "2026-02-01", "m1")
    assert naive(story, "select count(distinct person) from membership") == 1
    assert at(story, "i27.recorded", "2026-02", "members", "") == 2
    assert at(story, "i27.repeated", "2026-02", "repeated_members", "") == 1
    assert at(story, "i27.lag_members", "2026-02", "091+", "") == 2


def test_families_without_a_facilitator_are_counted_too() -> None:
    """Adding up the facilitators' families gives fewer than are enrolled; the rest has a row of its own."""
    story = FullStory()
    for family, enrolled in (("a", "2026-01-05"), ("b", "2026-01-05"), ("c", "2026-02-05")):
        story.enrol_in(family, enrolled)
    story.assign("a", "p", "2025-12-20")
    story.assign("b", "p", "2026-03-20")
    story.assign("b", "q", "2026-04-20")
    story.exit("a", "2026-05-10")
    naive_sum = naive(story, "select count(distinct subject) from facilitator_assigned")
    assert naive_sum == 2
    found = cells_of_events(story.events, [DEFINITIONS["01"]])
    months = [f"2026-0{n}" for n in range(1, 6)]
    counted = [
        [stock(found, KAB, band, month, part="i01.facilitated") for month in months]
        for band in ("with_facilitator", "without_facilitator")
    ]
    assert counted == [[1, 1, 2, 2, 1], [1, 2, 1, 1, 1]]
