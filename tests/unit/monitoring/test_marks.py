"""Up to when each source has published facts, and how that goes back."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from services.monitoring import store
from services.monitoring.release.publish import closed_month
from shared.clock import noon
from shared.database.engine import snapshot
from shared.events.envelope import Event
from tests.kit.story import NOW, Book, Story

SOCIAL, COOPERATIVE = "urn:lintas:beneficiary", "urn:lintas:cooperative"
JUNE = noon(date(2026, 6, 7))


def told_on(event: Event, day: date, recorded: datetime = NOW) -> Event:
    """The event as its service publishes it: at noon of its day."""
    return event._replace(time=noon(day), recordedtime=recorded)


def marks(book: Book, now: datetime | None = None) -> dict[str, datetime]:
    """The mark of each source."""
    with snapshot(book.engine) as connection:
        return store.latest_times(connection, now)


def three_of_next_year() -> tuple[Story, list[Event], list[Event]]:
    """A world of June 2026, and in each source a record with a slip of the year."""
    story = Story()
    good = [
        told_on(story.enrol("f", "2026-06-07", "p"), date(2026, 6, 7)),
        told_on(story.activate("p", "2026-06-07"), date(2026, 6, 7)),
        told_on(story.hold("s", "2026-06-07"), date(2026, 6, 7)),
    ]
    later = datetime(2027, 8, 6, tzinfo=UTC)
    bad = [
        told_on(one, date(2027, 8, 5), later)
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
    book = Book().take(*good)
    before = marks(book)
    assert closed_month(before) == "2026-05"
    assert closed_month(marks(book.take(*bad))) == "2027-07"
    book.take(*(story.correct(one) for one in bad))
    assert marks(book) == before
    assert closed_month(marks(book.rebuild())) == "2026-05"


def test_a_mark_moves_with_a_fact_that_is_put_right() -> None:
    """The replacement's day counts, earlier or later."""
    story = Story()
    enrolled = told_on(story.enrol("f", "2026-06-07"), date(2026, 6, 7))
    book = Book().take(enrolled, told_on(story.leave("f", "2026-06-20"), date(2026, 6, 20)))
    right = story.correct(story.events[1], recorded=90, exited_on="2026-06-10")
    assert marks(book.take(right)) == {SOCIAL: noon(date(2026, 6, 10))}
    again = story.correct(story.events[1], recorded=100, exited_on="2026-06-11")
    assert marks(book.take(again)) == {SOCIAL: noon(date(2026, 6, 11))}


@pytest.mark.parametrize("order", permutations(range(4)))
def test_the_order_of_arrival_never_decides_a_mark(order: tuple[int, ...]) -> None:
    """A correction before its event, a second one before the first, all in one batch or each alone."""
    story = Story()
    wrong = told_on(story.leave("f", "2026-06-20"), date(2026, 6, 20))
    events = [
        told_on(story.enrol("f", "2026-06-07"), date(2026, 6, 7)),
        wrong,
        story.correct(wrong, recorded=90, exited_on="2026-06-10"),
        story.correct(wrong, recorded=100),
    ]
    single = Book()
    for place in order:
        single.take(events[place])
    assert marks(single) == {SOCIAL: JUNE}
    together = Book().take(*(events[place] for place in order))
    assert together.everything() == single.everything() == single.rebuild().everything()


def test_an_announcement_moves_its_mark_no_further_than_its_recording() -> None:
    """A status from September on, published in July, does not say that August is complete."""
    story = Story()
    closing = story.set_status("c", 1, "2026-09-01", "CLOSED")
    book = Book().take(told_on(closing, date(2026, 9, 1), datetime(2026, 7, 20, 3, tzinfo=UTC)))
    assert marks(book) == {COOPERATIVE: noon(date(2026, 7, 20))}
    moved = story.correct(closing, recorded=90, effective_on="2026-10-01")
    assert marks(book.take(moved)) == {COOPERATIVE: noon(date(2026, 7, 20))}


def test_a_correction_that_announces_is_told_on_its_own_day() -> None:
    """The replaced version lies ahead; the mark is the day of the correction."""
    story = Story()
    change = told_on(story.change("f", 2, "2026-06-07"), date(2026, 6, 7))
    book = Book().take(change, story.correct(change, recorded=90, effective_on="2026-12-01"))
    assert marks(book) == {SOCIAL: noon(date(2026, 7, 1))}


def test_targets_count_when_they_are_set() -> None:
    """They name a year alone; taken back, they count no more."""
    story = Story()
    target = story.target("w", 2027, 10)
    book = Book().take(target)
    assert marks(book) == {SOCIAL: target.time}
    assert marks(book.take(story.correct(target))) == {}


def test_facts_that_an_earlier_version_took_from_the_future_carry_no_mark() -> None:
    """They stay out of every mark until their day has come."""
    _, good, bad = three_of_next_year()
    book = Book().take(*good, *bad)
    assert closed_month(marks(book, NOW)) == "2026-05"
    assert closed_month(marks(book, noon(date(2027, 8, 5)) - timedelta(hours=11))) == "2027-07"
