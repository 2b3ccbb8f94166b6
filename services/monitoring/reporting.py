"""Who has closed which month. Pure; `reporting_store` has the SQL."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.events.days import days_since
from shared.events.reporting import OWNER_OF, ReportList


@dataclass(frozen=True, order=True)
class Reported:
    """A list of a kabupaten in a month."""

    month: str
    district: str
    list: str
    expected: bool
    closed: bool


@dataclass(frozen=True, order=True)
class Overdue:
    """Months of a list that a kabupaten has not closed after they ended."""

    district: str
    list: str
    office: str
    """Who reports the list: the source of its events."""
    months: tuple[str, ...]
    days_late: int
    """Days since the first of them ended."""


def overdue(some: Iterable[Reported], today: date) -> list[Overdue]:
    """What has ended and is still open, by kabupaten and list.

    As `report.expected` counts it: up to the last month that anybody has closed or opened again.
    """
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in sorted(some):
        if one.expected and not one.closed and days_since(one.month, today):
            found[one.district, one.list].append(one.month)
    return [
        Overdue(
            district, name, OWNER_OF[ReportList(name)], tuple(months), days_since(months[0], today)
        )
        for (district, name), months in sorted(found.items())
    ]
