"""02: of those referred who were no members, who joined within 30, 90, 180 and 365 days."""

from collections import defaultdict
from datetime import timedelta

from tests.reference.months import month_of
from tests.reference.world import is_active, spell_on

HORIZONS = (30, 90, 180, 365)


def first_referral(world, person):
    """(day, district, programme, spell) of a person's first referral."""
    issued, _, _, region, family = min(world.referrals[person])
    spell = spell_on(world.families[family], issued)
    return issued, region[:5], spell.programme if spell else "NONE", spell


def memberships_of(world, person):
    return [steps for (who, _), steps in world.memberships.items() if who == person]


def was_member(memberships, issued):
    """Whether somebody had joined before the referral and was still a member on that day."""
    before = [one for one in memberships if one["activated"] and min(one["activated"])[0] < issued]
    return any(is_active(steps, issued) for steps in before)


def cells(world):
    found = defaultdict(int)
    for person in list(world.referrals):
        issued, district, programme, _ = first_referral(world, person)
        held = [steps for steps in memberships_of(world, person) if steps["activated"]]
        if was_member(held, issued):
            continue
        days = [min(steps["activated"])[0] for steps in held]
        for horizon in HORIZONS:
            place = (f"i02.within_{horizon}", district, month_of(issued), programme)
            found[*place, f"referred_{horizon}"] += 1
            limit = issued + timedelta(days=horizon)
            found[*place, f"joined_{horizon}"] += any(issued <= day <= limit for day in days)
    return found
