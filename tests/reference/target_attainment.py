"""08: graduations against the targets of facilitators."""

from collections import defaultdict

from tests.reference.hiding import System
from tests.reference.months import month_of

BANDS = ("000", "001-049", "050-099", "100-149", "150+")


def cells(world):
    found = defaultdict(int)
    for family in world.families.values():
        facilitator, approved = attributed(family)
        if facilitator:
            found["i08.graduated", facilitator, month_of(approved), ""] += 1
    for (facilitator, year), (district, target) in targets(world).items():
        found["i08.target", district, f"{year:04d}", facilitator] = target
    return found


def attributed(family):
    """The facilitator assigned on the day of the graduation, and that day."""
    approved = min(family["graduations"], default=None)
    assigned = [one for one in family["assignments"] if approved and one[0] <= approved]
    return (max(assigned)[1], approved) if assigned else (None, approved)


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
    for family in world.families.values():
        facilitator, approved = attributed(family)
        if facilitator and month_of(approved) <= until:
            graduated[facilitator, approved.year] += 1
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
