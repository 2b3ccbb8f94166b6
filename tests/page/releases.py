"""A release to show: two kabupaten of real names, figures from a fixed chance."""

import random
from uuid import UUID

from services.monitoring.figures.compute import Cell
from services.monitoring.page.book import Book
from services.monitoring.release.cells import Cells, months
from services.monitoring.release.compose import draft
from services.monitoring.release.disclosure_state import rows
from services.monitoring.release.figure import Row
from services.monitoring.release.modules import MODULES
from shared.regions import Regions
from tests.kit.cells import World

REGIONS = Regions.load()
JEMBER, PROBOLINGGO = "35.09", "35.13"
FIRST, UNTIL = "2025-05", "2026-06"
RELEASE_ID = UUID(int=1)


def demo_rows() -> list[Row]:
    """The rows of the release."""
    world, chance = World(), random.Random(3)
    for district in (JEMBER, PROBOLINGGO):
        for month in months(FIRST, UNTIL):
            _stocks(world, chance, district, month)
            _follow_up(world, chance, district, month)
        _targets(world, chance, district)
    sides = [
        Cell("i28.members_side", one.region, one.period, "", "", one.value)
        for one in world.cells()
        if (one.part, one.band) == ("i01.flow", "joined") and one.region in (JEMBER, PROBOLINGGO)
    ]
    return rows(draft(Cells([*world.cells(), *sides], UNTIL), REGIONS))


def demo_book() -> Book:
    """The rows as the page reads them."""
    return Book(7, UNTIL, demo_rows())


def _stocks(world: World, chance: random.Random, district: str, month: str) -> None:
    for place in REGIONS.children(district):
        for state, size in (("joined", 9), ("not_joined", 30), ("unknown", 3)):
            came = int(chance.expovariate(1 / size)) + 1500 * (month == FIRST) * (size == 30)
            left = min(came, int(chance.expovariate(3 / size)))
            for region in (place, district):
                for band in (state, "enrolled"):
                    world.put("i01.flow", month, came - left, region=region, band=band)
                    world.put("i01.moves", month, came + left, region=region, band=band)


def _follow_up(world: World, chance: random.Random, district: str, month: str) -> None:
    world.put("i15.sessions", month, 400, region=district)
    world.put("i15.attended", month, chance.randrange(25_000, 30_000), region=district)
    for module in MODULES:
        world.put("i15.module", month, chance.randrange(100, 6_000), region=district, band=module)
    count = chance.randrange(60, 400)
    for step in ("referred", "applied", "approved", "activated"):
        world.put(f"i03.{step}", month, count, region=district, band=month)
        count = count * chance.randrange(30, 90) // 100
    world.put("i16.activated", month, count, region=district)
    world.put("i16.trained_90", month, count // 2, region=district)
    world.put("i16.participants", month, 124, region=district)
    if month == FIRST:
        world.put("i21.registered", month, 248, region=district)
        world.put("i21.operating", month, 10, region=district)


def _targets(world: World, chance: random.Random, district: str) -> None:
    for number in range(258):
        name = f"f{district}{number}"
        world.put("i08.target", "2026", 10, region=district, band=name)
        world.put("i08.graduated", "2026-02", chance.randrange(17) * (number % 3), region=name)
