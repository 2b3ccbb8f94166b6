"""01: families by whether somebody whom they list is a member, at each month's end."""

from collections import defaultdict

from tests.reference.hiding import System
from tests.reference.months import end_of, month_of, months, turning_months
from tests.reference.p2k2 import count_attendance
from tests.reference.world import (
    active_members,
    area_of,
    days_of,
    days_of_members,
    enrolled_on,
    in_force,
    region_of,
    spell_at,
    spells,
    status_of,
)

MEASURES = ("joined", "not_joined", "unknown", "enrolled")


def cells(world):
    """Changes of the stocks, and how many families came or went."""
    days = [*days_of_members(world)]
    for family in world.families.values():
        days += days_of(family)
    found, before = defaultdict(int), {}
    for month in turning_months(days):
        members = active_members(world, end_of(month))
        for number, family in world.families.items():
            after, old = bands(family, end_of(month), members), before.get(number, set())
            for part, region, programme, band in after ^ old:
                came = (part, region, programme, band) in after
                found[part, region, month, programme, band] += 1 if came else -1
                if part == "i01.flow":
                    found["i01.moves", region, month, programme, band] += 1
            before[number] = after
    return found


def bands(family, when, members):
    """{(part, region, programme, band)} in which a family is counted at the close of a day."""
    found = set()
    for region, band in places(family, when, members):
        record, programme = in_force(family, when), spell_at(family, when).programme
        found.add(("i01.flow", region, programme, band))
        if len(region) == 5 and band in ("enrolled", "joined"):
            found.add((f"i01.{band}_by_decile", region, programme, record.decile))
            found.add((f"i01.{band}_by_area", region, programme, area_of(record.region)))
    return found


def places(family, when, members):
    """{(region, band)} in which a family is counted at the close of a day."""
    status = status_of(family, when, members)
    if status is None:
        return set()
    region = region_of(family, when)
    return {(region[:level], band) for level in (5, 8) for band in (status, "enrolled")}


def count_places(world, when):
    """{(region, band): families} at the close of a day."""
    members, counted = active_members(world, when), defaultdict(int)
    for family in world.families.values():
        for place in places(family, when, members):
            counted[place] += 1
    return counted


def count_linked(world, until):
    """Stock and movers month after month: {(region, measure, month): number} twice."""
    stock, moves = defaultdict(int), defaultdict(int)
    first = month_of(min(enrolled_on(f) for f in world.families.values() if f["enrolments"]))
    before = {}
    for month in months(first, until):
        members = active_members(world, end_of(month))
        for number, family in world.families.items():
            after, old = places(family, end_of(month), members), before.get(number, set())
            for region, measure in after:
                stock[region, measure, month] += 1
            for region, measure in after ^ old:
                moves[region, measure, month] += 1
            before[number] = after
    return stock, moves


def districts_with_families(world, until):
    """{district: first month in which one of its families is counted}."""
    first = {}
    for family in world.families.values():
        if not family["enrolments"]:
            continue
        month = month_of(enrolled_on(family))
        if month_of(spells(family)[0].until) == month:
            continue
        district = region_of(family, end_of(month))[:5]
        if month <= until:
            first[district] = min(first.get(district, month), month)
    return first


def release_linked(release, world, until, subdistricts):
    """Indicators 01 and the attendance of 15, month after month."""
    stock, moves = count_linked(world, until)
    attended, sessions = count_attendance(world, until)
    for district, first in sorted(districts_with_families(world, until).items()):
        regions = [district, *subdistricts[district]]
        since, shown = defaultdict(int), set()
        for month in months(first, until):
            system = System()
            for region in regions:
                for measure in MEASURES:
                    cell = ("01", measure, region, month, "")
                    since[region, measure] += moves[region, measure, month]
                    changed = since[region, measure] if (region, measure) in shown else 0
                    system.people(cell, stock[region, measure, month], changed)
                parts = [("01", measure, region, month, "") for measure in MEASURES[:3]]
                system.adds_up(("01", "enrolled", region, month, ""), parts)
            for measure in MEASURES:
                parts = [("01", measure, region, month, "") for region in regions[1:]]
                system.adds_up(("01", measure, district, month, ""), parts)
            if sessions[district, month]:
                present = attended[district, month]
                absent = stock[district, "enrolled", month] - present
                pair = [("15", name, district, month, "") for name in ("attended", "absent")]
                system.people(pair[0], present)
                system.people(pair[1], absent)
                system.adds_up(("01", "enrolled", district, month, ""), pair)
            hidden = release.add(system)
            for region, measure in [(c[2], c[1]) for c in system.values if c[0] == "01"]:
                if ("01", measure, region, month, "") not in hidden:
                    since[region, measure] = 0
                    shown.add((region, measure))
