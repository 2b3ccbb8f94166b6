"""28: the joined families, counted membership by membership; the difference to 01 must be 0."""

from collections import defaultdict

from tests.reference.months import end_of, turning_months
from tests.reference.world import (
    days_of,
    days_of_members,
    enrolled,
    in_force,
    is_active,
    spell_at,
)

CLASSES = ((10, "000-010"), (50, "011-050"))


def cells(world):
    days = [*days_of_members(world)]
    for family in world.families.values():
        days += days_of(family)
    found, before = defaultdict(int), defaultdict(int)
    for month in turning_months(days):
        after = count_members_side(world, end_of(month))
        for district, programme in after.keys() | before.keys():
            change = after[district, programme] - before[district, programme]
            found["i28.members_side", district, month, programme, ""] += change
        before = after
    compare_declared(found, world)
    return found


def class_of(apart):
    return next((name for most, name in CLASSES if apart <= most), "051+")


def compare_declared(found, world):
    counts = {key: max(entries)[2] for key, entries in world.declared.items()}
    for (office, district, month), count in counts.items():
        found["i28.declared", district, month, "PKH", office] = count
        found["i28.declarations", district, month, "", office] = 1
        joined = count_members_side(world, end_of(month))[district, "PKH"]
        band = f"{office}.{class_of(abs(count - joined))}"
        found["i28.log_apart", district, month, "", band] = 1
        other = counts.get(("COOPERATIVE", district, month))
        if office == "BENEFICIARY" and other is not None:
            band = class_of(abs(count - other))
            found["i28.offices_apart", district, month, "", band] = 1


def count_members_side(world, when):
    """{(district, programme): families that list a member on a day}"""
    listing = defaultdict(set)
    for number, family in world.families.items():
        version = in_force(family, when) if enrolled(family, when) else None
        for person in version[4] if version else ():
            listing[person].add((version[3][:5], spell_at(family, when).programme, number))
    families = defaultdict(set)
    for (person, _), steps in world.memberships.items():
        if is_active(steps, when):
            for district, programme, number in listing[person]:
                families[district, programme].add(number)
    return defaultdict(int, {place: len(some) for place, some in families.items()})
