"""Indicators 15, 16 and 21 in small worlds that were counted by hand."""

import pytest

from tests.kit.figures import cells_of, cells_of_events
from tests.kit.story import ALL_MODULES, FAR, NEXT_DOOR, Story, stock

KAB, FAR_KAB = "35.09", "35.13"
SIX = [module.value for module in ALL_MODULES]


def test_attendance_counts_a_family_once_a_month() -> None:
    """Two sessions of one month are one attendance."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.attend("f", "2026-02-01", session="s1")
    story.attend("f", "2026-02-20", session="s2")
    assert cells_of(story, "i15.attended") == {("i15.attended", KAB, "2026-02", ""): 1}


@pytest.mark.parametrize(
    ("left", "expected"), [("2026-02-28", 0), ("2026-03-01", 1), ("2026-01-31", 0)]
)
def test_attendance_needs_enrolment_at_the_months_end(left: str, expected: int) -> None:
    """The same families as in indicator 01 of that month."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.attend("f", "2026-02-10")
    story.leave("f", left)
    assert sum(cells_of(story, "i15.attended").values()) == expected


def test_attendance_belongs_to_the_kabupaten_at_the_months_end() -> None:
    """It moved after the session."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.attend("f", "2026-02-10", SIX[0])
    story.change("f", 2, "2026-02-20", region=FAR)
    cells = cells_of(story)
    assert ("i15.attended", FAR_KAB, "2026-02", "") in cells
    assert ("i15.module", KAB, "2026-02", SIX[0]) in cells


def test_only_families_at_p2k2_attend() -> None:
    """Neither a person's attendance nor another activity counts."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.attend("f", "2026-02-10", SIX[0], activity="TECHNICAL_GUIDANCE")
    story.attend("f", "2026-02-10", SIX[0], unit="PERSON")
    assert cells_of(story, "i15.attended", "i15.module") == {}


def test_a_module_counts_in_its_first_month_of_each_year() -> None:
    """Again next year, not again this year."""
    story = Story()
    story.enrol("f", "2025-01-01")
    for on in ("2025-05-01", "2025-03-01", "2026-02-01"):
        story.attend("f", on, SIX[0])
    assert cells_of(story, "i15.module") == {
        ("i15.module", KAB, "2025-03", SIX[0]): 1,
        ("i15.module", KAB, "2026-02", SIX[0]): 1,
    }


def test_all_modules_are_reached_in_the_month_of_the_sixth() -> None:
    """Whatever the order of modules."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.attend("f", "2026-04-01", *SIX[:4])
    story.attend("f", "2026-02-01", SIX[4])
    story.attend("f", "2026-05-01", SIX[5], SIX[0])
    cells = cells_of(story, "i15.module")
    assert {key[2] for key in cells if key[3] == "ALL"} == {"2026-05"}


def test_five_modules_are_not_all() -> None:
    """Nor are six that were had in two calendar years."""
    story = Story()
    story.enrol("f", "2025-01-01")
    story.attend("f", "2025-12-01", SIX[5])
    story.attend("f", "2026-01-02", *SIX[:5])
    assert "ALL" not in {key[3] for key in cells_of(story, "i15.module")}


def test_all_modules_must_be_had_in_one_kabupaten() -> None:
    """Each kabupaten counts what was had there."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.attend("f", "2026-02-01", *SIX[:3])
    story.change("f", 2, "2026-03-01", region=FAR)
    story.attend("f", "2026-04-01", *SIX[3:])
    cells = cells_of(story, "i15.module")
    assert len(cells) == 6
    assert "ALL" not in {key[3] for key in cells}


