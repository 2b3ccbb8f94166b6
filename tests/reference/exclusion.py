"""19: families found eligible of which nobody was referred within 90 days."""

from collections import defaultdict
from datetime import timedelta

from tests.reference.months import month_of
from tests.reference.world import spell_on


def cells(world):
    found = defaultdict(int)
    for family in world.families.values():
        eligible = [one for one in family["assessments"] if one[4]]
        if not eligible:
            continue
        day, _, _, region, _ = min(eligible)
        spell, limit = spell_on(family, day), day + timedelta(days=90)
        if not spell:
            continue
        if any(issued <= limit for issued in family["referred"]):
            state = "referred"
        elif spell.reason and spell.last_day <= limit:
            state = "left"
        else:
            state = "not_referred"
        for band in ("eligible", state):
            found["i19.exclusion", region[:5], month_of(day), spell.programme, band] += 1
    return found
