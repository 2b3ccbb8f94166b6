"""08: graduations against the targets of facilitators."""

from collections import defaultdict

from tests.reference.graduation_rate import departures
from tests.reference.months import month_of
from tests.reference.world import NEVER, ONE_DAY

BANDS = ("000", "001-049", "050-099", "100-149", "150+")


def cells(world):
    found = defaultdict(int)
    for number, district, spell in graduations(world):
        facilitator = facilitator_on(world.families[number], spell.last_day)
        place = (district, month_of(spell.last_day), spell.programme)
        found["i08.families", *place, ""] += 1
        if facilitator:
            found["i08.graduated", facilitator, *place[1:], ""] += 1
            found["i08.by_facilitator", *place, facilitator] += 1
    for (facilitator, year), (district, target) in targets(world).items():
        served = months_served(world, facilitator, year)
        found["i08.target", district, f"{year:04d}", "", facilitator] = target
        found["i08.part_target", district, f"{year:04d}", "", facilitator] = (
            target * served + 6
        ) // 12
    return found


def graduations(world):
    return (one for one in departures(world) if one[2].reason == "SELF_SUFFICIENT")


def facilitator_on(family, day):
    assigned = [one for one in family["assignments"] if one[0] <= day]
    return max(assigned)[1] if assigned else None


def months_served(world, facilitator, year):
    """Months of a year from the first to the last in which somebody is a facilitator's; else 12."""
    months = set()
    for family in world.families.values():
        line = sorted(set(family["assignments"]))
        for place, (since, who) in enumerate(line):
            until = line[place + 1][0] - ONE_DAY if place + 1 < len(line) else NEVER
            if who == facilitator and since <= until:
                months |= {(since.year, since.month), (until.year, until.month)}
    if not months:
        return 12
    first, last = min(months), max(months)
    return sum(first <= (year, month) <= last for month in range(1, 13))


def targets(world):
    """{(facilitator, year): (district, target)}: the highest version counts."""
    return {key: max(entries)[2:] for key, entries in world.targets.items()}
