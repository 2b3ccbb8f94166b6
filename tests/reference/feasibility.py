"""09: the targets of a year beside the families enrolled when it began."""

from collections import defaultdict
from datetime import date

from tests.reference.target_attainment import targets
from tests.reference.world import in_force, spell_at


def cells(world):
    found, asked = defaultdict(int), set()
    for (_, year), (district, target) in targets(world).items():
        found["i09.facilitators_target", district, f"{year:04d}", "", ""] += target
        asked.add((district, year))
    for (district, year, programme, measure), entries in world.programme_targets.items():
        found["i09.programme_target", district, f"{year:04d}", programme, measure] = max(entries)[2]
        asked.add((district, year))
    for district, year in asked:
        eve = date(year - 1, 12, 31)
        for family in world.families.values():
            spell = spell_at(family, eve)
            if spell and in_force(family, eve).region[:5] == district:
                found["i09.enrolled_at_start", district, f"{year:04d}", spell.programme, ""] += 1
    return found
