"""03: from a person's first referral to application, approval and membership."""

from collections import defaultdict
from datetime import timedelta

from tests.reference.conversion import first_referral, memberships_of, was_member
from tests.reference.months import month_of

STEPS = ("referred", "applied", "approved", "activated")


def applications(world):
    """person -> [(day, membership, steps)] of those who applied."""
    found = defaultdict(list)
    for (person, key), steps in world.memberships.items():
        if steps["applied"]:
            found[person].append((min(steps["applied"]), key, steps))
    return found


def steps_of(issued, applied):
    """The day of each step that was taken, from the referral to the membership."""
    yield "referred", issued
    later = sorted(entry for entry in applied if entry[0] >= issued)
    if not later:
        return
    first, _, steps = later[0]
    yield "applied", first
    if steps["approved"]:
        yield "approved", min(steps["approved"])
        if steps["activated"]:
            yield "activated", min(steps["activated"])[0]


def cells(world):
    found, by_person = defaultdict(int), applications(world)
    for person in list(world.referrals):
        issued, district, programme, spell = first_referral(world, person)
        steps = steps_of(issued, by_person[person])
        if was_member(memberships_of(world, person), issued):
            continue
        for part, band in bands(issued, dict(steps), world.answers[person], spell):
            found[part, district, month_of(issued), programme, band] += 1
    return found


def bands(issued, steps, answers, spell):
    """Steps and state of one person at the close of day 180."""
    limit = issued + timedelta(days=180)
    said = sorted(one for one in answers if issued <= one[0] <= limit)
    words = [one for one in said if one[1]]
    taken = []
    for step in STEPS:
        if not (step in steps and steps[step] <= limit):
            break
        taken.append(step)
    if said or "applied" in taken:
        yield "i03.funnel", "contacted"
    if "applied" in taken or any(word == "INTERESTED" for _, word in words):
        yield "i03.funnel", "interested"
    yield from (("i03.funnel", step) for step in taken)
    if "activated" in taken:
        return
    declines = [day for day, word in words if word != "INTERESTED"]
    refused = words and words[-1][1] != "INTERESTED"
    if refused and ("applied" not in taken or steps["applied"] < max(declines)):
        yield "i03.funnel", "declined"
        yield "i03.declined_by_reason", words[-1][1]
    elif spell and spell.reason and spell.last_day <= limit:
        yield "i03.funnel", "left"
    else:
        yield "i03.funnel", "open"
