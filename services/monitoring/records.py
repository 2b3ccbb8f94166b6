"""Events as compact records: only what figures need, as JSON lists that start with a code.

A record is what a fact keeps of an event for ever: a code and the order of its fields never change.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from shared.events import beneficiary as b
from shared.events import cooperative as c
from shared.events import training as t
from shared.events.base import Payload
from shared.events.catalogue import TYPE_OF, declared
from shared.events.days import jakarta_day
from shared.events.envelope import Event, utc_text

Unit = str
"""What a fact is about, as the contract calls it: `family`, `person`, `group` ..."""
Record = list[Any]
"""`[code, date, ...]`; dates, ids and enumerations as text."""


class Kind(NamedTuple):
    """How one event type is kept: in which unit's fact, under which code, with which fields."""

    unit: Unit
    code: str
    fields: Callable[[Any], list[Any]]


def _persons(data: b.FamilyEnrolled | b.FamilyChanged) -> list[str]:
    return sorted({one.person for one in data.persons})


def _participants(data: t.SessionHeld) -> int:
    return sum(one.count for one in data.participants)


_KINDS: tuple[tuple[type[Payload], str, Callable[[Any], list[Any]]], ...] = (
    (b.FamilyEnrolled, "en", lambda d: [d.enrolled_on, d.region, _persons(d)]),
    (b.FamilyChanged, "ch", lambda d: [d.effective_on, d.region, _persons(d), d.version]),
    (b.FamilyExited, "ex", lambda d: [d.exited_on, d.reason]),
    (b.FacilitatorAssigned, "as", lambda d: [d.assigned_on, d.facilitator]),
    (b.GraduationProposed, "gp", lambda d: [d.proposed_on, d.graduation]),
    (b.GraduationVerified, "gv", lambda d: [d.verified_on, d.graduation]),
    (b.GraduationApproved, "ga", lambda d: [d.approved_on, d.graduation]),
    (b.TargetSet, "ta", lambda d: [d.year, d.version, d.district, d.target]),
    (b.ReferralIssued, "re", lambda d: [d.issued_on, d.referral, d.region]),
    (c.MembershipApplied, "ma", lambda d: [d.applied_on, d.membership]),
    (c.MembershipApproved, "mp", lambda d: [d.approved_on, d.membership]),
    (c.MembershipActivated, "mv", lambda d: [d.activated_on, d.membership, d.region]),
    (c.MembershipLapsed, "ml", lambda d: [d.lapsed_on, d.membership]),
    (c.MembershipResigned, "mr", lambda d: [d.resigned_on, d.membership]),
    (c.CooperativeRegistered, "cr", lambda d: [d.registered_on, d.region]),
    (
        c.CooperativeStatusChanged,
        "cs",
        lambda d: [d.effective_on, d.version, d.status],
    ),
    (c.GroupFormed, "gf", lambda d: [d.formed_on, d.region, d.status]),
    (c.GroupStatusChanged, "gs", lambda d: [d.effective_on, d.version, d.status]),
    (
        t.SessionHeld,
        "sh",
        lambda d: [d.held_on, d.activity, d.district, _participants(d)],
    ),
    (
        t.SessionAttended,
        "at",
        lambda d: [d.held_on, d.activity, d.unit, sorted(set(d.modules))],
    ),
    (t.TrainingCompleted, "tc", lambda d: [d.completed_on, d.training]),
)

KINDS: Mapping[str, Kind] = {
    # of several kinds the first: a correction that takes an attendance back does not say which
    TYPE_OF[payload]: Kind(declared(payload).subject.kinds[0], code, fields)
    for payload, code, fields in _KINDS
}
"""Event type to the way it is kept. Types that are not here change no fact."""


def record_of(kind: Kind, data: Payload) -> Record:
    """The compact record of a payload of this kind."""
    return [kind.code, *map(_plain, kind.fields(data))]


def own_time(event: Event, day: object) -> str:
    """When an event happened, at the latest on the day it was recorded; empty: noon of that day."""
    moment, recorded = event.time, event.recordedtime
    if moment > recorded and jakarta_day(moment) > jakarta_day(recorded):
        return noon_text(jakarta_day(recorded))
    return "" if moment.isoformat() == f"{day}T05:00:00+00:00" else utc_text(moment)


def noon_text(day: object) -> str:
    """Noon in Jakarta of a day, as events write it."""
    return f"{day}T05:00:00.000000Z"


def _plain(value: Any) -> Any:
    """JSON's own types; enumerations become plain text so that reading them back is equal."""
    if isinstance(value, list):
        return [str(one) for one in value]
    return value if type(value) is int else str(value)
