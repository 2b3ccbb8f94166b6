"""03: from a person's first referral to application, approval and membership."""

from collections import defaultdict
from datetime import timedelta

from tests.reference.conversion import first_referral, memberships_of, was_member
from tests.reference.hiding import System
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


def followed(world):
    """(district, cohort, steps) of each person who was referred."""
    by_person = applications(world)
    for person, referrals in world.referrals.items():
        issued, _, _, region, _ = min(referrals)
        yield region[:5], month_of(issued), list(steps_of(issued, by_person[person]))


def cells(world):
    found, by_person = defaultdict(int), applications(world)
    for person in list(world.referrals):
        issued, district, programme, spell = first_referral(world, person)
        steps = list(steps_of(issued, by_person[person]))
        for step, when in steps:
            found[f"i03.{step}", district, month_of(issued), programme, month_of(when)] += 1
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


def count_funnel(world, until):
    """{(district, cohort, step): persons}"""
    counted = defaultdict(int)
    for district, cohort, steps in followed(world):
        for step, when in steps:
            if month_of(when) > until:
                break
            counted[district, cohort, step] += 1
    return counted


def release_funnel(release, world, until):
    counted = count_funnel(world, until)
    for district in sorted({key[0] for key in counted}):
        cohorts = sorted({key[1] for key in counted if key[0] == district})
        system = System()

        def steps(cohort, district=district, cohorts=cohorts):
            source = cohorts if cohort == "total" else [cohort]
            return {step: sum(counted[district, one, step] for one in source) for step in STEPS}

        for cohort in [*cohorts, "total"]:
            number = steps(cohort)
            for step in STEPS:
                system.people(("03", step, district, cohort, ""), number[step])
            for before, after in zip(STEPS, STEPS[1:], strict=False):
                dropped = ("03", f"not_{after}", district, cohort, "")
                system.people(dropped, number[before] - number[after])
                parts = [("03", after, district, cohort, ""), dropped]
                system.adds_up(("03", before, district, cohort, ""), parts)
        for measure in sorted({cell[1] for cell in system.values}):
            parts = [("03", measure, district, cohort, "") for cohort in cohorts]
            system.adds_up(("03", measure, district, "total", ""), parts)
        release.add(system)
