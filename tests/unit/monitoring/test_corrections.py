"""Corrections in the log: which event counts, whatever arrives first."""

from itertools import permutations
from uuid import UUID

import pytest

from shared.events.envelope import Event
from tests.kit.story import Story
from tests.kit.story_log import StoryLog

KAB = "35.09"
EXITED = "id.lintas.family.exited.v1"
SOCIAL = "urn:lintas:beneficiary"


def left_in(*events: Event) -> list[str]:
    """The months in which a family left the stock of the kabupaten."""
    cells = StoryLog().take(*events).cells("i01.flow")
    gone = [key for key, value in cells.items() if value < 0 and key[1] == KAB]
    return sorted(key[2] for key in gone if key[3] == "enrolled")


def family_that_left(on: str = "2026-03-01") -> tuple[Story, Event, Event]:
    """A family that was enrolled in January, and its exit."""
    story = Story()
    return story, story.enrol("f", "2026-01-01", "p"), story.leave("f", on)


@pytest.mark.long
def test_every_order_of_events_and_corrections_gives_the_same_cells() -> None:
    """Also a correction that arrives before its event."""
    story, _, wrong = family_that_left()
    story.correct(wrong, exited_on="2026-04-01")
    story.correct(wrong, exited_on="2026-05-01")
    found = set()
    for some in permutations(story.events):
        log = StoryLog()
        for event in some:
            log.take(event)
        found.add(tuple(sorted(log.cells("i01.flow").items())))
    assert len(found) == 1
    assert left_in(*story.events) == ["2026-05"]


def test_the_correction_recorded_last_counts() -> None:
    """Whichever arrives last."""
    story, enrolled, wrong = family_that_left()
    late = story.correct(wrong, recorded=50, exited_on="2026-05-01")
    early = story.correct(wrong, recorded=40, exited_on="2026-04-01")
    assert left_in(enrolled, wrong, late, early) == ["2026-05"]
    assert left_in(enrolled, early, wrong, late) == ["2026-05"]


def test_of_two_corrections_of_one_moment_the_greater_id_counts() -> None:
    """So that the order of arrival never decides."""
    story, enrolled, wrong = family_that_left()
    first = story.correct(wrong, recorded=50, exited_on="2026-04-01")
    second = story.correct(wrong, recorded=50)
    greater = first._replace(id=UUID(int=2**100))
    assert left_in(enrolled, wrong, first, second) == []
    assert left_in(enrolled, wrong, greater, second) == ["2026-04"]


def test_a_fact_taken_back_may_be_brought_back() -> None:
    """Correct the first event again."""
    story, _, wrong = family_that_left()
    story.correct(wrong)
    story.correct(wrong, exited_on="2026-05-02")
    assert left_in(*story.events) == ["2026-05"]


def test_a_correction_of_an_event_that_never_came_counts_nothing() -> None:
    """It waits for its event."""
    story, enrolled, wrong = family_that_left()
    assert left_in(enrolled, story.correct(wrong, exited_on="2026-04-01")) == []


@pytest.mark.parametrize("right", [None, {"reason": "MOVED", "exited_on": "2026-05-01"}])
def test_a_correction_that_names_another_type_does_not_touch_the_event(
    right: dict[str, str] | None,
) -> None:
    """The type is part of what it corrects."""
    story, enrolled, _ = family_that_left()
    story.correct_by_hand(enrolled.subject, enrolled.id, EXITED, SOCIAL, right)
    assert left_in(*story.events) == ["2026-03"]
    assert StoryLog().take(*story.events).cells("i01.flow")["i01.flow", KAB, "2026-01", "enrolled"]


def test_a_correction_about_another_subject_does_not_touch_the_event() -> None:
    """Nobody changes a family by correcting another one."""
    story, _, wrong = family_that_left()
    story.enrol("g", "2026-01-01")
    other = story.events[-1]
    story.correct_by_hand(other.subject, wrong.id, wrong.type, SOCIAL, None)
    assert left_in(*story.events) == ["2026-03"]
