"""10: members of 90 days, and who of them saved or transacted in three months; benefits by the year."""

from collections import defaultdict
from datetime import timedelta

from tests.reference.months import end_of, month_of, turning_months
from tests.reference.world import (
    ONE_DAY,
    days_of,
    days_of_members,
    is_member_throughout,
    programme_of,
)

OLD = timedelta(days=90)


def window(month):
    """The month and the two before it."""
    one = end_of(month).replace(day=1) - ONE_DAY
    return [month, month_of(one), month_of(one.replace(day=1) - ONE_DAY)]


def answer(world, key, month):
    """active, inactive, or nothing when nobody knows."""
    savings = [world.savings.get((*key, one), []) for one in window(month)]
    transactions = [world.transactions.get((*key, one), []) for one in window(month)]
    if any(map(any, [*savings, *transactions])):
        return "active"
    return "inactive" if all([*savings, *transactions]) else None


def cells(world):
    months = turning_months(moving_days(world))
    found, before = defaultdict(int), defaultdict(int)
    for month in months:
        after = count(world, month)
        for part, district, programme, band in after.keys() | before.keys():
            key = (part, district, programme, band)
            found[part, district, month, programme, band] += after[key] - before[key]
        before = after
    add_benefits(found, world)
    return found


def moving_days(world):
    """Days in every month at whose end a count may be another one."""
    days = [*days_of_members(world)]
    days += [day + OLD for day in days_of_members(world)]
    for family in world.families.values():
        days += days_of(family)
    for key in [*world.savings, *world.transactions]:
        first = end_of(key[2]).replace(day=1)
        days += [first, *(first + timedelta(days=31 * later + 1) for later in (1, 2, 3))]
        days += [end_of(month_of(first + timedelta(days=62))) + ONE_DAY]
    return days


def count(world, month):
    counted = defaultdict(int)
    for (person, membership), steps in world.memberships.items():
        last = end_of(month)
        if steps["activated"] and is_member_throughout(steps, last - OLD, last):
            district = min(steps["activated"])[2][:5]
            programme = programme_of(world, person, end_of(month))
            counted["i10.members", district, programme, ""] += 1
            band = answer(world, (person, membership), month)
            if band:
                counted["i10.activity", district, programme, band] += 1
    return counted


def add_benefits(found, world):
    for (person, membership), granted in world.benefits.items():
        steps = world.memberships.get((person, membership))
        if not steps or not steps["activated"]:
            continue
        first = {}
        for day, kind in sorted(granted):
            first.setdefault((day.year, kind), day)
        for (year, kind), day in first.items():
            district = min(steps["activated"])[2][:5]
            programme = programme_of(world, person, day)
            found["i10.benefits", district, f"{year:04d}", programme, kind] += 1
