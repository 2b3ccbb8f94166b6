"""21: how many cooperatives are registered, and how many operate."""

from collections import defaultdict

from tests.reference.months import end_of, turning_months
from tests.reference.world import days_of_members, is_active

SIZES = ((20, "000-019"), (50, "020-049"), (100, "050-099"), (200, "100-199"))


def cells(world):
    days = [min(entries)[0] for entries in world.registrations.values() if entries]
    days += [one[1] for entries in world.statuses.values() for one in entries]
    days += days_of_members(world)
    found, before = defaultdict(int), defaultdict(int)
    for month in turning_months(days):
        after = count_cooperatives(world, end_of(month), "i21.registered", "i21.operating")
        for part, district, band in after.keys() | before.keys():
            change = after[part, district, band] - before[part, district, band]
            found[part, district, month, "", band] += change
        before = after
    for cooperative, year in world.meetings:
        if world.registrations.get(cooperative):
            district = min(world.registrations[cooperative])[2][:5]
            found["i21.annual_meeting", district, f"{year:04d}", "", ""] += 1
    for part, some in (("i21.mentored", world.mentored), ("i21.capital", world.capital)):
        for cooperative, year, *form in some:
            if world.registrations.get(cooperative):
                district = min(world.registrations[cooperative])[2][:5]
                found[part, district, f"{year:04d}", "", "".join(form)] += 1
    return found


def members_of(world, when):
    """cooperative -> memberships in force at the close of a day."""
    counted = defaultdict(int)
    for steps in world.memberships.values():
        if steps["cooperatives"] and is_active(steps, when):
            counted[min(steps["cooperatives"])] += 1
    return counted


def status_at(world, cooperative, when):
    """The status of a registered cooperative at the close of a day."""
    known = [one for one in world.statuses.get(cooperative, ()) if one[1] <= when]
    return max(known)[3] if known else "REGISTERED"


def count_cooperatives(world, when, registered, operating):
    """{(part, district, band): number} at the close of a day."""
    counted, members = defaultdict(int), members_of(world, when)
    for number, entries in world.registrations.items():
        if not entries or min(entries)[0] > when:
            continue
        region = min(entries)[2]
        status = status_at(world, number, when)
        counted[registered, region[:5], ""] += status != "CLOSED"
        if status == "OPERATING":
            size = next((name for least, name in SIZES if members[number] < least), "200+")
            counted[operating, region[:5], ""] += 1
            counted["i21.size", region[:5], size] += 1
    return counted
