"""Everything that is known, as plain lists under the ministries' own keys, and who was what when.

Two readers fill it: `inputs` from what the officers handed in, `events` from what was published.
Each list may hold several entries for what happened once; the functions here say which counts.
"""

from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

ONE_DAY, NEVER = timedelta(days=1), date(9999, 12, 31)


class Record(NamedTuple):
    version: int
    day: date
    event: str
    region: str
    persons: list[str]
    decile: str
    programme: str | None  # none in a change


class Spell(NamedTuple):
    since: date
    until: date  # out at its close
    last_day: date
    reason: str | None
    programme: str


def family():
    return {
        "enrolments": [],  # Record
        "versions": [],  # Record, without a programme
        "exits": [],  # (day, reason)
        "graduations": [],  # day
        "visits": [],  # (day, outcome, self-reliance, decile band)
        "assignments": [],  # (day, facilitator)
        "attended": [],  # (day, modules) of P2K2
        "groups": [],  # (day, event, group)
        "assessments": [],  # (day, rule, event, region, eligible)
        "referred": [],  # day on which a person of the family was referred
    }


def membership():
    return {
        "applied": [],
        "approved": [],
        "activated": [],
        "ended": [],
        "returned": [],
        "cooperatives": set(),
    }  # activated: (day, event, region)


class World:
    def __init__(self):
        self.families = defaultdict(family)
        self.listing = defaultdict(list)  # person -> families, once everything is read
        self.memberships = defaultdict(membership)  # (person, membership)
        self.referrals = defaultdict(list)  # person -> (day, referral, event, region, family)
        self.answers = defaultdict(list)  # person -> (day, reason); "" contact, INTERESTED
        self.groups = defaultdict(list)  # group -> (day, event, district)
        self.savings = defaultdict(list)  # (person, membership, month) -> whether they are paid
        self.transactions = defaultdict(
            list
        )  # (person, membership, month) -> whether there were any
        self.benefits = defaultdict(list)  # (person, membership) -> (day, kind)
        self.mentored = set()  # (cooperative, year)
        self.capital = set()  # (cooperative, year, form)
        self.business_groups = defaultdict(list)  # group -> (day, event, region, status)
        self.group_steps = defaultdict(list)  # group -> (status, day)
        self.successions = defaultdict(list)  # group -> (successor, day)
        self.roles = defaultdict(list)  # (person, group) -> (day, event, role)
        self.departures = defaultdict(list)  # (person, group) -> day
        self.became = set()  # groups of which the cooperative is known
        self.meetings = set()  # (cooperative, year)
        self.members_wanted = defaultdict(list)  # (cooperative, year) -> (version, event, target)
        self.programme_targets = defaultdict(
            list
        )  # (district, year, programme, measure) -> (version, event, value)
        self.records = []  # (list, event, fact, district, day, recorded, corrected, linked)
        self.declared = defaultdict(list)  # (source, district, month) -> (version, event, count)
        self.obligations = defaultdict(
            list
        )  # (source, list, district) -> (version, event, first month, last month)
        self.report_steps = defaultdict(
            list
        )  # (source, list, district, month) -> (place in its source, whether it closes)
        self.trainings = defaultdict(list)  # person -> day
        self.targets = defaultdict(
            list
        )  # (facilitator, year) -> (version, event, district, target)
        self.sessions = defaultdict(
            list
        )  # session -> (day, event, activity, district, participants, group)
        self.registrations = defaultdict(list)  # cooperative -> (day, event, region)
        self.statuses = defaultdict(list)  # cooperative -> (version, day, event, status)
        self.latest = {"beneficiary": date.min, "cooperative": date.min, "training": date.min}

    def saw(self, service, *days):
        self.latest[service] = max([self.latest[service], *[d for d in days if d]])


# --- families ---------------------------------------------------------------------------------


def enrolments(family):
    """Of several with one version the earliest, in the order of days."""
    first = {}
    for one in family["enrolments"]:
        first[one.version] = min(one, first.get(one.version, one), key=lambda r: r[1:3])
    return sorted(first.values(), key=lambda one: (one.day, one.version, one.event))


