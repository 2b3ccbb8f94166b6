"""03: from a person's first referral to application, approval and membership."""

from collections import defaultdict

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
        issued, _, _, region = min(referrals)
        yield region[:5], month_of(issued), list(steps_of(issued, by_person[person]))


def cells(world):
    found = defaultdict(int)
    for district, cohort, steps in followed(world):
        for step, when in steps:
            found[f"i03.{step}", district, cohort, month_of(when)] += 1
    return found


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
