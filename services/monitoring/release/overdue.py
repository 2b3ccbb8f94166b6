"""Whether a release is due and not there, as every process of monitoring shows it in its metrics."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, func, select

from services.monitoring.release import taken_cuts
from services.monitoring.release.tables import taken_cut
from services.monitoring.tables import release
from shared.events.days import jakarta_day
from shared.events.monitoring import CutReason
from shared.observability import metrics

_MIDNIGHT_IN_JAKARTA = time(17, tzinfo=UTC)
"""Of the day before."""


def gauge(day_of_month: int | None, connection: Connection, now: datetime) -> None:
    """Set how long a release has been due, and when the newest one was published."""
    published = connection.scalar(select(func.max(release.c.published_at)))
    metrics.RELEASE_PUBLISHED.set(published.timestamp() if published else 0)
    began = [one for one in (_waits(connection), _asked(connection, day_of_month, now)) if one]
    metrics.RELEASE_OVERDUE.set(max(0.0, (now - min(began)).total_seconds()) if began else 0)


def due_day(last: str | None, today: date, day_of_month: int) -> date:
    """The day on which the calendar asks for the next cut; `last`: the month of the newest planned one."""
    if last is None:
        return today.replace(day=day_of_month)
    year, month = divmod(int(last[:4]) * 12 + int(last[5:]) + 1, 12)
    return date(year, month + 1, day_of_month)


def _asked(connection: Connection, day_of_month: int | None, now: datetime) -> datetime | None:
    if day_of_month is None:
        return None
    planned = select(func.max(taken_cut.c.until)).where(taken_cut.c.reason == CutReason.PLANNED)
    day = due_day(connection.scalar(planned), jakarta_day(now), day_of_month)
    return datetime.combine(day - timedelta(days=1), _MIDNIGHT_IN_JAKARTA)


def _waits(connection: Connection) -> datetime | None:
    cut = taken_cuts.pending(connection)
    return None if cut is None else cut.taken_at
