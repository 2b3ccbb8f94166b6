"""How long a release has been due, as the metric says it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.monitoring.release.overdue import due_day, gauge
from shared.database.engine import transaction
from shared.observability import metrics
from tests.kit.story import Story
from tests.kit.story_log import StoryLog
from tests.unit.release.test_maker import NOW, a_log, new_log, take

TENTH = datetime(2026, 8, 9, 17, tzinfo=UTC)
"""Midnight of 10 August in Jakarta: a cut of July is due."""


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, date(2026, 8, 10)),
        ("2026-06", date(2026, 8, 10)),
        ("2026-07", date(2026, 9, 10)),
        ("2026-02", date(2026, 4, 10)),
        ("2025-11", date(2026, 1, 10)),
        ("2025-10", date(2025, 12, 10)),
    ],
)
def test_the_next_cut_is_due_two_months_after_the_last_month(
    last: str | None, expected: date
) -> None:
    """Over the end of a year too; a month that was left out stays due from its own day."""
    assert due_day(last, date(2026, 8, 20), 10) == expected


def overdue(log: StoryLog, day: int | None, now: datetime) -> float:
    """What the gauge says."""
    with transaction(log.engine) as connection:
        gauge(day, connection, now)
    return metrics.RELEASE_OVERDUE._value.get()  # type: ignore[no-any-return]


def test_without_a_cut_the_calendar_alone_asks() -> None:
    """Not before its day, from midnight in Jakarta on, and never when no day is set."""
    log = new_log()
    assert overdue(log, 10, TENTH - timedelta(seconds=1)) == 0
    assert overdue(log, 10, TENTH + timedelta(hours=5)) == 5 * 3600
    assert overdue(log, None, TENTH + timedelta(hours=5)) == 0
    assert metrics.RELEASE_PUBLISHED._value.get() == 0


def test_a_cut_that_waits_for_its_release_is_overdue_since_it_was_taken() -> None:
    """Also when the calendar asks for nothing."""
    log = a_log(Story())
    take(log)
    assert overdue(log, None, NOW + timedelta(hours=2)) == 2 * 3600
    assert overdue(log, 10, NOW + timedelta(hours=2)) == 2 * 3600
