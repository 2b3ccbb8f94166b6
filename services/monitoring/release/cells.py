"""Reading cells: those of a part, within the months of a release, summed as asked."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Protocol

from shared.errors import Refusal
from shared.events.days import PROGRAMME_START
from shared.regions import district_of

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


PARTS = (
    "i01.flow",
    "i01.moves",
    "i03.referred",
    "i03.applied",
    "i03.approved",
    "i03.activated",
    "i08.graduated",
    "i08.target",
    "i15.attended",
    "i15.sessions",
    "i15.module",
    "i16.activated",
    "i16.trained_90",
    "i16.participants",
    "i21.registered",
    "i21.operating",
    "i28.members_side",
)
"""Every part that a release is made from."""


MONTHLY = frozenset(PARTS) - {"i08.target", "i21.registered", "i21.operating"}
"""Parts of what happens in the programme, by month."""


class Cells:
    """The cells up to and including a month; later periods are as if they did not exist."""

    def __init__(self, cells: Iterable[Cell], until: str) -> None:
        self.until = until
        self._parts: dict[str, list[Cell]] = {part: [] for part in PARTS}
        for cell in cells:
            known = cell.part in self._parts
            if known and cell.value and cell.period <= until[: len(cell.period)]:
                self._parts[cell.part].append(cell)

    def of(self, part: str) -> list[Cell]:
        """The cells of a part, in no order to rely on."""
        return self._parts[part]

    def sums(self, part: str, key: Callable[[Cell], tuple[str, ...]]) -> "Sums":
        """The cells of a part, added up by a key made from each."""
        sums = Sums()
        for cell in self._parts[part]:
            sums[key(cell)] = sums.get(key(cell), 0) + cell.value
        return sums

    def districts(self, indicator: str) -> list[str]:
        """Every kabupaten with a cell of an indicator (`01`), in order."""
        parts = (part for part in PARTS if part[1:3] == indicator and part != "i08.graduated")
        return sorted({district_of(cell.region) for part in parts for cell in self._parts[part]})


class Sums(dict[tuple[str, ...], int]):
    """Sums by key; what was never counted is zero."""

    def __missing__(self, key: tuple[str, ...]) -> int:
        return 0


def require_plausible_months(cells: Iterable[Cell], until: str, today: date) -> None:
    """Refuse to build months in which nothing can have happened, instead of building them all.

    Cooperatives may be older than the programme, and are not counted month by month.

    Raises:
        Refusal: MONTHS_IMPLAUSIBLE, with the months asked for, the bound, and where they come from.
    """
    first, last = PROGRAMME_START.isoformat()[:7], today.isoformat()[:7]
    early = [one for one in cells if one.part in MONTHLY and one.value and one.period < first]
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
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


def month_before(month: str) -> str:
    """The month before a month."""
    return (date.fromisoformat(f"{month}-01") - ONE_DAY).isoformat()[:7]
