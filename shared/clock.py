"""The only place that reads the wall clock; rules get their times as arguments."""

from datetime import UTC, date, datetime, time

_NOON_IN_JAKARTA = time(5, tzinfo=UTC)


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


def noon(day: date) -> datetime:
    """The moment that means a day: 05:00 UTC, the same date in every Indonesian zone."""
    return datetime.combine(day, _NOON_IN_JAKARTA)
