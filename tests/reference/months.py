"""Days and months."""

from calendar import monthrange
from datetime import date, timedelta


def day(text):
    return date.fromisoformat(text) if text else None


def month_of(moment):
    return f"{moment.year:04d}-{moment.month:02d}"


def end_of(month):
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


def months(first, last):
    listed, current = [], first
    while current <= last:
        listed.append(current)
        current = month_of(end_of(current) + timedelta(days=1))
    return listed


def turning_months(days):
    """The months of these days: between them nothing changes, however far apart they are."""
    return sorted({month_of(one) for one in days if one})
