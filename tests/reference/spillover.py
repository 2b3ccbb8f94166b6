"""24: who joined a cooperative before and after its first recipient."""

from collections import defaultdict

from tests.reference.cooperatives import status_at
from tests.reference.members import cooperative_of
from tests.reference.months import end_of, month_of
from tests.reference.world import programme_of


def joinings(world):
    """cooperative -> [(day, whether of a recipient family)]"""
    found = defaultdict(list)
    for (person, _), steps in world.memberships.items():
        cooperative = cooperative_of(world, steps)
        if cooperative and steps["activated"]:
            day = min(steps["activated"])[0]
            # who resigned on that very day was listed as a member at no time
            found[cooperative].append((day, listed(world, person, day)))
    return found


def listed(world, person, day):
    return programme_of(world, person, day) != "NONE"


def cells(world):
    found, first = defaultdict(int), {}
    for cooperative, entries in joinings(world).items():
        founded, _, region = min(world.registrations[cooperative])
        exposed = min((day for day, recipient in entries if recipient), default=None)
        first[cooperative] = exposed
        if exposed is None or (exposed - founded).days < 90:
            continue
        place = (region[:5], month_of(exposed), "")
        found["i24.cooperatives", *place, ""] += 1
        for day, recipient in entries:
            apart = (day - exposed).days
            if not recipient and apart and abs(apart) <= 90:
                found["i24.others", *place, "before" if apart < 0 else "after"] += 1
    joined = joinings(world)
    for district, month in {(key[1], key[2]) for key in found}:
        for cooperative in compared(world, first, district, month):
            place = (district, month, "")
            found["i24.comparison", *place, ""] += 1
            for day, _ in joined[cooperative]:
                apart = (day - end_of(month).replace(day=15)).days
                if apart and abs(apart) <= 90:
                    band = "comparison_before" if apart < 0 else "comparison_after"
                    found["i24.comparison_others", *place, band] += 1
    return found


def compared(world, first, district, month):
    """Cooperatives of a kabupaten that are old enough, operate and have no recipient for long."""
    for cooperative, entries in world.registrations.items():
        founded, _, region = min(entries)
        exposed = first.get(cooperative)
        if (
            region[:5] == district
            and (end_of(month).replace(day=1) - founded).days >= 90
            and status_at(world, cooperative, end_of(month)) == "OPERATING"
            and (exposed is None or (exposed - end_of(month)).days > 90)
        ):
            yield cooperative
