"""Everything that is known, as plain lists under the ministries' own keys, and who was what when.

Two readers fill it: `inputs` from what the officers handed in, `events` from what was published.
Each list may hold several entries for what happened once; the functions here say which counts.
"""

from collections import defaultdict
from datetime import date


def family():
    return {
        "enrolments": [],  # (day, event, region, persons)
        "versions": [],  # (number, day, event, region, persons)
        "exits": [],  # day
        "graduations": [],  # day
        "assignments": [],  # (day, facilitator)
        "attended": [],  # (day, modules) of P2K2
    }


def membership():
    return {
        "applied": [],
        "approved": [],
        "activated": [],
        "ended": [],
    }  # activated: (day, event, region)


class World:
    def __init__(self):
        self.families = defaultdict(family)
        self.memberships = defaultdict(membership)  # (person, membership)
        self.referrals = defaultdict(list)  # person -> (day, referral, event, region)
        self.trainings = defaultdict(list)  # person -> day
        self.targets = defaultdict(
            list
        )  # (facilitator, year) -> (version, event, district, target)
        self.sessions = defaultdict(
            list
        )  # session -> (day, event, activity, district, participants)
        self.registrations = defaultdict(list)  # cooperative -> (day, event, region)
        self.statuses = defaultdict(list)  # cooperative -> (version, day, event, status)
        self.latest = {"beneficiary": date.min, "cooperative": date.min, "training": date.min}

    def saw(self, service, *days):
        self.latest[service] = max([self.latest[service], *[d for d in days if d]])


# --- families ---------------------------------------------------------------------------------


def enrolled_on(family):
    return min(family["enrolments"])[0] if family["enrolments"] else None


def left_on(family):
    return min(family["exits"] + family["graduations"], default=None)


def enrolled(family, when):
    since, until = enrolled_on(family), left_on(family)
    return since is not None and since <= when and not (until and until <= when)


def in_force(family, when):
    """(number, day, event, region, persons) of the version that holds on a day."""
    versions = list(family["versions"])
    if family["enrolments"]:
        versions.append((1, *min(family["enrolments"])))
    return max((one for one in versions if one[1] <= when), default=None)


def region_of(family, when):
    return in_force(family, when)[3]


def days_of(family):
    """Every day on which the family's place may change."""
    starts = [one[0] for one in family["enrolments"]] + [one[1] for one in family["versions"]]
    return starts + family["exits"] + family["graduations"]


# --- members ----------------------------------------------------------------------------------


def is_active(steps, when):
    since = min(steps["activated"], default=None)
    return (
        since is not None
        and since[0] <= when
        and not (steps["ended"] and min(steps["ended"]) <= when)
    )


def active_members(world, when):
    return {person for (person, _), steps in world.memberships.items() if is_active(steps, when)}


def days_of_members(world):
    """Every day on which somebody may become a member or cease to be one."""
    return [
        day
        for steps in world.memberships.values()
        for day in [*[one[0] for one in steps["activated"]], *steps["ended"]]
    ]


def status_of(family, when, members):
    """None when the family is not in the programme at the close of that day."""
    version = in_force(family, when) if enrolled(family, when) else None
    if version is None:
        return None
    if not version[4]:
        return "unknown"
    return "joined" if any(person in members for person in version[4]) else "not_joined"
