"""15: sessions, attendance of enrolled families, and which modules they had."""

from collections import defaultdict

from tests.reference.hiding import System
from tests.reference.months import end_of, month_of
from tests.reference.world import enrolled, in_force, left_on

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
    attended, sessions = count_attendance(world, "9999-12")
    for name, counted in (("attended", attended), ("sessions", sessions)):
        for (district, month), number in counted.items():
            found[f"i15.{name}", district, month, ""] = number
    for family in world.families.values():
        for (district, _), first in module_months(family).items():
            for module, month in first.items():
                found["i15.module", district, month, module] += 1
    return found


def count_attendance(world, until):
    """Families that attended and sessions held, by district and month."""
    attended, sessions = defaultdict(int), defaultdict(int)
    for entries in world.sessions.values():
        held, _, activity, district, _ = min(entries)
        if activity == "P2K2" and month_of(held) <= until:
            sessions[district, month_of(held)] += 1
    for family in world.families.values():
        for month in {month_of(held) for held, _ in family["attended"]}:
            version = in_force(family, end_of(month))
            if version and enrolled(family, end_of(month)):
                attended[version[3][:5], month] += 1
    return attended, sessions


def module_months(family):
    """{(district, year): {module: first month}}, ALL when it had six."""
    found = defaultdict(dict)
    for held, modules in sorted(family["attended"]):
        version = in_force(family, held)
        if version and not (left_on(family) and left_on(family) < held):
            first = found[version[3][:5], held.year]
            for module in modules:
                first.setdefault(module, month_of(held))
    for first in found.values():
        if len(first) == len(MODULES):
            first["ALL"] = max(first.values())
    return found


def release_sessions(release, world, until):
    _, sessions = count_attendance(world, until)
    system = System()
    for (district, month), number in sessions.items():
        system.public(("15", "sessions", district, month, ""), number)
    release.add(system)


def release_modules(release, world, until):
    counted, tables = defaultdict(int), set()
    for family in world.families.values():
        for (district, year), first in module_months(family).items():
            for module, month in first.items():
                if month <= until:
                    counted[district, str(year), module] += 1
                    tables.add((district, str(year)))
    system = System()
    for district, year in tables:
        for module in (*MODULES, "ALL"):
            cell = ("15", "families_with_module", district, year, module)
            system.people(cell, counted[district, year, module])
    release.add(system)
