"""What one table family is made from: an indicator's cells in a province, its places and months."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from services.monitoring.figures.definitions import PROGRAMMES, Definition, Part
from services.monitoring.release.cells import Cell, months
from services.monitoring.release.reports import Reports
from shared.events.days import PROGRAMME_START
from shared.regions import district_of

FIRST_MONTH = PROGRAMME_START.isoformat()[:7]
"""No months are shown before it; what a list dates earlier is in the first stock."""
ALL = "ALL"
Key = tuple[str, str, str, str]
"""Measure, region, programme, band."""


class Places(Protocol):
    """The list of regions, as far as a release needs it."""

    def children(self, code: str) -> tuple[str, ...]:
        """Codes directly inside a region, sorted."""

    def exists(self, code: str) -> bool:
        """Whether the list has this code."""

    def name(self, code: str) -> str:
        """The region's own name."""


class InvalidCells(ValueError):
    """Cells that their definition does not allow; the message names part and programme."""


@dataclass(frozen=True)
class Scope:
    """One table family before it is counted."""

    definition: Definition
    province: str
    cells: Sequence[Cell]
    """Those of the indicator in the province."""
    reports: Reports
    places: Places
    until: str

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        """The parts that make figures."""
        return figure_parts(self.definition)

    def needs(self, part: Part) -> tuple[str, ...]:
        """The lists without which figures of a part say nothing."""
        return self.definition.header.needs if part.needs is None else part.needs

    @cached_property
    def first(self) -> Mapping[str, str]:
        """Every kabupaten of the family with the first month that it shows."""
        found: dict[str, str] = {}
        for cell in self._counting:
            start = f"{cell.period}-01"[:7]
            district = district_of(cell.region)
            found[district] = min(start, found.get(district, start))
        lists = {one for part in self.parts.values() for one in self.needs(part)}
        for district in self.reports.districts(lists):
            start = self.reports.first_month(district, lists) or self.until
            if district[:2] == self.province and start <= self.until:
                found[district] = min(start, found.get(district, start))
        return {one: max(start, FIRST_MONTH) for one, start in sorted(found.items())}

    def months(self, district: str) -> list[str]:
        """The months that a kabupaten shows."""
        return list(months(self.first[district], self.until))

    def regions(self, part: Part, district: str) -> tuple[str, ...]:
        """The places inside a kabupaten for which a part has figures, itself first."""
        inside = self.subdistricts[district] if "kecamatan" in part.levels else ()
        return (district, *inside)

    @cached_property
    def subdistricts(self) -> Mapping[str, tuple[str, ...]]:
        """The kecamatan of the list, and any other that has a cell: sums must hold."""
        found = {
            one: {*self.places.children(one)} if self.places.exists(one) else set()
            for one in self.first
        }
        for cell in self._counting:
            if cell.region != district_of(cell.region):
                found[district_of(cell.region)].add(cell.region)
        return {district: tuple(sorted(inside)) for district, inside in found.items()}

    @cached_property
    def programmes(self) -> frozenset[str]:
        """The programmes that occur: others have no rows."""
        return frozenset(cell.programme for cell in self._counting)

    def programmes_of(self, part: Part) -> tuple[str, ...]:
        """The programmes for which a part has figures."""
        allowed = PROGRAMMES[part.programmes]
        if len(allowed) > 1:
            return (*(one for one in allowed if one in self.programmes), ALL)
        return allowed or ("",)

    def lines(self, name: str) -> dict[Key, dict[str, int]]:
        """The cells of a part by key and period, those of ALL added up.

        Raises:
            InvalidCells: a cell has a programme that its part does not know.
        """
        part, found = self.parts[name], dict[Key, dict[str, int]]()
        allowed = PROGRAMMES[part.programmes] or ("",)
        for cell in self._counting:
            if cell.part != name:
                continue
            if cell.programme not in allowed:
                raise InvalidCells(f"{name}: programme {cell.programme!r} is none of {allowed}")
            measure, band = part.split(cell.band)
            both = {cell.programme, ALL} if len(allowed) > 1 else {cell.programme}
            for programme in both:
                line = found.setdefault((measure, cell.region, programme, band), {})
                line[cell.period] = line.get(cell.period, 0) + cell.value
        return found

    @cached_property
    def _counting(self) -> list[Cell]:
        """The cells of parts that make figures, up to the last month."""
        return [
            cell
            for cell in self.cells
            if cell.part in self.parts and cell.period <= self.until[: len(cell.period)]
        ]


def figure_parts(definition: Definition) -> dict[str, Part]:
    """The parts of a definition that make figures."""
    found = definition.header.parts.items()
    return {name: part for name, part in found if part.kind != "internal"}


def bands_of(part: Part, keys: Iterable[Key]) -> Iterator[tuple[str, str]]:
    """Every measure and band of a part: those declared, and those that occur, each once."""
    seen = {(measure, band) for measure, _, _, band in keys}
    bands = part.bands or (() if part.measure and any(band for _, band in seen) else ("",))
    yield from sorted(seen | {(measure, band) for measure in part.names for band in bands})
