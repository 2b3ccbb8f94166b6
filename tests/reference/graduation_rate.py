"""07: families enrolled at each month's end, and how those who left did so."""

from collections import defaultdict

from tests.reference.months import end_of, month_of, turning_months
from tests.reference.world import days_of, in_force, spell_at, spells


def departures(world):
    """(family, district, spell) of every spell of which a family left."""
    for number, family in world.families.items():
        for spell in spells(family):
            if spell.reason and spell.since <= spell.last_day:
                yield number, in_force(family, spell.last_day).region[:5], spell


def cells(world):
    found, before = defaultdict(int), {}
    days = [day for family in world.families.values() for day in days_of(family)]
    for month in turning_months(days):
        for number, family in world.families.items():
            spell = spell_at(family, end_of(month))
            district = in_force(family, end_of(month)).region[:5] if spell else None
            after = (district, spell.programme) if spell else None
            for place, sign in ((after, 1), (before.get(number), -1)):
                if place:
                    found["i07.enrolled", place[0], month, place[1], ""] += sign
            before[number] = after
    for _, district, spell in departures(world):
        place = (district, month_of(spell.last_day), spell.programme)
        if spell.reason == "SELF_SUFFICIENT":
            found["i07.graduated", *place, ""] += 1
        else:
            found["i07.left", *place, ""] += 1
            found["i07.left_by_reason", *place, spell.reason] += 1
    return found
