"""13: of the families that graduated, who was enrolled again within one or two years."""

from collections import defaultdict

from tests.reference.graduation_rate import departures
from tests.reference.months import month_of
from tests.reference.world import spells


def cells(world):
    found = defaultdict(int)
    for number, district, spell in departures(world):
        if spell.reason != "SELF_SUFFICIENT":
            continue
        again = [one.since for one in spells(world.families[number]) if one.since > spell.last_day]
        for months, days in ((12, 365), (24, 730)):
            place = (f"i13.within_{months}", district, month_of(spell.last_day), spell.programme)
            found[*place, f"graduated_{months}"] += 1
            back = any((day - spell.last_day).days <= days for day in again)
            found[*place, f"relapsed_{months}"] += back
    return found
