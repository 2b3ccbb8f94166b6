"""16: who completed a training within 90 days of joining; participants of outreach."""

from collections import defaultdict
from datetime import timedelta

from tests.reference.months import month_of
from tests.reference.world import active_members, programme_of

FOLLOWED = timedelta(days=90)


def cells(world):
    found = defaultdict(int)
    for person, (joined, _, region) in first_activations(world).items():
        programme = programme_of(world, person, joined)
        place = (region[:5], month_of(joined), programme)
        limit = joined + FOLLOWED
        done = [day for day in world.trainings[person] if joined <= day <= limit]
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


def count_participants(world, until):
    participants = defaultdict(int)
    for entries in world.sessions.values():
        held, _, activity, district, people, _ = min(entries)
        if activity == "OUTREACH" and month_of(held) <= until:
            participants[district, month_of(held)] += people
    return participants
