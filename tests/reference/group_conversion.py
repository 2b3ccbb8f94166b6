"""22: of the UP2K groups of a month, who became a cooperative within one or two years, and by what way."""

from collections import defaultdict

from tests.reference.months import end_of, month_of, turning_months


def way_of(world, group):
    """Every group in which one goes on, with the earliest day, itself from its formation."""
    since = {group: min(world.business_groups[group])[0]}
    todo = [(group, since[group])]
    while todo:
        here, day = todo.pop()
        for successor, happened in world.successions.get(here, []):
            later = max(day, happened)
            if successor not in since or later < since[successor]:
                since[successor] = later
                todo.append((successor, later))
    return since


def first_day(world, way, *statuses):
    """The earliest day on which the group was one of these, in itself or on its way."""
    days = [
        max(day, since)
        for group, since in way.items()
        for status, day in stages(world, group)
        if status in statuses
    ]
    return min(days, default=None)


def stages(world, group):
    """[(status, day)] of a group, its formation among them."""
    formed = [(status, day) for day, _, _, status in world.business_groups.get(group, [])]
    return formed + world.group_steps.get(group, [])


def born_of_another(world, group, formed):
    """Whether it came out of another group."""
    return any(
        successor == group and day <= formed
        for some in world.successions.values()
        for successor, day in some
    )


def role_at(joined, left, when):
    """What somebody is in a group at the close of a day, or nothing."""
    known = [one for one in joined if one[0] <= when]
    day, _, role = max(known, default=(None, None, None))
    return None if day is None or any(day <= one <= when for one in left) else role


def count_roles(world, when):
    counted = defaultdict(int)
    for (person, group), joined in world.roles.items():
        role = role_at(joined, world.departures[person, group], when)
        if role and world.business_groups.get(group):
            counted[min(world.business_groups[group])[2][:5], role] += 1
    return counted


def cells(world):
    found, before = defaultdict(int), defaultdict(int)
    days = [one[0] for some in world.roles.values() for one in some]
    for month in turning_months(days + [one for some in world.departures.values() for one in some]):
        after = count_roles(world, end_of(month))
        for district, role in after.keys() | before.keys():
            change = after[district, role] - before[district, role]
            found["i22.roles", district, month, "", role] += change
        before = after
    for group, entries in list(world.business_groups.items()):
        formed, _, region, status = min(entries)
        if status != "INCOME_GROUP" or born_of_another(world, group, formed):
            continue
        way, place = way_of(world, group), (region[:5], month_of(formed), "")
        dissolved = [day for name, day in stages(world, group) if name == "DISSOLVED"]
        reached = (
            ("cooperative", first_day(world, way, "COOPERATIVE")),
            ("pre_cooperative", first_day(world, way, "PRE_COOPERATIVE", "COOPERATIVE")),
            ("dissolved", min(dissolved, default=None)),
        )
        for months, days in ((12, 365), (24, 730)):
            found[f"i22.within_{months}", *place, f"formed_{months}"] += 1
            done = [name for name, day in reached if day and (day - formed).days <= days]
            if done:
                found[f"i22.within_{months}", *place, f"{done[0]}_{months}"] += 1
        after = reached[0][1] and (reached[0][1] - formed).days
        if after is not None and after <= 730:
            band = "000-182" if after <= 182 else "183-365" if after <= 365 else "366-730"
            found["i22.days", *place, band] += 1
            found["i22.named", *place, ""] += any(one in world.became for one in way)
    return found
