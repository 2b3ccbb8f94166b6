"""24: who joined a cooperative before and after its first recipient."""

from collections import defaultdict

from tests.reference.members import cooperative_of
from tests.reference.months import month_of
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
    found = defaultdict(int)
    for cooperative, entries in joinings(world).items():
        founded, _, region = min(world.registrations[cooperative])
        exposed = min((day for day, recipient in entries if recipient), default=None)
        if exposed is None or (exposed - founded).days < 90:
            continue
        place = (region[:5], month_of(exposed), "")
        found["i24.cooperatives", *place, ""] += 1
        for day, recipient in entries:
            apart = (day - exposed).days
            if not recipient and apart and abs(apart) <= 90:
                found["i24.others", *place, "before" if apart < 0 else "after"] += 1
    return found
