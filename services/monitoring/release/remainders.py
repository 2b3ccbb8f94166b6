"""Hidden kecamatan together: what a kabupaten shows, less the kecamatan that are shown. Pure.

It reads nothing but what is published: who holds all releases gets the same from the rows alone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.monitoring.disclosure import STEP, K
from services.monitoring.disclosure.sticky import neighbour_of
from services.monitoring.disclosure.table import Structure
from services.monitoring.release.figure import FigureId, Row
from shared.regions import district_of

HALF = STEP // 2
Range = tuple[int, int]


class Remainder(NamedTuple):
    """The hidden kecamatan of one figure of a kabupaten, together."""

    id: FigureId
    """The figure of the kabupaten."""
    unit: str
    hidden: int
    """How many kecamatan are hidden; those below are not among them."""
    shown: int
    not_reported: int
    not_applicable: int
    value: int
    """About so many: the total less what is shown, as far as that is possible."""
    low: int
    high: int
    """The exact number lies between these two."""


def remainders(
    rows: Sequence[Row], earlier: Iterable[Iterable[Row]], structure: Structure
) -> tuple[Remainder, ...]:
    """One for each figure of a kabupaten that is shown, and has kecamatan of both kinds.

    Args:
        rows: what a release shows of a table family.
        earlier: what each earlier release showed of it.
        structure: which of the figures are open, and which is which a month before.
    """
    ranges, inside = Ranges(rows, earlier, structure), dict[FigureId, list[Row]]()
    for row in rows:
        if (district := district_of(row.id.region)) != row.id.region:
            inside.setdefault(row.id._replace(region=district), []).append(row)
    found = (_remainder(row, inside[row.id], ranges) for row in rows if row.id in inside)
    return tuple(one for one in found if one is not None and _may_be_said(one))


class Ranges:
    """Which exact counts may be behind the values of a release, by the rules of rounding and staying."""

    def __init__(
        self, rows: Iterable[Row], earlier: Iterable[Iterable[Row]], structure: Structure
    ) -> None:
        self._structure = structure
        self._values = {row.id: row.value for row in rows}
        self._own: dict[FigureId, set[int]] = {}
        for row in (row for release in earlier for row in release):
            if row.value is not None:
                self._own.setdefault(row.id, set()).add(row.value)

    def of(self, one: FigureId) -> Range:
        """The lowest and the highest count behind a value that is shown."""
        value = self._values[one]
        if value is None:
            raise ValueError(f"{' '.join(one)} is hidden")
        if value == 0 or one in self._structure.open:
            return value, value
        far = HALF + (K - 1 if self._may_have_stayed(one, value) else 0)
        return max(K, value - far), value + far

    def _may_have_stayed(self, one: FigureId, value: int) -> bool:
        """Whether the figure, or its neighbour of the month before, showed the same value."""
        last = neighbour_of(one, self._structure.before, self._values)
        beside = None if last is None else self._values[last]
        return value == beside or value in self._own.get(one, ())


def _remainder(total: Row, parts: Sequence[Row], ranges: Ranges) -> Remainder | None:
    shown = [row for row in parts if row.value is not None]
    many = Counter(row.status for row in parts)
    if total.value is None or not shown or not many["hidden"]:
        return None
    low, high = ranges.of(total.id)
    for part in shown:
        least, most = ranges.of(part.id)
        low, high = low - most, high - least
    about = total.value - sum(row.value or 0 for row in shown)
    low = max(low, 0)
    return Remainder(
        total.id,
        total.unit,
        hidden=many["hidden"],
        shown=len(shown),
        not_reported=many["not_reported"],
        not_applicable=many["not_applicable"],
        value=min(max(about, low), high),
        low=low,
        high=high,
    )


def _may_be_said(one: Remainder) -> bool:
    """A few people in several places are not named, though a reader could count them himself."""
    return one.low >= K or one.high - one.low >= K - 1
