"""15: sessions, attendance of enrolled families, and which modules they had."""

from collections import defaultdict

from tests.reference.months import end_of, month_of, turning_months
from tests.reference.world import days_of, in_force, spell_at, spell_on

MODULES = (
    "HEALTH_NUTRITION",
    "EDUCATION_PARENTING",
    "FAMILY_FINANCE",
    "CHILD_PROTECTION",
    "SOCIAL_WELFARE",
    "STUNTING_PREVENTION",
)


def cells(world):
    found = defaultdict(int)
    for entries in world.sessions.values():
        held, _, activity, district, _, _ = min(entries)
        if activity == "P2K2":
            found["i15.sessions", district, month_of(held), "", ""] += 1
    met = months_met(world)
    for family in world.families.values():
        attended = {month_of(held) for held, _ in family["attended"]}
        for month in {month for months in met.values() for month in months}:
            place = place_at(family, month)
            if place and month in met[group_of(family, end_of(month))]:
                found["i15.presence", place[0], month, place[1], "expected"] += 1
                found["i15.presence", place[0], month, place[1], "attended"] += month in attended
        count_coverage(found, family)
    return found


def months_met(world):
    """group -> months in which it met."""
    met = defaultdict(set)
    for entries in world.sessions.values():
        held, _, activity, _, _, group = min(entries)
        if activity == "P2K2" and group:
            met[group].add(month_of(held))
    return met


def place_at(family, month):
    """(district, programme) at a month's end."""
    spell = spell_at(family, end_of(month))
    return (in_force(family, end_of(month)).region[:5], spell.programme) if spell else None


def group_of(family, when):
    return max((one for one in family["groups"] if one[0] <= when), default=(None,) * 3)[2]


def had_in_force(family):
    """{module: months} of the attendances on days on which the family was enrolled."""
    had = defaultdict(set)
    for held, modules in family["attended"]:
        if spell_on(family, held):
            for module in modules:
                had[module].add(month_of(held))
    return had


def count_coverage(found, family):
    had, before = had_in_force(family), set()
    lessons = {month for months in had.values() for month in months}
    ends = {f"{int(month[:4]) + 1:04d}{month[4:]}" for month in lessons}
    for month in sorted({*turning_months(days_of(family)), *lessons, *ends}):
        after, place = set(), place_at(family, month)
        year_before = f"{int(month[:4]) - 1:04d}{month[4:]}"
        had_lately = [
            module for module in MODULES if any(year_before < one <= month for one in had[module])
        ]
        if place:
            after = {(*place, module) for module in had_lately}
            after |= {(*place, "ALL")} if len(had_lately) == len(MODULES) else set()
        for district, programme, module in after ^ before:
            sign = 1 if (district, programme, module) in after else -1
            found["i15.coverage", district, month, programme, module] += sign
        before = after
