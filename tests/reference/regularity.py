"""14: family groups, which of them met in a month, and how often."""

from collections import defaultdict

from tests.reference.months import month_of


def meetings(world):
    """[(group, month)], one a P2K2 session of a known group from its month of formation on."""
    for entries in world.sessions.values():
        held, _, activity, _, _, group = min(entries)
        known = world.groups[group] if group else []
        if activity == "P2K2" and known and month_of(min(known)[0]) <= month_of(held):
            yield group, month_of(held)


def cells(world):
    found, met = defaultdict(int), list(meetings(world))
    for entries in list(world.groups.values()):
        if entries:
            formed, _, district = min(entries)
            found["i14.groups", district, month_of(formed), "", ""] += 1
    for part, some in (("i14.sessions", met), ("i14.groups_met", set(met))):
        for group, month in some:
            found[part, min(world.groups[group])[2], month, "", ""] += 1
    return found
