"""The rows of one release, to be looked up by the sections of the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from services.monitoring.page.words import Words
from services.monitoring.release.figure import FigureId, Row

Kind = Literal["value", "hidden", "not_reported", "not_applicable", "none"]
HEADLINE_PROGRAMME = "PKH"
"""Figures of people are those of this programme alone."""


@dataclass(frozen=True)
class Shown:
    """One figure as the page shows it."""

    kind: Kind
    value: int | None
    text: str
    unit: str = ""
    """What is counted."""
    mark: str = ""
    """`revised` or `break`, where the value differs from one that was shown before."""

    @property
    def is_known(self) -> bool:
        """Whether there is a number to show."""
        return self.value is not None


NOTHING = Shown("none", None, "-")
"""There is no such figure in the release."""


class Book:
    """Look-up over the rows of a release: those without a programme, and those of PKH."""

    def __init__(self, number: int, until: str, rows: Iterable[Row]) -> None:
        self.number = number
        self.until = until
        own = (row for row in rows if row.id.programme in ("", HEADLINE_PROGRAMME))
        self._rows = {row.id._replace(programme=""): row for row in own}
        self._periods: dict[tuple[str, str, str], set[str]] = {}
        self._bands: dict[tuple[str, str], set[str]] = {}
        self.districts = sorted({one.region for one in self._rows if one.region.count(".") == 1})
        for one in self._rows:
            self._periods.setdefault(one[:3], set()).add(one.period)
            self._bands.setdefault(one[:2], set()).add(one.band)

    def periods(self, indicator: str, measure: str, region: str) -> list[str]:
        """Every period that has this figure, oldest first."""
        return sorted(self._periods.get((indicator, measure, region), ()))

    def bands(self, indicator: str, measure: str) -> list[str]:
        """Every band of a measure, in order; one that is empty where it has none."""
        return sorted(self._bands.get((indicator, measure), ()))

    def regions(self, indicator: str, measure: str, district: str) -> list[str]:
        """The kecamatan of a kabupaten that have this figure."""
        inside = f"{district}."
        return sorted(
            key[2]
            for key in self._periods
            if key[:2] == (indicator, measure) and key[2].startswith(inside)
        )

    def show(self, one: FigureId, words: Words) -> Shown:
        """The figure in words, or why there is none. The id has no programme."""
        row = self._rows.get(one)
        if row is None:
            return NOTHING
        if row.value is None:
            status = "hidden" if row.status == "published" else row.status
            return Shown(status, None, words.text(status), row.unit)
        return Shown("value", row.value, words.number(row.value), row.unit, row.mark)


def percent(part: Shown, whole: Shown) -> int | None:
    """`part` in per cent of `whole`, rounded, if both are shown; never from hidden figures."""
    if part.value is None or not whole.value:
        return None
    return (200 * part.value + whole.value) // (2 * whole.value)
