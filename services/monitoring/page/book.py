"""The rows of one release, to be looked up by the sections of the page."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from typing import Literal

from services.monitoring.figures.definitions import ELEMENTARY
from services.monitoring.page.words import Words
from services.monitoring.release.figure import FigureId, Row
from services.monitoring.release.remainders import Remainder
from services.monitoring.release.scope import ALL

Kind = Literal["value", "hidden", "not_reported", "not_applicable", "none"]
HEADLINE_PROGRAMME = "PKH"
"""The headline is of this programme alone, whatever a reader chooses below it."""
NOBODY_IN_IT = "NONE"
"""Persons of no recipient family; ALL has them too, where they are counted."""


@dataclass(frozen=True)
class Shown:
    """One figure as the page shows it."""

    kind: Kind
    value: int | None
    text: str
    unit: str = ""
    """What is counted, in words, with the programme where the figure has one."""
    mark: str = ""
    """`revised` or `break`, where the value differs from one that was shown before."""

    @property
    def is_known(self) -> bool:
        """Whether there is a number to show."""
        return self.value is not None


NOTHING = Shown("none", None, "-")
"""There is no such figure in the release."""


class Book:
    """Look-up over the rows of a release: those of one programme, and those without any."""

    def __init__(
        self, number: int, until: str, rows: Iterable[Row], others: Iterable[Remainder] = ()
    ) -> None:
        self.number = number
        self._others = {one.id: one for one in others}
        self.until = until
        self.programme = HEADLINE_PROGRAMME
        self._rows = {row.id: row for row in rows}
        self._periods: dict[tuple[str, str, str], set[str]] = {}
        self._bands: dict[tuple[str, str, str], set[str]] = {}
        self._beyond = {one[:2] for one in self._rows if one.programme == NOBODY_IN_IT}
        self.districts = sorted({one.region for one in self._rows if one.region.count(".") == 1})
        occurring = {one.programme for one in self._rows}
        self.programmes = tuple(
            one for one in (*ELEMENTARY, ALL) if one == HEADLINE_PROGRAMME or one in occurring
        )
        for one in self._rows:
            self._periods.setdefault(one[:3], set()).add(one.period)
            self._bands.setdefault((*one[:2], one.programme), set()).add(one.band)

    def of_programme(self, programme: str) -> "Book":
        """The same rows, looked up for another programme."""
        other = copy(self)
        other.programme = programme
        return other

    def periods(self, indicator: str, measure: str, region: str) -> list[str]:
        """Every period that has this figure, oldest first."""
        return sorted(self._periods.get((indicator, measure, region), ()))

    def bands(self, indicator: str, measure: str) -> list[str]:
        """Every band of a measure, in order; one that is empty where it has none."""
        both = (self._bands.get((indicator, measure, p), set()) for p in ("", self.programme))
        return sorted(set().union(*both))

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
        row = self._row(one)
        if row is None:
            return NOTHING
        unit = words.counted(row.unit, self._whose(row.id)) if row.unit else ""
        if row.value is None:
            status = "hidden" if row.status == "published" else row.status
            return Shown(status, None, words.text(status), unit)
        return Shown("value", row.value, words.number(row.value), unit, row.mark)

    def show_others(self, one: FigureId, words: Words) -> Shown:
        """The hidden kecamatan of a figure together, where the release says something of them."""
        other = self._others.get(one._replace(programme=self.programme)) or self._others.get(one)
        if other is None:
            return NOTHING
        number = words.number
        text = words.text(
            "subdistricts.about",
            value=number(other.value),
            low=number(other.low),
            high=number(other.high),
            hidden=other.hidden,
        )
        unit = words.counted(other.unit, self._whose(other.id))
        return Shown("value", other.value, text, unit)

    def value(self, one: FigureId) -> int | None:
        """The number of a figure, where one is shown."""
        row = self._row(one)
        return None if row is None else row.value

    def _row(self, one: FigureId) -> Row | None:
        return self._rows.get(one._replace(programme=self.programme)) or self._rows.get(one)

    def _whose(self, one: FigureId) -> str:
        """The programme of a figure; `everyone` where all of them and others are counted."""
        return "everyone" if one.programme == ALL and one[:2] in self._beyond else one.programme


def percent(part: Shown, whole: Shown) -> int | None:
    """`part` in per cent of `whole`, rounded, if both are shown; never from hidden figures."""
    if part.value is None or not whole.value:
        return None
    return (200 * part.value + whole.value) // (2 * whole.value)
