"""16: who completed a training within 90 days of joining; participants of outreach."""

from collections import defaultdict
from datetime import timedelta

from tests.reference.hiding import System
from tests.reference.months import end_of, month_of
from tests.reference.world import active_members, programme_of

FOLLOWED = timedelta(days=90)
MEASURES = ("activated", "trained_90", "not_trained_90")


def cells(world):
    found = defaultdict(int)
    for person, (joined, _, region) in first_activations(world).items():
        programme = programme_of(world, person, joined)
        place = (region[:5], month_of(joined), programme)
        limit = joined + FOLLOWED
        done = [day for day in world.trainings[person] if joined <= day <= limit]
        found["i16.activated", *place, ""] += 1
        found["i16.trained_90", *place, ""] += bool(done)
        found["i16.training", *place, "joined"] += 1
        if person in active_members(world, limit):
            found["i16.training", *place, "still_member"] += 1
            if done:
                lag = (min(done) - joined).days
                band = "00-30" if lag <= 30 else "31-60" if lag <= 60 else "61-90"
                found["i16.training", *place, "trained"] += 1
                found["i16.trained_by_lag", *place, band] += 1
    for (district, month), people in count_participants(world, "9999-12").items():
        found["i16.participants", district, month, "", ""] = people
    return found


def first_activations(world):
    """person -> (day, membership, region) of the first."""
    first = {}
    for (person, key), steps in world.memberships.items():
        if steps["activated"]:
            activated, _, region = min(steps["activated"])
            entry = (activated, key, region)
            first[person] = min(first.get(person, entry), entry)
    return first


def count_trained(world):
    """{(district, cohort): [activated, trained within 90 days]}"""
    counted = defaultdict(lambda: [0, 0])
    for person, (activated, _, region) in first_activations(world).items():
        cell = counted[region[:5], month_of(activated)]
        cell[0] += 1
        limit = activated + FOLLOWED
        cell[1] += any(activated <= done <= limit for done in world.trainings[person])
    return counted


def count_participants(world, until):
    participants = defaultdict(int)
    for entries in world.sessions.values():
        held, _, activity, district, people, _ = min(entries)
        if activity == "OUTREACH" and month_of(held) <= until:
            participants[district, month_of(held)] += people
    return participants


def release_participants(release, world, until):
    system = System()
    for (district, month), number in count_participants(world, until).items():
        system.public(("16", "participants", district, month, ""), number)
    release.add(system)


def release_trained(release, world, until):
    counted = {
        key: value
        for key, value in count_trained(world).items()
        if end_of(key[1]) + FOLLOWED <= end_of(until)
    }
    for district in sorted({key[0] for key in counted}):
        cohorts = sorted(key[1] for key in counted if key[0] == district)
        system = System()
        for cohort in [*cohorts, "total"]:
            source = cohorts if cohort == "total" else [cohort]
            activated = sum(counted[district, one][0] for one in source)
            trained = sum(counted[district, one][1] for one in source)
            numbers = (activated, trained, activated - trained)
            for measure, number in zip(MEASURES, numbers, strict=True):
                system.people(("16", measure, district, cohort, ""), number)
            parts = [("16", measure, district, cohort, "") for measure in MEASURES[1:]]
            system.adds_up(("16", "activated", district, cohort, ""), parts)
        for measure in MEASURES:
            parts = [("16", measure, district, cohort, "") for cohort in cohorts]
            system.adds_up(("16", measure, district, "total", ""), parts)
        release.add(system)
