"""How the rows of this service follow corrections: what is found, decided about and saved."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.training import corrections, store
from services.training.domain import Attendance, Completion, Session
from services.training.groups import FamilyGroup, Joining
from services.training.records import RECORDS
from services.training.tables import correction, family_group, group_family, session
from shared.application.correction_rules import (
    Correctable,
    Correction,
    CorrectionRules,
    Places,
    by_rule,
    forgets,
    last_places,
    own_region,
)
from shared.application.reporting import correct as reporting
from shared.events.base import Payload
from shared.events.envelope import Event
from shared.events.training import (
    FamilyGroupFormed,
    FamilyGroupJoined,
    SessionAttended,
    SessionHeld,
    TrainingCompleted,
)


def _group(connection: Connection, fact: Event, _current: Payload) -> FamilyGroup | None:
    return store.group_by_id(connection, UUID(fact.subject))


def _correct_group(
    connection: Connection, one: FamilyGroup, wanted: Correction
) -> FamilyGroup | None:
    new: Any = wanted.replacement
    return corrections.correct_group(one, new, store.first_day_of_group(connection, one.id))


def _joining(connection: Connection, fact: Event, current: Any) -> Joining | None:
    said = (current.group, current.joined_on)
    found = (one for _, one in store.joinings(connection, [fact.subject]))
    return next((one for one in found if (one.group, one.joined_on) == said), None)


def _joining_places(connection: Connection, fact: Event, one: Joining | None) -> Places:
    data: Any = one or fact.data
    return _group_places(connection, fact, data.group) or ()


def _group_places(connection: Connection, _fact: Event, group_id: UUID) -> Places | None:
    group = store.group_by_id(connection, group_id)
    return (group.region,) if group else None


def _correct_joining(connection: Connection, one: Joining, wanted: Correction) -> Joining | None:
    new: Any = wanted.replacement
    others = [other for _, other in store.joinings(connection, [one.family])]
    (group,) = store.groups(connection, [new.group if new else one.group], by="id").values()
    return corrections.correct_joining(group, one, new, others)


def _session(connection: Connection, fact: Event, _current: Payload) -> Session | None:
    return store.session_by_id(connection, UUID(fact.subject))


def _session_places(connection: Connection, fact: Event, one: Session | None) -> Places:
    return (one.place,) if one else last_places(connection, fact.subject, {})


def _correct_session(connection: Connection, one: Session, wanted: Correction) -> Session | None:
    new: Any = wanted.replacement
    attended = store.has_attendances(connection, one.id)
    group = store.group_by_id(connection, new.group) if new and new.group else None
    return corrections.correct_session(one, new, attended=attended, group=group)


def _attendance(connection: Connection, fact: Event, current: Any) -> Attendance | None:
    one = store.session_by_id(connection, current.session)
    return Attendance(one, fact.subject) if one else None


def _attendance_places(connection: Connection, fact: Event, one: Attendance | None) -> Places:
    data: Any = fact.data
    return (one.session.place,) if one else last_places(connection, str(data.session), {})


def _correct_attendance(
    _connection: Connection, one: Attendance, wanted: Correction
) -> Attendance | None:
    """An attendance has nothing of its own: it holds or it was taken back."""
    return one if wanted.replacement else None


def _completion(connection: Connection, fact: Event, current: Any) -> Completion | None:
    done = store.completions_of(connection, [fact.subject])
    return done.get((current.training, fact.subject))


def _completion_places(connection: Connection, fact: Event, one: Completion | None) -> Places:
    """Where the right is that a training took up; without one, the areas of who recorded it."""
    data: Any = one or fact.data
    if data.entitlement:
        return _right(connection, fact, data.entitlement) or ()
    return one.areas.split() if one and one.areas else ()


def _right(connection: Connection, fact: Event, membership: UUID) -> Places | None:
    region = store.region_of_right(connection, membership, fact.subject)
    return (region,) if region else None


_GROUPS = Correctable(
    lock=family_group,
    find=_group,
    places=own_region,
    correct=_correct_group,
    save=store.save_groups,
    forget=forgets(family_group),
)
_JOININGS = Correctable(
    lock=group_family,
    find=_joining,
    places=_joining_places,
    correct=_correct_joining,
    save=store.save_joinings,
    forget=forgets(group_family),
)
_SESSIONS = Correctable(
    lock=session,
    find=_session,
    places=_session_places,
    correct=_correct_session,
    save=store.save_sessions,
    forget=forgets(session),
)
_ATTENDANCES = Correctable(
    lock=None,
    find=_attendance,
    places=_attendance_places,
    correct=_correct_attendance,
    save=store.save_attendances,
    forget=store.forget_attendance,
)
_COMPLETIONS = Correctable(
    lock=None,
    find=_completion,
    places=_completion_places,
    correct=by_rule(corrections.correct_completion),
    save=store.save_completions,
    forget=store.forget_completion,
)
CORRECTIONS = CorrectionRules(
    kept=correction,
    fixed=(*corrections.FIXED, *reporting.FIXED),
    things={
        **reporting.things(RECORDS),
        FamilyGroupFormed: _GROUPS,
        FamilyGroupJoined: _JOININGS,
        SessionHeld: _SESSIONS,
        SessionAttended: _ATTENDANCES,
        TrainingCompleted: _COMPLETIONS,
    },
    references={"entitlement": _right, "group": _group_places},
)
