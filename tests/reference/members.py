"""29: memberships of cooperatives by the programme of the member's family; targets beside them."""

from collections import defaultdict

from tests.reference.months import end_of, turning_months
from tests.reference.world import days_of, days_of_members, is_active, programme_of


def cells(world):
    days = [*days_of_members(world)]
    for family in world.families.values():
        days += days_of(family)
    found, before = defaultdict(int), defaultdict(int)
    for month in turning_months(days):
        after = count_members(world, end_of(month))
        for part, region, programme, band in after.keys() | before.keys():
            key = (part, region, programme, band)
            found[part, region, month, programme, band] += after[key] - before[key]
        before = after
    add_targets(found, world)
    return found


def count_members(world, when):
    counted = defaultdict(int)
    for (person, _), steps in world.memberships.items():
        cooperative = cooperative_of(world, steps)
        if cooperative and is_active(steps, when):
            subdistrict = min(world.registrations[cooperative])[2][:8]
            programme = programme_of(world, person, when)
            for region in (subdistrict, subdistrict[:5]):
                counted["i29.members", region, programme, ""] += 1
            counted["i29.by_cooperative", subdistrict, programme, cooperative] += 1
    return counted


def cooperative_of(world, steps):
    """The cooperative of a membership, if it is registered."""
    named = min(steps["cooperatives"], default=None)
    return named if named and world.registrations.get(named) else None


def add_targets(found, world):
    for (cooperative, year), entries in world.members_wanted.items():
        if world.registrations.get(cooperative):
            subdistrict, target = min(world.registrations[cooperative])[2][:8], max(entries)[2]
            for region in (subdistrict, subdistrict[:5]):
                found["i29.target", region, f"{year:04d}", "", ""] += target
            key = ("i29.target_by_cooperative", subdistrict, f"{year:04d}", "", cooperative)
            found[key] = target
