"""08: graduations against the targets of facilitators."""

from collections import defaultdict
from fractions import Fraction

from tests.reference.graduation_rate import departures
from tests.reference.months import month_of
from tests.reference.world import NEVER, ONE_DAY


def cells(world):
    found, months = defaultdict(int), defaultdict(list)
    wanted = targets(world)
    for number, district, spell in graduations(world):
        facilitator = facilitator_on(world.families[number], spell.last_day)
        place = (district, month_of(spell.last_day), spell.programme)
        found["i08.families", *place, ""] += 1
        if facilitator:
            year = spell.last_day.year
            _, target = wanted.get((facilitator, year), ("", 0))
            months[facilitator, year].append(place[1])
            found["i08.by_facilitator", *place, facilitator] += 1
            has = "with" if target > 0 else "without"
            found["i08.attribution", *place, f"graduated_{has}_target"] += 1
    for (facilitator, year), (district, target) in wanted.items():
        served = months_served(world, facilitator, year)
        part = (target * served + 6) // 12
        found["i08.target", district, f"{year:04d}", "", facilitator] = target
        found["i08.part_target", district, f"{year:04d}", "", facilitator] = part
        for month, band, change in moves(part, year, months[facilitator, year]):
            found["i08.attainment", district, month, "", band] += change
    return found


def moves(target, year, graduated):
    """(month, band, change) of one facilitator in a year, month by month."""
    before = None
    for month in (f"{year:04d}-{number:02d}" for number in range(1, 13) if target > 0):
        band = band_of(sum(one <= month for one in graduated), target)
        if band != before:
            yield month, band, 1
            if before:
                yield month, before, -1
        before = band


def band_of(done, target):
    if not done:
        return "p000"
    share = Fraction(done, target)
    bounds = ((Fraction(1, 2), "p001-049"), (1, "p050-099"), (Fraction(3, 2), "p100-149"))
    return next((name for bound, name in bounds if share < bound), "p150+")


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
