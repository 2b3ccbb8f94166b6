"""Indicator 01 in small worlds that were counted by hand."""

import pytest

from tests.kit.figures import cells_of, cells_of_events
from tests.kit.story import FAR, NEXT_DOOR, Story, stock

KEC, KEC2, KAB, KAB2 = "35.09.01", "35.09.02", "35.09", "35.13"


def test_a_family_without_identities_is_unknown() -> None:
    """Nobody registered by identity means unknown, not 'no'."""
    story = Story()
    story.enrol("f", "2026-01-31")
    assert cells_of(story, "i01.flow") == {
        ("i01.flow", region, "2026-01", band): 1
        for region in (KEC, KAB)
        for band in ("unknown", "enrolled")
    }


def test_a_family_with_identities_and_no_member_has_not_joined() -> None:
    """Its persons are known and none is a member."""
    story = Story()
    story.enrol("f", "2026-01-01", "p")
    assert cells_of(story, "i01.flow") == {
        ("i01.flow", region, "2026-01", band): 1
        for region in (KEC, KAB)
        for band in ("not_joined", "enrolled")
    }


def test_joining_moves_a_family_between_bands_once() -> None:
    """Minus one here, plus one there; the enrolled have not moved at all."""
    story = Story()
    story.enrol("f", "2026-01-01", "p")
    story.activate("p", "2026-03-31")
    cells = cells_of(story, "i01.flow")
    march = {key[0::3]: value for key, value in cells.items() if key[1:3] == (KAB, "2026-03")}
    assert march == {
        ("i01.flow", "not_joined"): -1,
        ("i01.flow", "joined"): 1,
    }


def test_two_members_of_a_family_count_once() -> None:
    """The unit is the family."""
    story = Story()
    story.enrol("f", "2026-01-01", "p", "q")
    story.activate("p", "2026-02-01", "m1")
    story.activate("q", "2026-02-02", "m2")
    assert stock(cells_of(story), KAB, "joined", "2026-02") == 1


def test_a_person_in_two_families_counts_in_each() -> None:
    """Both families list a member."""
    story = Story()
    story.enrol("f", "2026-01-01", "p")
    story.enrol("g", "2026-01-01", "p")
    story.activate("p", "2026-02-01")
    assert stock(cells_of(story), KAB, "joined", "2026-02") == 2


def test_a_member_in_no_family_is_in_no_cell_of_families() -> None:
    """Only enrolled families are counted."""
    story = Story()
    story.activate("p", "2026-02-01")
    assert cells_of(story, "i01.flow") == {}


@pytest.mark.parametrize("ending", ["lapse", "resign"])
def test_a_membership_that_ends_within_the_month_is_over_at_its_end(ending: str) -> None:
    """Over at the end of a month iff it ended by then, the last day included."""
    story = Story()
    story.enrol("f", "2026-01-01", "p")
    story.activate("p", "2026-02-10")
    getattr(story, ending)("p", "2026-04-30")
    cells = cells_of(story)
    assert [stock(cells, KAB, "joined", f"2026-0{m}") for m in (1, 2, 3, 4, 5)] == [0, 1, 1, 0, 0]
    assert stock(cells, KAB, "not_joined", "2026-04") == 1


def test_a_membership_within_one_month_leaves_no_trace() -> None:
    """Activated and lapsed between two month ends: no month end saw it."""
    story = Story()
    story.enrol("f", "2026-01-01", "p")
    before = cells_of(story, "i01.flow")
    story.activate("p", "2026-02-02")
    story.lapse("p", "2026-02-20")
    assert cells_of(story, "i01.flow") == before


def test_a_second_membership_keeps_a_family_joined() -> None:
    """One of two memberships ends; the other is still active."""
    story = Story()
    story.enrol("f", "2026-01-01", "p")
    story.activate("p", "2026-01-02", "m1")
    story.activate("p", "2026-02-02", "m2")
    story.lapse("p", "2026-03-02", "m1")
    assert stock(cells_of(story), KAB, "joined", "2026-05") == 1


@pytest.mark.parametrize("way", ["leave", "graduate"])
def test_a_family_that_left_is_out_of_every_band_at_month_end(way: str) -> None:
    """Exit and approved graduation take the family out on that day, the month's last included."""
    story = Story()
    story.enrol("f", "2026-01-01", "p")
    story.activate("p", "2026-01-05")
    getattr(story, way)("f", "2026-03-31")
    cells = cells_of(story)
    assert [stock(cells, KAB, "enrolled", f"2026-0{m}") for m in (1, 2, 3)] == [1, 1, 0]
    assert stock(cells, KEC, "joined", "2026-03") == 0


def test_the_earlier_of_graduation_and_exit_counts() -> None:
    """Whatever is published later cannot keep the family in."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.leave("f", "2026-05-01")
    story.graduate("f", "2026-03-01")
    cells = cells_of(story)
    assert [stock(cells, KAB, "enrolled", month) for month in ("2026-02", "2026-03")] == [1, 0]


def test_a_family_that_leaves_in_its_first_month_is_never_in_stock() -> None:
    """No month end saw it."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.leave("f", "2026-01-20")
    assert cells_of(story, "i01.flow") == {}


def test_an_exit_before_enrolment_means_never_in_stock() -> None:
    """The rule knows one exit, and it is earlier than every month end."""
    story = Story()
    story.enrol("f", "2026-03-01")
    story.leave("f", "2026-01-20")
    assert cells_of(story, "i01.flow") == {}


