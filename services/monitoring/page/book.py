"""The rows of one release, to be looked up by the sections of the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from services.monitoring.page.words import Words
from services.monitoring.release.figure import FigureId, Row

Kind = Literal["value", "held", "hidden", "none"]


@dataclass(frozen=True)
class Shown:
    """One figure as the page shows it."""

    kind: Kind
    value: int | None
    text: str

    @property
    def is_known(self) -> bool:
        """Whether there is a number to show."""
        return self.value is not None


NOTHING = Shown("none", None, "-")
"""There is no such figure in the release."""


class Book:
    """Look-up over the rows of a release."""

    def __init__(self, number: int, until: str, rows: Iterable[Row]) -> None:
        self.number = number
        self.until = until
        self._rows = {row.id: row for row in rows}
        self._periods: dict[tuple[str, str, str], set[str]] = {}
        self.districts = sorted({one.region for one in self._rows if one.region.count(".") == 1})
        for one in self._rows:
            self._periods.setdefault(one[:3], set()).add(one.period)

    def periods(self, indicator: str, measure: str, region: str) -> list[str]:
        """Every period that has this figure, oldest first."""
        return sorted(self._periods.get((indicator, measure, region), ()))

    def regions(self, indicator: str, measure: str, district: str) -> list[str]:
        """The kecamatan of a kabupaten that have this figure."""
        inside = f"{district}."
        return sorted(
            key[2]
            for key in self._periods
            if key[:2] == (indicator, measure) and key[2].startswith(inside)
        )

    def show(self, one: FigureId, words: Words) -> Shown:
        """The figure in words, or a mark that it is hidden or not there."""
        row = self._rows.get(one)
        if row is None:
            return NOTHING
        if row.value is None:
            return Shown("hidden", None, words.text("hidden"))
        kind: Kind = "held" if row.status == "held" else "value"
        return Shown(kind, row.value, words.number(row.value))


def percent(part: Shown, whole: Shown) -> int | None:
    """`part` in per cent of `whole`, rounded, if both are shown; never from hidden figures."""
    if part.value is None or not whole.value:
        return None
    return (200 * part.value + whole.value) // (2 * whole.value)
