"""Cells as a release reads them, and months."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Protocol

from shared.errors import Refusal
from shared.events.days import PROGRAMME_START, days_of_month

ONE_DAY = timedelta(days=1)


class Cell(Protocol):
    """A cell as `services.monitoring.figures.compute` gives it."""

    @property
    def part(self) -> str:
        """Which part of which indicator: `i01.flow`."""

    @property
    def region(self) -> str:
        """Where; for graduations the facilitator."""

    @property
    def period(self) -> str:
        """A month, or a year for targets."""

    @property
    def programme(self) -> str:
        """Of which programme, or nothing where the unit has none."""

    @property
    def band(self) -> str:
        """The class within the part, or nothing."""

    @property
    def value(self) -> int:
        """The sum of all contributions; zero is the same as no cell."""


def require_plausible_months(cells: Iterable[Cell], until: str, today: date) -> None:
    """Refuse to build months in which nothing can have happened, instead of building them all.

    Raises:
        Refusal: MONTHS_IMPLAUSIBLE, with the months asked for, the bound, and where they come from.
    """
    first, last = PROGRAMME_START.isoformat()[:7], today.isoformat()[:7]
    early = [one for one in cells if one.value and one.period < first]
    if not early and until <= last:
        return
    since, where = min(((one.period, one.region[:5]) for one in early), default=(first, "-"))
    raise Refusal(
        "MONTHS_IMPLAUSIBLE",
        "until",
        since=since,
        until=until,
        first=first,
        last=last,
        region=where,
    )


def months(first: str, last: str) -> Iterator[str]:
    """Every month from the first to the last, both included, as `2026-06`."""
    month = first
    while month <= last:
        yield month
        month = (month_end(month) + ONE_DAY).isoformat()[:7]


def month_end(month: str) -> date:
    """The last day of a month."""
    return days_of_month(month)[1]


def month_before(month: str) -> str:
    """The month before a month."""
    return (date.fromisoformat(f"{month}-01") - ONE_DAY).isoformat()[:7]