def spells(family):
    """Each enrolment to the earliest way out of it; a way out belongs to the latest begun by then."""
    starts = enrolments(family)
    ways = [(day, False, "SELF_SUFFICIENT") for day in family["graduations"]]
    ways += [(day, True, reason) for day, reason in family["exits"]]
    ended = defaultdict(list)
    for way in ways:
        begun = [place for place, start in enumerate(starts) if start.day <= way[0]]
        ended[max(begun, default=0)].append(way)
    found = []
    for place, start in enumerate(starts):
        following = starts[place + 1].day if place + 1 < len(starts) else None
        if place in ended:
            left, _, reason = min(ended[place])
            found.append(Spell(start.day, left, left, reason, start.programme))
        elif following:
            last = following - ONE_DAY
            found.append(Spell(start.day, following, last, None, start.programme))
        else:
            found.append(Spell(start.day, NEVER, NEVER, None, start.programme))
    return found


def enrolled_on(family):
    return min((one.since for one in spells(family)), default=None)


def spell_on(family, day):
    """The spell of which a day is one."""
    return next((one for one in spells(family) if one.since <= day <= one.last_day), None)


def spell_at(family, when):
    """The spell in which a family is at the close of a day."""
    return next((one for one in spells(family) if one.since <= when < one.until), None)


def enrolled(family, when):
    return spell_at(family, when) is not None


def in_force(family, when):
    """The record that holds on a day."""
    versions = enrolments(family) + family["versions"]
    known = [one for one in versions if one.day <= when]
    return max(known, key=lambda one: one[:3], default=None)


def area_of(region):
    return "URBAN_WARD" if region[9:10] == "1" else "VILLAGE"


def region_of(family, when):
    return in_force(family, when)[3]


def days_of(family):
    """Every day on which the family's place may change."""
    starts = [one.day for one in family["enrolments"] + family["versions"]]
    return starts + [day for day, _ in family["exits"]] + family["graduations"]


def families_on(world):
    """person -> [(family, record, spell)] by way of a question about a day."""
    listing = families_that_list(world)

    def on(person, day):
        for family in listing.get(person, ()):
            spell = spell_at(family, day)
            if spell and person in in_force(family, day).persons:
                yield spell.programme

    return on


def families_that_list(world):
    """person -> the families whose records name the person at any time."""
    if not world.listing:
        for one in world.families.values():
            records = one["enrolments"] + one["versions"]
            for person in {person for record in records for person in record.persons}:
                world.listing[person].append(one)
    return world.listing


ORDER = ["PKH", "PKH_PLUS", "SEMBAKO", "OTHER_SOCIAL"]


def programme_of(world, person, day):
    """The first programme of a family that lists the person at the close of a day, or NONE."""
    found = set(families_on(world)(person, day))
    return min(found, key=ORDER.index, default="NONE")


# --- members ----------------------------------------------------------------------------------


def is_active(steps, when):
    """A member at the close of a day: joined, and not ended since the last return."""
    since = min(steps["activated"], default=None)
    if since is None or since[0] > when:
        return False
    last = max((day for day in steps["ended"] if day <= when), default=None)
    return last is None or any(last < day <= when for day in steps["returned"])


def is_member_throughout(steps, first, last):
    """A member at the close of every day: nothing changes but on the days of steps."""
    moves = [day for day in [*steps["ended"], *steps["returned"]] if first < day < last]
    return all(is_active(steps, day) for day in [first, last, *moves])


def active_members(world, when):
    return {person for (person, _), steps in world.memberships.items() if is_active(steps, when)}


def days_of_members(world):
    """Every day on which somebody may become a member or cease to be one."""
    return [
        day
        for steps in world.memberships.values()
        for day in [*[one[0] for one in steps["activated"]], *steps["ended"], *steps["returned"]]
    ]


def status_of(family, when, members):
    """None when the family is not in the programme at the close of that day."""
    version = in_force(family, when) if enrolled(family, when) else None
    if version is None:
        return None
    if not version[4]:
        return "unknown"
    return "joined" if any(person in members for person in version[4]) else "not_joined"
