"""Who has closed which month: from the cells of obligations and closings. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from services.monitoring.release.cells import Cell
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


def reported(expected: Iterable[Cell], closed: Iterable[Cell]) -> list[Reported]:
    """Everything that is expected or closed, by month, kabupaten and list."""
    owed, done = _keys(expected), _keys(closed)
    return sorted(Reported(*key, expected=key in owed, closed=key in done) for key in owed | done)


def selected(some: Iterable[Reported], area: str | None, lists: Collection[str]) -> list[Reported]:
    """Those of an area and of these lists; without either, of all."""
    return [
        one
        for one in some
        if (area is None or f"{one.district}.".startswith(f"{area}."))
        and (not lists or one.list in lists)
    ]


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


def last_month(some: Iterable[Reported]) -> str | None:
    """The last month that anybody is expected to close."""
    return max((one.month for one in some if one.expected), default=None)


def complete_until(some: Collection[Reported]) -> str | None:
    """The last month up to which every expected list is closed; none where the first is open."""
    months = sorted({one.month for one in some if one.expected})
    still_open = {one.month for one in some if one.expected and not one.closed}
    first_open = min(still_open, default="9999-12")
    return max((month for month in months if month < first_open), default=None)


def _keys(cells: Iterable[Cell]) -> set[tuple[str, str, str]]:
    return {(cell.period, cell.region, cell.band) for cell in cells if cell.value > 0}
