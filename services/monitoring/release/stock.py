"""Indicator 01 with 15's attendance: families by membership, month by month, one system a month."""

from collections.abc import Collection, Iterator
from itertools import accumulate
from typing import Protocol

from services.monitoring.release.cells import Cells, Sums, months
from services.monitoring.release.figure import Constraint, FigureId, System
from shared.regions import district_of

STATES = ("joined", "not_joined", "unknown")
MEASURES = (*STATES, "enrolled")


class Places(Protocol):
    """The list of regions, as far as a release needs it."""

    def children(self, code: str) -> tuple[str, ...]:
        """Codes directly inside a region, sorted."""

    def exists(self, code: str) -> bool:
        """Whether the list has this code."""


def stocks(cells: Cells, places: Places) -> list[System]:
    """The systems of each kabupaten, its months in ascending order."""
    book = _Book(cells)
    return [
        system
        for district in cells.districts("01")
        for system in _months_of(district, book, _regions(district, cells, places))
    ]


class _Book:
    """What the systems are made from, added up once."""

    def __init__(self, cells: Cells) -> None:
        self.until = cells.until
        self.flow = cells.sums("i01.flow", lambda c: (c.band, c.region, c.period))
        self.moves = cells.sums("i01.moves", lambda c: (c.band, c.region, c.period))
        self.attended = cells.sums("i15.attended", lambda c: (c.region, c.period))
        self.sessions = cells.sums("i15.sessions", lambda c: (c.region, c.period))
        self.first: dict[str, str] = {}
        for cell in (*cells.of("i01.flow"), *cells.of("i01.moves")):
            district = district_of(cell.region)
            self.first[district] = min(cell.period, self.first.get(district, cell.period))


def _regions(district: str, cells: Cells, places: Places) -> tuple[str, ...]:
    """The kecamatan of the list, and any other that has a cell: sums must hold."""
    listed = places.children(district) if places.exists(district) else ()
    seen = {c.region for c in cells.of("i01.flow") if c.region.startswith(f"{district}.")}
    return tuple(sorted({*listed, *seen}))


def _months_of(district: str, book: _Book, subdistricts: Collection[str]) -> Iterator[System]:
    levels = _levels(book, (district, *subdistricts))
    for month in months(book.first[district], book.until):
        now = {stock: by_month.get(month, 0) for stock, by_month in levels.items()}
        yield _system(district, month, book, now)


def _levels(book: _Book, regions: Collection[str]) -> dict[tuple[str, str], dict[str, int]]:
    """For each measure and region the stock at the end of each month from its first movement on."""
    flows: dict[tuple[str, str], dict[str, int]] = {
        (measure, region): {} for region in regions for measure in MEASURES
    }
    for (measure, region, month), value in book.flow.items():
        if (measure, region) in flows:
            flows[measure, region][month] = value
    return {stock: _running(flow, book.until) for stock, flow in flows.items()}


def _running(flow: dict[str, int], until: str) -> dict[str, int]:
    if not flow:
        return {}
    line = list(months(min(flow), until))
    return dict(zip(line, accumulate(flow.get(month, 0) for month in line), strict=True))


def _system(district: str, month: str, book: _Book, now: dict[tuple[str, str], int]) -> System:
    values = {FigureId("01", measure, region, month): n for (measure, region), n in now.items()}
    moves = {one: book.moves[one.measure, one.region, month] for one in values}
    constraints = list(_sums(district, month, sorted({region for _, region in now} - {district})))
    if book.sessions[district, month]:
        attended, absent = (
            FigureId("15", measure, district, month) for measure in ("attended", "absent")
        )
        enrolled = FigureId("01", "enrolled", district, month)
        values[attended] = book.attended[district, month]
        values[absent] = values[enrolled] - values[attended]
        constraints.append(Constraint(enrolled, (attended, absent)))
    return System(("A", district, month), values, tuple(constraints), moves=moves)


def _sums(district: str, month: str, subdistricts: Collection[str]) -> Iterator[Constraint]:
    def at(measure: str, region: str) -> FigureId:
        return FigureId("01", measure, region, month)

    for region in (district, *subdistricts):
        yield Constraint(at("enrolled", region), tuple(at(state, region) for state in STATES))
    if subdistricts:
        for measure in MEASURES:
            parts = tuple(at(measure, region) for region in subdistricts)
            yield Constraint(at(measure, district), parts)


def joined_at_end(cells: Cells) -> Sums:
    """Joined families of each kabupaten at the end: the family side of indicator 28."""
    joined = Sums()
    for cell in cells.of("i01.flow"):
        if cell.band == "joined" and cell.region == district_of(cell.region):
            joined[cell.region,] += cell.value
    return joined
