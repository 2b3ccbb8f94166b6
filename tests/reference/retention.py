"""12: of those who joined, who had not left after one or two years, and who had come back."""

from collections import defaultdict
from datetime import timedelta

from tests.reference.months import month_of
from tests.reference.world import is_active, programme_of


def cells(world):
    found = defaultdict(int)
    for (person, _), steps in world.memberships.items():
        if not steps["activated"]:
            continue
        joined, _, region = min(steps["activated"])
        for months, days in ((12, 365), (24, 730)):
            last = joined + timedelta(days=days)
            place = (region[:5], month_of(joined), programme_of(world, person, joined))
            found[f"i12.within_{months}", *place, f"joined_{months}"] += 1
            if not any(day <= last for day in steps["ended"]):
                found[f"i12.within_{months}", *place, f"kept_{months}"] += 1
            elif is_active(steps, last):
                found[f"i12.within_{months}", *place, f"returned_{months}"] += 1
    return found
