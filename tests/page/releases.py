"""A release to show: two kabupaten of real names, figures from a fixed chance."""

import random
from collections.abc import Iterator
from functools import cache
from uuid import UUID

from services.monitoring.figures.compute import Cell
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.page.book import Book
from services.monitoring.release.cells import months
from services.monitoring.release.figure import Row
from services.monitoring.release.parts import ReleasedPart, release_scope
from services.monitoring.release.remainders import Remainder
from services.monitoring.release.reports import Reports
from services.monitoring.release.scope import Scope
from shared.regions import Regions
from tests.kit.cells import World

REGIONS = Regions.load()
JEMBER, PROBOLINGGO = "35.09", "35.13"
DISTRICTS = (JEMBER, PROBOLINGGO)
FIRST, REPORTED, UNTIL = "2025-05", "2026-05", "2026-06"
OPEN = {("35.13", UNTIL, "MEMBERS"), ("35.13", "2026-03", "EXITS")}
"""The lists that offices have not closed."""
RELEASE_ID = UUID(int=1)
SHOWN = ("00", "01", "03", "08", "09", "15", "16", "21")
MODULES = DEFINITIONS["15"].header.parts["i15.coverage"].bands


@cache
def demo_rows() -> tuple[Row, ...]:
    """The rows of the release."""
    return tuple(row for number in SHOWN for row in _part(number).rows)


def demo_others() -> tuple[Remainder, ...]:
    """Its hidden kecamatan together."""
    return tuple(one for number in SHOWN for one in _part(number).remainders)


@cache
def _part(number: str) -> ReleasedPart:
    scope = Scope(DEFINITIONS[number], "35", _cells(), _reports(), REGIONS, UNTIL)
    return release_scope(scope, [])


@cache
def demo_book() -> Book:
    """The rows as the page reads them; nothing changes them."""
    return Book(7, UNTIL, demo_rows(), demo_others())


def _reports() -> Reports:
    """Every list is closed for every month, but for two."""
    lists = {one for number in SHOWN for one in _needs(number)}
    owed = {(d, m, one) for d in DISTRICTS for m in months(FIRST, UNTIL) for one in lists}
    return Reports(frozenset(owed), frozenset(owed - OPEN))


def _needs(number: str) -> Iterator[str]:
    header = DEFINITIONS[number].header
    yield from header.needs
    yield from (one for part in header.parts.values() for one in part.needs or ())


@cache
def _cells() -> list[Cell]:
    world, chance = World(), random.Random(3)
    for part, some in (("expected", _reports().expected), ("closed", _reports().closed)):
        for district, month, name in some:
            world.put(f"report.{part}", month, 1, region=district, band=name)
    for district in DISTRICTS:
        for month in months(FIRST, UNTIL):
            _stocks(world, chance, district, month)
            _follow_up(world, chance, district, month)
        world.put("i09.facilitators_target", "2026", 2_580, region=district)
        world.put("i08.families", "2026-02", 900, region=district, programme="PKH")
    return world.cells()


def _stocks(world: World, chance: random.Random, district: str, month: str) -> None:
    for place in REGIONS.children(district):
        for state, size in (("joined", 9), ("not_joined", 30), ("unknown", 3)):
            came = int(chance.expovariate(1 / size)) + 1500 * (month == FIRST) * (size == 30)
            for region in (place, district):
                for band in (state, "enrolled"):
                    world.put("i01.flow", month, came, region=region, programme="PKH", band=band)
            for band in ("enrolled", state):
                for region in (place, district):
                    world.put("i01.flow", month, 20, region=region, programme="SEMBAKO", band=band)
            for programme, families in (("PKH", came), ("SEMBAKO", 20)):
                part, band = "i01.facilitated", "with_facilitator"
                world.put(part, month, families, region=district, programme=programme, band=band)
            for what in ("enrolled", "joined") if state == "joined" else ("enrolled",):
                for axis, band in (("decile", "D1_2"), ("area", "VILLAGE")):
                    part = f"i01.{what}_by_{axis}"
                    world.put(part, month, came, region=district, programme="PKH", band=band)
                    world.put(part, month, 20, region=district, programme="SEMBAKO", band=band)


def _follow_up(world: World, chance: random.Random, district: str, month: str) -> None:
    def put(part: str, value: int, band: str = "", programme: str = "PKH") -> None:
        world.put(part, month, value, region=district, programme=programme, band=band)

    expected = chance.randrange(25_000, 30_000)
    put("i15.presence", expected, "expected")
    put("i15.presence", expected * 4 // 5, "attended")
    put("i15.sessions", 400, programme="")
    for module in MODULES:
        put("i15.coverage", chance.randrange(100, 600), module)
    count = chance.randrange(200, 400)
    put("i03.funnel", count, "referred")
    for step in ("contacted", "interested", "applied", "approved", "activated"):
        count = count * chance.randrange(70, 90) // 100
        put("i03.funnel", count, step)
    put(
        "i03.funnel", world.counts["i03.funnel", district, month, "PKH", "referred"] - count, "open"
    )
    put("i16.training", count, "joined")
    put("i16.training", count, "still_member")
    put("i16.training", count // 2, "trained")
    put("i16.trained_by_lag", count // 2, "00-30")
    put("i16.participants", 124, programme="")
    if month == FIRST:
        put("i21.registered", 248, programme="")
        put("i21.operating", 10, programme="")
        put("i21.size", 10, "020-049", programme="")
