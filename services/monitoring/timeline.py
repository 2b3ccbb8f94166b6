"""What a fact's events mean in time: who is enrolled where, which version holds, who is a member.

Dates are ISO text and compare as text; `end_of` a month is later than each of its days and earlier
than the next month, so the same comparison serves days and month ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from services.monitoring.domain import State
from services.monitoring.records import Record

OPEN = "9999-12-31"
"""No end."""
Span = tuple[str, str]
"""From a day to the day before another."""
Memberships = Mapping[str, Sequence[Span]]
"""When each person is an active member."""


def month_of(day: str) -> str:
    """`2026-03` of `2026-03-09`."""
    return day[:7]


def end_of(month: str) -> str:
    """A text after every day of the month and before the next month."""
    return month + "-99"


class Version(NamedTuple):
    """One version of a family's record; they sort by the rule that the highest counts."""

    number: int
    since: str
    event: str
    region: str
    persons: tuple[str, ...]


@dataclass(slots=True)
class Family:
    """A family's events, sorted out. `memberships` is the other ministry's half."""

    enrolled_on: str | None = None
    left_on: str | None = None
    """The earlier of approved graduation and exit; on that day the family is out of stock."""
    approved_on: str | None = None
    versions: list[Version] = field(default_factory=list)
    assignments: list[tuple[str, str]] = field(default_factory=list)
    attended: list[tuple[str, list[str]]] = field(default_factory=list)
    """P2K2 sessions that the family attended: day and modules."""
    memberships: Memberships = field(default_factory=dict)

    def in_force(self, day: str) -> Version | None:
        """The highest version that is effective by that day."""
        best = None
        for one in self.versions:
            if one.since <= day and (best is None or one > best):
                best = one
        return best

    def enrolled(self, day: str) -> bool:
        """Whether the family is in stock at the end of that day."""
        if self.enrolled_on is None or self.enrolled_on > day:
            return False
        return self.left_on is None or self.left_on > day

    def status(self, day: str) -> str:
        """`joined`, `not_joined` or `unknown` at the end of a day of enrolment."""
        version = self.in_force(day)
        if version is None or not version.persons:
            return "unknown"
        for person in version.persons:
            for since, until in self.memberships.get(person, ()):
                if since <= day < until:
                    return "joined"
        return "not_joined"

    def persons(self) -> set[str]:
        """Everybody whom any version lists."""
        return {person for version in self.versions for person in version.persons}

    def turning_days(self) -> set[str]:
        """Every day on which the family's place or status may change, the first one included."""
        if self.enrolled_on is None:
            return set()
        days = {self.enrolled_on, *(one.since for one in self.versions)}
        for person in self.persons():
            for span in self.memberships.get(person, ()):
                days.update(span)
        last = OPEN if self.left_on is None else self.left_on
        days.add(last)
        days.discard(OPEN)
        return {max(day, self.enrolled_on) for day in days if day <= last}

    def links(self) -> dict[tuple[str, str], tuple[str, str]]:
        """`(person, since) -> (until, kabupaten)` for the time in which the family is enrolled."""
        if self.enrolled_on is None:
            return {}
        end = OPEN if self.left_on is None else self.left_on
        starts = {max(one.since, self.enrolled_on) for one in self.versions}
        starts = {day for day in starts if day < end}
        found = {}
        for since, until in zip(sorted(starts), [*sorted(starts)[1:], end], strict=False):
            version = self.in_force(since)
            for person in version.persons if version else ():
                found[person, since] = (until, version.region[:5] if version else "")
        return found


def family_of(state: State) -> Family:
    """Sort out a family's fact."""
    family = Family()
    enrolments: list[Version] = []
    for event, record in state.effective():
        code, day = record[0], record[1]
        if code == "en":
            enrolments.append(Version(1, day, event, record[2], tuple(record[3])))
        elif code == "ch":
            family.versions.append(Version(record[4], day, event, record[2], tuple(record[3])))
        elif code == "at":
            if record[2] == "P2K2" and record[3] == "FAMILY":
                family.attended.append((day, record[4]))
        elif code == "as":
            family.assignments.append((day, record[2]))
        elif code == "ga":
            family.approved_on = _earlier(family.approved_on, day)
            family.left_on = _earlier(family.left_on, day)
        elif code == "ex":
            family.left_on = _earlier(family.left_on, day)
    if enrolments:
        first = min(enrolments)
        family.enrolled_on = first.since
        family.versions.append(first)
    return family