@pytest.mark.parametrize(("on", "expected"), [("2026-03-10", 1), ("2026-03-11", 0)])
def test_modules_count_up_to_the_last_day_in_the_programme(on: str, expected: int) -> None:
    """The day of exit itself still counts."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.leave("f", "2026-03-10")
    story.attend("f", on, SIX[0])
    assert len(cells_of(story, "i15.module")) == expected


def test_modules_before_enrolment_do_not_count() -> None:
    """No version is in force on that day."""
    story = Story()
    story.enrol("f", "2026-03-01")
    story.attend("f", "2026-02-01", SIX[0])
    assert cells_of(story, "i15.module") == {}


def test_an_attendance_that_is_taken_back_was_never() -> None:
    """Without saying whether it was a family's or a person's."""
    story = Story()
    story.enrol("f", "2026-01-01")
    before = cells_of(story)
    story.correct(story.attend("f", "2026-02-01", SIX[0]))
    assert cells_of(story) == before


def test_sessions_and_outreach_are_counted_apart() -> None:
    """P2K2 by session, outreach by participants, anything else not at all."""
    story = Story()
    story.hold("s1", "2026-02-01", counts=[5])
    story.hold("s2", "2026-02-09")
    story.hold("s3", "2026-02-09", "OUTREACH", [40, 21])
    story.hold("s4", "2026-02-09", "COACHING", [7])
    assert cells_of(story, "i15.sessions", "i16.participants") == {
        ("i15.sessions", KAB, "2026-02", ""): 2,
        ("i16.participants", KAB, "2026-02", ""): 61,
    }


@pytest.mark.parametrize(
    ("done", "expected"),
    [("2025-12-31", 0), ("2026-01-01", 1), ("2026-04-01", 1), ("2026-04-02", 0)],
)
def test_training_counts_from_the_first_to_the_ninetieth_day(done: str, expected: int) -> None:
    """1 January plus 90 days is 1 April."""
    story = Story()
    story.activate("p", "2026-01-01")
    story.complete("p", done)
    cells = cells_of(story)
    assert cells["i16.activated", KAB, "2026-01", ""] == 1
    assert cells.get(("i16.trained_90", KAB, "2026-01", ""), 0) == expected


def test_the_first_activation_decides_month_and_place() -> None:
    """Training after the second membership comes too late for the first."""
    story = Story()
    story.activate("p", "2026-06-01", "m2", region=FAR)
    story.activate("p", "2026-01-01", "m1")
    story.complete("p", "2026-06-02")
    assert cells_of(story, "i16.activated", "i16.trained_90") == {
        ("i16.activated", KAB, "2026-01", ""): 1
    }


def test_a_later_training_in_time_is_enough() -> None:
    """One before and one within the ninety days."""
    story = Story()
    story.complete("p", "2025-01-01")
    story.activate("p", "2026-01-01")
    story.complete("p", "2026-02-01")
    assert cells_of(story, "i16.trained_90") == {("i16.trained_90", KAB, "2026-01", ""): 1}


def test_a_cooperative_is_registered_until_it_closes() -> None:
    """And operates only while its status says so."""
    story = Story()
    story.register("c", "2026-01-31")
    story.set_status("c", 1, "2026-02-10", "OPERATING")
    story.set_status("c", 2, "2026-03-10", "SUSPENDED")
    story.set_status("c", 3, "2026-04-10", "CLOSED")
    cells = cells_of(story)
    months = [f"2026-0{month}" for month in (1, 2, 3, 4)]
    registered = [stock(cells, KAB, "", month, "i21.registered") for month in months]
    operating = [stock(cells, KAB, "", month, "i21.operating") for month in months]
    assert (registered, operating) == ([1, 1, 1, 0], [0, 1, 0, 0])


def test_a_status_change_without_registration_counts_nowhere() -> None:
    """Nobody knows where the cooperative is yet."""
    story = Story()
    change = story.set_status("c", 1, "2026-02-10", "OPERATING")
    assert cells_of_events([change]) == {}
    story.register("c", "2026-01-01", region=NEXT_DOOR)
    assert stock(cells_of(story), KAB, "", "2026-02", "i21.operating") == 1


def test_a_cooperative_operates_only_from_its_registration_on() -> None:
    """A status from before the registration waits for it."""
    story = Story()
    story.register("c", "2026-03-01")
    story.set_status("c", 1, "2026-01-10", "OPERATING")
    assert {key[2] for key in cells_of(story)} == {"2026-03"}
