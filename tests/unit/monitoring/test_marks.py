"""Up to when each source has published facts, and how that goes back."""

from datetime import UTC, date, datetime
from itertools import permutations

import pytest

from shared.clock import noon
from shared.events.envelope import Event
from tests.kit.full_story import FullStory
from tests.kit.story import NOW, Story
from tests.kit.story_log import StoryLog

SOCIAL, COOPERATIVE = "urn:lintas:beneficiary", "urn:lintas:cooperative"
LATER = datetime(2030, 1, 1, tzinfo=UTC)
JUNE = noon(date(2026, 6, 7))


def published_on(event: Event, day: date, recorded: datetime = NOW) -> Event:
    """The event as its service publishes it: at noon of its day."""
    return event._replace(time=noon(day), recordedtime=recorded)


def marks(log: StoryLog) -> dict[str, datetime]:
    """The mark of each source, long after all of them."""
    return log.latest(LATER)


def three_of_next_year() -> tuple[Story, list[Event], list[Event]]:
    """A world of June 2026, and in each source a record with a slip of the year."""
    story = Story()
    good = [
        published_on(story.enrol("f", "2026-06-07", "p"), date(2026, 6, 7)),
        published_on(story.activate("p", "2026-06-07"), date(2026, 6, 7)),
        published_on(story.hold("s", "2026-06-07"), date(2026, 6, 7)),
    ]
    later = datetime(2027, 8, 6, tzinfo=UTC)
    bad = [
        published_on(one, date(2027, 8, 5), later)
        for one in (
            story.leave("f", "2027-08-05"),
            story.lapse("p", "2027-08-05"),
            story.hold("s2", "2027-08-05"),
        )
    ]
    return story, good, bad


def test_a_mark_goes_back_with_the_fact_that_carried_it() -> None:
    """Three slips of the year close twelve months; taken back, June is open again."""
    story, good, bad = three_of_next_year()
    log = StoryLog().take(*good)
    before = marks(log)
    assert marks(log.take(*bad)) != before
    log.take(*(story.correct(one) for one in bad))
    assert marks(log) == before


def test_a_mark_moves_with_a_fact_that_is_put_right() -> None:
    """The replacement's day counts, earlier or later."""
    story = Story()
    enrolled = published_on(story.enrol("f", "2026-06-07"), date(2026, 6, 7))
    log = StoryLog().take(enrolled, published_on(story.leave("f", "2026-06-20"), date(2026, 6, 20)))
    right = story.correct(story.events[1], recorded=90, exited_on="2026-06-10")
    assert marks(log.take(right)) == {SOCIAL: noon(date(2026, 6, 10))}
    again = story.correct(story.events[1], recorded=100, exited_on="2026-06-11")
    assert marks(log.take(again)) == {SOCIAL: noon(date(2026, 6, 11))}


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_of_arrival_never_decides_a_mark(order: tuple[int, ...]) -> None:
    """A correction before its event, a second one before the first, all in one batch or each alone."""
    story = Story()
    wrong = published_on(story.leave("f", "2026-06-20"), date(2026, 6, 20))
    events = [
        published_on(story.enrol("f", "2026-06-07"), date(2026, 6, 7)),
        wrong,
        story.correct(wrong, recorded=90, exited_on="2026-06-10"),
        story.correct(wrong, recorded=100),
    ]
    single = StoryLog()
    for place in order:
        single.take(events[place])
    assert marks(single) == {SOCIAL: JUNE}
    together = StoryLog().take(*(events[place] for place in order))
    assert (together.cells("i01.flow"), marks(together)) == (
        single.cells("i01.flow"),
        marks(single),
    )


def test_an_announcement_moves_its_mark_no_further_than_its_recording() -> None:
    """A status from September on, published in July, does not say that August is complete."""
    story = Story()
    closing = story.set_status("c", 1, "2026-09-01", "CLOSED")
    log = StoryLog().take(
        published_on(closing, date(2026, 9, 1), datetime(2026, 7, 20, 3, tzinfo=UTC))
    )
    assert marks(log) == {COOPERATIVE: noon(date(2026, 7, 20))}
    moved = story.correct(closing, recorded=90, effective_on="2026-10-01")
    assert marks(log.take(moved)) == {COOPERATIVE: noon(date(2026, 7, 20))}


def test_a_correction_that_announces_is_published_on_its_own_day() -> None:
    """The replaced version lies ahead; the mark is the day of the correction."""
    story = Story()
    change = published_on(story.change("f", 2, "2026-06-07"), date(2026, 6, 7))
    log = StoryLog().take(change, story.correct(change, recorded=90, effective_on="2026-12-01"))
    assert marks(log) == {SOCIAL: noon(date(2026, 7, 1))}


def test_targets_count_when_they_are_set() -> None:
    """They name a year alone; taken back, they count no more."""
    story = Story()
    target = story.target("w", 2027, 10)
    log = StoryLog().take(target)
    assert marks(log) == {SOCIAL: target.time}
    assert marks(log.take(story.correct(target))) == {}


def test_what_an_office_says_of_its_reports_and_targets_moves_no_mark() -> None:
    """It is of a month or a year, whenever it is said."""
    story = FullStory()
    said = [
        story.declare("beneficiary", "2026-05", 2),
        story.programme_target(2026, 10),
        story.want("c", 2026, 10),
    ]
    assert marks(StoryLog().take(*said)) == {}
