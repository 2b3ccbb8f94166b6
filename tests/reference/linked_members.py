"""01: families by whether somebody whom they list is a member, at each month's end."""

from collections import defaultdict

from tests.reference.months import end_of, month_of, months, turning_months
from tests.reference.world import (
    active_members,
    area_of,
    days_of,
    days_of_members,
    enrolled_on,
    in_force,
    region_of,
    spell_at,
    status_of,
)


def cells(world):
    """Changes of the stocks."""
    days = [*days_of_members(world)]
    for family in world.families.values():
        days += [*days_of(family), *(day for day, _ in family["assignments"])]
    found, before = defaultdict(int), {}
    for month in turning_months(days):
        members = active_members(world, end_of(month))
        for number, family in world.families.items():
            after, old = bands(family, end_of(month), members), before.get(number, set())
            for part, region, programme, band in after ^ old:
                came = (part, region, programme, band) in after
                found[part, region, month, programme, band] += 1 if came else -1
            before[number] = after
    return found


def bands(family, when, members):
    """{(part, region, programme, band)} in which a family is counted at the close of a day."""
    found = set()
    for region, band in places(family, when, members):
        record, programme = in_force(family, when), spell_at(family, when).programme
        found.add(("i01.flow", region, programme, band))
        if len(region) == 5 and band == "enrolled":
            has = "with" if any(day <= when for day, _ in family["assignments"]) else "without"
            found.add(("i01.facilitated", region, programme, f"{has}_facilitator"))
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


def count_linked(world, until):
    """The stock month after month: {(region, measure, month): number}."""
    stock = defaultdict(int)
    first = month_of(min(enrolled_on(f) for f in world.families.values() if f["enrolments"]))
    for month in months(first, until):
        members = active_members(world, end_of(month))
        for family in world.families.values():
            for region, measure in places(family, end_of(month), members):
                stock[region, measure, month] += 1
    return stock
