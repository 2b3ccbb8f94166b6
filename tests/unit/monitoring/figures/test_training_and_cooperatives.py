"""Indicators 15, 16 and 21 in small worlds that were counted by hand."""

import pytest

from tests.kit.figures import cells_of, cells_of_events
from tests.kit.full_story import FullStory
from tests.kit.story import ALL_MODULES, FAR, NEXT_DOOR, Story, stock

KAB, FAR_KAB = "35.09", "35.13"
SIX = [module.value for module in ALL_MODULES]


def met(*days: str) -> FullStory:
    """A family in a group that met on these days."""
    story = FullStory()
    story.enrol("f", "2026-01-01")
    story.form_group("g", "2026-01-01")
    story.join_group("f", "g", "2026-01-01")
    for place, on in enumerate(days):
        story.hold_for("g", f"s{place}", on)
    return story


def present(story: Story) -> dict[tuple[str, str], int]:
    """Families that attended, by kabupaten and month."""
    cells = cells_of(story, "i15.presence")
    return {key[1:3]: value for key, value in cells.items() if key[3] == "attended"}


def test_attendance_counts_a_family_once_a_month() -> None:
    """Two sessions of one month are one attendance."""
    story = met("2026-02-01", "2026-02-20")
    story.attend("f", "2026-02-01", session="s0")
    story.attend("f", "2026-02-20", session="s1")
    assert present(story) == {(KAB, "2026-02"): 1}


@pytest.mark.parametrize(
    ("left", "expected"), [("2026-02-28", 0), ("2026-03-01", 1), ("2026-01-31", 0)]
)
def test_attendance_needs_enrolment_at_the_months_end(left: str, expected: int) -> None:
    """The same families as in indicator 01 of that month."""
    story = met("2026-02-10")
    story.attend("f", "2026-02-10")
    story.leave("f", left)
    assert sum(present(story).values()) == expected


def test_attendance_belongs_to_the_kabupaten_at_the_months_end() -> None:
    """It moved after the session."""
    story = met("2026-02-10")
    story.attend("f", "2026-02-10", SIX[0])
    story.change("f", 2, "2026-02-20", region=FAR)
    assert present(story) == {(FAR_KAB, "2026-02"): 1}


def test_only_families_at_p2k2_attend() -> None:
    """Neither a person's attendance nor another activity counts."""
    story = met("2026-02-10")
    story.attend("f", "2026-02-10", SIX[0], activity="TECHNICAL_GUIDANCE")
    story.attend("f", "2026-02-10", SIX[0], unit="PERSON")
    assert present(story) == {}
    assert cells_of(story, "i15.coverage") == {}


def test_all_modules_are_reached_in_the_month_of_the_sixth() -> None:
    """Whatever the order of modules, and until the first of them is twelve months old."""
    story = Story()
    story.enrol("f", "2026-01-01")
    story.attend("f", "2026-04-01", *SIX[:4])
    story.attend("f", "2026-02-01", SIX[4])
    story.attend("f", "2026-05-01", SIX[5], SIX[0])
    cells = cells_of(story, "i15.coverage")
    assert {key[2]: value for key, value in cells.items() if key[3] == "ALL"} == {
        "2026-05": 1,
        "2027-02": -1,
    }


def test_five_modules_are_not_all() -> None:
    """Nor are six of which one is more than twelve months old."""
    story = Story()
    story.enrol("f", "2025-01-01")
    story.attend("f", "2025-02-01", SIX[5])
    story.attend("f", "2026-02-02", *SIX[:5])
    assert "ALL" not in {key[3] for key in cells_of(story, "i15.coverage")}


def test_modules_before_enrolment_do_not_count() -> None:
    """No version is in force on that day."""
    story = Story()
    story.enrol("f", "2026-03-01")
    story.attend("f", "2026-02-01", SIX[0])
    assert cells_of(story, "i15.coverage") == {}


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
    assert cells["i16.training", KAB, "2026-01", "joined"] == 1
    assert cells.get(("i16.training", KAB, "2026-01", "trained"), 0) == expected


def test_the_first_activation_decides_month_and_place() -> None:
    """Training after the second membership comes too late for the first."""
    story = Story()
    story.activate("p", "2026-06-01", "m2", region=FAR)
    story.activate("p", "2026-01-01", "m1")
    story.complete("p", "2026-06-02")
    assert cells_of(story, "i16.training") == {
        ("i16.training", KAB, "2026-01", "joined"): 1,
        ("i16.training", KAB, "2026-01", "still_member"): 1,
    }


def test_a_later_training_in_time_is_enough() -> None:
    """One before and one within the ninety days."""
    story = Story()
    story.complete("p", "2025-01-01")
    story.activate("p", "2026-01-01")
    story.complete("p", "2026-02-01")
    assert cells_of(story, "i16.training")["i16.training", KAB, "2026-01", "trained"] == 1


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
