"""05: enrolled families found eligible, and those of them that list a member."""

from collections import defaultdict

from tests.reference.months import end_of, turning_months
from tests.reference.world import (
    active_members,
    days_of,
    days_of_members,
    in_force,
    spell_at,
    status_of,
)


def cells(world):
    days = [*days_of_members(world)]
    for family in world.families.values():
        days += days_of(family) + [one[0] for one in family["assessments"]]
    found, before = defaultdict(int), {}
    for month in turning_months(days):
        members = active_members(world, end_of(month))
        for number, family in world.families.items():
            after, old = places(family, end_of(month), members), before.get(number, set())
            for part, district, programme, band in after ^ old:
                sign = 1 if (part, district, programme, band) in after else -1
                found[part, district, month, programme, band] += sign
            before[number] = after
    return found


def places(family, when, members):
    spell, known = spell_at(family, when), [one for one in family["assessments"] if one[0] <= when]
    if not spell or not known or not max(known)[4]:
        return set()
    record = in_force(family, when)
    measures = ["eligible"]
    measures += ["joined"] if status_of(family, when, members) == "joined" else []
    bands = [("i05.coverage", one) for one in measures]
    bands += [(f"i05.{one}_by_decile", record.decile) for one in measures]
    return {(part, record.region[:5], spell.programme, band) for part, band in bands}