def test_moving_between_kecamatan_moves_both_and_not_the_kabupaten() -> None:
    """One left, one entered; the kabupaten saw nothing."""
    story = Story()
    story.enrol("f", "2026-01-01", "p")
    story.change("f", 2, "2026-02-10", "p", region=NEXT_DOOR)
    cells = cells_of(story, "i01.flow")
    february = {key: value for key, value in cells.items() if key[2] == "2026-02"}
    assert february == {
        ("i01.flow", KEC, "2026-02", "not_joined"): -1,
        ("i01.flow", KEC, "2026-02", "enrolled"): -1,
        ("i01.flow", KEC2, "2026-02", "not_joined"): 1,
        ("i01.flow", KEC2, "2026-02", "enrolled"): 1,
    }


def test_moving_to_another_kabupaten_moves_both_levels() -> None:
    """It leaves one kabupaten and enters the other."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.change("f", 2, "2026-02-10", region=FAR)
    cells = cells_of(story)
    assert [stock(cells, where, "enrolled", "2026-02") for where in (KAB, KAB2)] == [0, 1]


def test_the_highest_version_in_force_counts_not_the_latest_date() -> None:
    """Version 3 from January replaces version 2 from March."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.change("f", 3, "2026-02-01", region=NEXT_DOOR)
    story.change("f", 2, "2026-03-01", region=FAR)
    assert stock(cells_of(story), KEC2, "enrolled", "2026-03") == 1


def test_a_version_before_enrolment_holds_from_the_first_day() -> None:
    """Effective earlier than the enrolment: it is already in force then, and adds no month."""
    story = Story()
    story.enrol("f", "2026-03-01")
    story.change("f", 2, "2026-01-01", region=FAR)
    assert {key[1:3] for key in cells_of(story, "i01.flow")} == {
        ("35.13.01", "2026-03"),
        (KAB2, "2026-03"),
    }


def test_a_new_version_may_add_the_member() -> None:
    """The membership is older than the person's place in the family."""
    story = Story()
    story.activate("q", "2026-01-01")
    story.enrol("f", "2026-01-01", "p")
    story.change("f", 2, "2026-04-01", "p", "q")
    cells = cells_of(story)
    assert [stock(cells, KAB, "joined", f"2026-0{m}") for m in (3, 4)] == [0, 1]


def test_a_new_version_may_drop_the_member() -> None:
    """Only persons listed in the version in force make a family joined."""
    story = Story()
    story.activate("p", "2026-01-01")
    story.enrol("f", "2026-01-01", "p")
    story.change("f", 2, "2026-04-01", "q")
    cells = cells_of(story)
    assert [stock(cells, KAB, "joined", f"2026-0{m}") for m in (3, 4)] == [1, 0]


def test_of_several_enrolments_the_earliest_counts() -> None:
    """Published twice with two days, the family is enrolled from the first."""
    story = Story()
    story.enrol("f", "2026-03-01", region=FAR)
    story.enrol("f", "2026-02-01")
    cells = cells_of(story)
    assert [stock(cells, KAB, "enrolled", f"2026-0{m}") for m in (1, 2, 3)] == [0, 1, 1]


@pytest.mark.parametrize("family_first", [True, False])
def test_either_half_of_the_join_may_come_first(family_first: bool) -> None:
    """The family and the membership arrive in different batches, in both orders."""
    story = Story()
    enrolled, active = story.enrol("f", "2026-01-01", "p"), story.activate("p", "2026-02-01")
    cells = cells_of_events((enrolled, active) if family_first else (active, enrolled))
    assert stock(cells, KAB, "joined", "2026-02") == 1
    assert stock(cells, KAB, "not_joined", "2026-02") == 0


def test_an_activation_that_is_taken_back_was_never() -> None:
    """The family has not joined, and no cell of the time between remains."""
    story = Story()
    enrolled, active = story.enrol("f", "2026-01-01", "p"), story.activate("p", "2026-02-01")
    assert cells_of_events([enrolled, active, story.correct(active)]) == cells_of_events([enrolled])


def test_an_activation_on_another_day_moves_the_month() -> None:
    """A replacement counts instead of the first fact."""
    story = Story()
    story.enrol("f", "2026-01-01", "p")
    active = story.activate("p", "2026-02-01")
    story.correct(active, activated_on="2026-04-01")
    cells = cells_of(story)
    assert [stock(cells, KAB, "joined", f"2026-0{m}") for m in (2, 3, 4)] == [0, 0, 1]


def test_an_enrolment_that_is_taken_back_leaves_nothing() -> None:
    """No cell of either side."""
    story = Story()
    enrolled = story.enrol("f", "2026-01-01", "p")
    story.activate("p", "2026-02-01")
    story.correct(enrolled)
    assert cells_of(story, "i01.flow", "i28.members_side") == {}


def test_an_enrolment_mended_to_other_persons_changes_the_links() -> None:
    """The wrong person's membership no longer makes the family joined."""
    story = Story()
    enrolled = story.enrol("f", "2026-01-01", "p")
    active = story.activate("p", "2026-02-01")
    right = [{"person": active.subject[:-4] + "aaaa", "representative": True, "age_band": "OTHER"}]
    story.correct(enrolled, persons=right)
    cells = cells_of(story)
    assert stock(cells, KAB, "joined", "2026-02") == 0
    assert stock(cells, KAB, "not_joined", "2026-02") == 1
    assert not [key for key in cells if key[0] == "i28.members_side"]
