"""21: how many cooperatives are registered, and how many operate."""

from collections import defaultdict

from tests.reference.hiding import System
from tests.reference.months import end_of, turning_months


def cells(world):
    days = [min(entries)[0] for entries in world.registrations.values()]
    days += [one[1] for entries in world.statuses.values() for one in entries]
    found, before = defaultdict(int), defaultdict(int)
    for month in turning_months(days):
        after = count_cooperatives(world, end_of(month))
        for part, district in after.keys() | before.keys():
            change = after[part, district] - before[part, district]
            found[f"i21.{part}", district, month, ""] += change
        before = after
    return found


def count_cooperatives(world, when):
    """{(registered or operating, district): number} at the close of a day."""
    counted = defaultdict(int)
    for number, entries in world.registrations.items():
        founded, _, region = min(entries)
        if founded > when:
            continue
        known = [one for one in world.statuses[number] if one[1] <= when]
        status = max(known)[3] if known else "REGISTERED"
        counted["registered", region[:5]] += status != "CLOSED"
        counted["operating", region[:5]] += status == "OPERATING"
    return counted


def release_cooperatives(release, world, until):
    system = System()
    for (part, district), number in count_cooperatives(world, end_of(until)).items():
        system.public(("21", part, district, until, ""), number)
    release.add(system)