@dataclass(slots=True)
class Membership:
    """One membership of a person, as far as it went."""

    applied_on: str | None = None
    approved_on: str | None = None
    activated_on: str | None = None
    ended_on: str | None = None
    region: str = ""
    """Where it was activated."""


@dataclass(slots=True)
class Person:
    """A person's referrals, memberships by id, and days of completed training."""

    referrals: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Day, referral, event, region."""
    memberships: dict[str, Membership] = field(default_factory=dict)
    completed: list[str] = field(default_factory=list)

    def active(self) -> dict[str, Span]:
        """When each membership makes the person a member; those that never do are absent."""
        found = {}
        for key, one in self.memberships.items():
            until = one.ended_on or OPEN
            if one.activated_on is not None and one.activated_on < until:
                found[key] = (one.activated_on, until)
        return found


_STEPS = {"ma": "applied_on", "mp": "approved_on", "ml": "ended_on", "mr": "ended_on"}


def person_of(state: State) -> Person:
    """Sort out a person's fact."""
    person = Person()
    for event, record in sorted(state.effective(), key=lambda one: (one[1][1], one[0])):
        code, day = record[0], record[1]
        if code == "re":
            person.referrals.append((day, record[2], event, record[3]))
        elif code == "tc":
            person.completed.append(day)
        else:
            _take_step(person.memberships.setdefault(record[2], Membership()), record)
    return person


def _take_step(membership: Membership, record: Record) -> None:
    """Records come in order of day, so the first of a kind is the earliest and stays."""
    code, day = record[0], record[1]
    if code == "mv":
        if membership.activated_on is None:
            membership.activated_on, membership.region = day, record[3]
    elif getattr(membership, _STEPS[code]) is None:
        setattr(membership, _STEPS[code], day)


@dataclass(slots=True)
class Cooperative:
    """When and where a cooperative was registered, and its status changes."""

    registered: tuple[str, str, str] | None = None
    """Day, event, region."""
    changes: list[tuple[int, str, str, str]] = field(default_factory=list)
    """Version, day, event, status."""

    def status(self, day: str) -> str:
        """The status of the highest version that is effective by that day."""
        known = [one for one in self.changes if one[1] <= day]
        return max(known)[3] if known else "REGISTERED"


def cooperative_of(state: State) -> Cooperative:
    """Sort out a cooperative's fact; of several registrations the earliest counts."""
    registrations = [(r[1], event, r[2]) for event, r in state.effective() if r[0] == "cr"]
    changes = [(r[2], r[1], event, r[3]) for event, r in state.effective() if r[0] == "cs"]
    return Cooperative(min(registrations, default=None), changes)


@dataclass(slots=True)
class Facilitator:
    """A facilitator's id and target of each year: `year -> (version, event, kabupaten, target)`."""

    key: str
    targets: dict[str, tuple[int, str, str, int]] = field(default_factory=dict)


def facilitator_of(key: str, state: State) -> Facilitator:
    """Sort out a facilitator's fact; of each year the highest version counts."""
    facilitator = Facilitator(key)
    for event, record in state.effective():
        if record[0] == "ta":
            year = f"{record[1]:04d}"
            target = (record[2], event, record[3], record[4])
            facilitator.targets[year] = max(target, facilitator.targets.get(year, target))
    return facilitator


class Session(NamedTuple):
    """A session as it was held."""

    held_on: str
    activity: str
    district: str
    participants: int


NO_SESSION = Session("", "", "", 0)


def session_of(state: State) -> Session:
    """A session's fact; published twice, the earliest day (then the smallest event id) counts."""
    held = [(r[1], event, r) for event, r in state.effective() if r[0] == "sh"]
    return Session(*min(held)[2][1:]) if held else NO_SESSION


def view_of(unit: str, key: str, state: State) -> object:
    """The view of a fact that its indicators take; none for units without indicators.

    A family's view has no memberships yet: they come from the other side of the join.
    """
    if unit == "family":
        return family_of(state)
    if unit == "person":
        return person_of(state)
    if unit == "cooperative":
        return cooperative_of(state)
    if unit == "facilitator":
        return facilitator_of(key, state)
    return session_of(state) if unit == "session" else None


def _earlier(one: str | None, other: str) -> str:
    return other if one is None else min(one, other)


def months(days: Iterable[str]) -> list[str]:
    """The months of these days, in order, each once."""
    return sorted({month_of(day) for day in days})
