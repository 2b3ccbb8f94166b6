"""08: graduations against the targets of facilitators."""

from collections import defaultdict

from tests.reference.graduation_rate import departures
from tests.reference.hiding import System
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


def band_of(graduated, target):
    percent = 100 * graduated // target
    if percent == 0:
        return BANDS[0]
    if percent < 50:
        return BANDS[1]
    if percent < 100:
        return BANDS[2]
    return BANDS[3] if percent < 150 else BANDS[4]


def release_targets(release, world, until):
    graduated = defaultdict(int)
    for number, _, spell in graduations(world):
        facilitator = facilitator_on(world.families[number], spell.last_day)
        if facilitator and month_of(spell.last_day) <= until:
            graduated[facilitator, spell.last_day.year] += 1
    known = targets(world)
    for district, year in sorted({(known[key][0], key[1]) for key in known}):
        if year > int(until[:4]):
            continue
        mine = {
            facilitator: target
            for (facilitator, when), (where, target) in known.items()
            if (where, when) == (district, year) and target > 0
        }
        total = ("08", "facilitators", district, str(year), "")
        system = System()
        system.public(total, len(mine))
        system.public(("08", "target", district, str(year), ""), sum(mine.values()))
        done = sum(graduated[facilitator, year] for facilitator in mine)
        system.people(("08", "graduated", district, str(year), ""), done)
        spread = defaultdict(int)
        for facilitator, target in mine.items():
            spread[band_of(graduated[facilitator, year], target)] += 1
        parts = [("08", "facilitators_by_attainment", district, str(year), band) for band in BANDS]
        for part in parts:
            system.people(part, spread[part[4]])
        system.adds_up(total, parts)
        release.add(system)
