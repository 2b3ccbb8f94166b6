"""11: memberships in force in a whole month, and what is recorded of the savings of that month."""

from collections import defaultdict

from tests.reference.months import end_of, month_of, turning_months
from tests.reference.world import (
    ONE_DAY,
    days_of,
    days_of_members,
    is_member_throughout,
    programme_of,
)


def due_in(world, month):
    """[(person, membership, kabupaten, programme)] of those who were members on each of its days."""
    found = []
    for (person, membership), steps in world.memberships.items():
        last = end_of(month)
        if steps["activated"] and is_member_throughout(steps, last.replace(day=1), last):
            district = min(steps["activated"])[2][:5]
            found.append((person, membership, district, programme_of(world, person, last)))
    return found


def cells(world):
    days = [*days_of_members(world)]
    days += [end_of(month_of(day)) + ONE_DAY for day in days_of_members(world)]
    for family in world.families.values():
        days += days_of(family)
    found, before = defaultdict(int), defaultdict(int)
    for month in turning_months(days):
        after = defaultdict(int)
        for _, _, district, programme in due_in(world, month):
            after[district, programme] += 1
        for place in after.keys() | before.keys():
            found["i11.due", place[0], month, place[1], ""] += after[place] - before[place]
        before = after
    for month in {key[2] for key in world.savings}:
        for person, membership, district, programme in due_in(world, month):
            said = world.savings.get((person, membership, month), [])
            if said:
                band = "savings_paid" if any(said) else "savings_unpaid"
                found["i11.answers", district, month, programme, band] += 1
    return found
