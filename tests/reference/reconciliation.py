"""28: the joined families, counted membership by membership; the difference to 01 must be 0."""

from collections import defaultdict

from tests.reference.hiding import System
from tests.reference.linked_members import count_places, districts_with_families
from tests.reference.months import end_of, turning_months
from tests.reference.world import days_of, days_of_members, enrolled, in_force, is_active


def cells(world):
    days = [*days_of_members(world)]
    for family in world.families.values():
        days += days_of(family)
    found, before = defaultdict(int), defaultdict(int)
    for month in turning_months(days):
        after = count_members_side(world, end_of(month))
        for district in after.keys() | before.keys():
            found["i28.members_side", district, month, ""] += after[district] - before[district]
        before = after
    return found


def count_members_side(world, when):
    """{district: families that list somebody with an active membership on a day}"""
    listing = defaultdict(set)
    for number, family in world.families.items():
        version = in_force(family, when) if enrolled(family, when) else None
        for person in version[4] if version else ():
            listing[person].add((version[3][:5], number))
    families = defaultdict(set)
    for (person, _), steps in world.memberships.items():
        if is_active(steps, when):
            for district, number in listing[person]:
                families[district].add(number)
    return defaultdict(int, {district: len(some) for district, some in families.items()})


def release_difference(release, world, until):
    system = System()
    stock, members = count_places(world, end_of(until)), count_members_side(world, end_of(until))
    for district in districts_with_families(world, until):
        difference = abs(stock[district, "joined"] - members[district])
        system.public(("28", "difference", district, until, ""), difference)
    release.add(system)
