"""What corrections of this service are about, and how its own rows follow them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.training import corrections, store
from services.training.book import ORIGIN
from services.training.domain import Completion
from services.training.tables import correction, session
from shared.application.corrections import Correction, CorrectionRules, Places, last_places
from shared.application.refusals import taken_back_already
from shared.events.base import Payload
from shared.events.envelope import Event
from shared.events.training import SessionAttended, SessionHeld, TrainingCompleted


def _lock(connection: Connection, fact: Event) -> None:
    if isinstance(fact.data, SessionHeld):
        store.lock_register(connection, session)


def _places(connection: Connection, fact: Event) -> Places:
    return _WHERE[type(fact.data)](connection, fact)


def _session_place(connection: Connection, fact: Event) -> Places:
    """Where the session is that was held or attended."""
    session_id = UUID(fact.subject) if isinstance(fact.data, SessionHeld) else fact.data.session  # type: ignore[attr-defined]
    one = store.session_by_id(connection, session_id)
    return (one.place,) if one else last_places(connection, str(session_id), {})


def _completion_places(connection: Connection, fact: Event) -> Places:
    """Where the right is that a training took up; without one, the areas of who recorded it."""
    one = _completion(connection, fact)
    if one is None:
        return _right(connection, fact, fact.data.entitlement) or ()  # type: ignore[attr-defined]
    if one.entitlement:
        return _right(connection, fact, one.entitlement) or ()
    return one.areas.split() if one.areas else ()


def _completion(connection: Connection, fact: Event) -> Completion | None:
    data: Any = fact.data
    done = store.completions_of(connection, [fact.subject])
    return done.get((data.training, fact.subject))


def _right(connection: Connection, fact: Event, membership: UUID | None) -> Places | None:
    if membership is None:
        return None
    region = store.region_of_right(connection, membership, fact.subject)
    return (region,) if region else None


def _mend(connection: Connection, wanted: Correction, _said: Payload) -> None:
    _MEND[type(wanted.original.data)](connection, wanted)


def _mend_session(connection: Connection, wanted: Correction) -> None:
    one = store.session_by_id(connection, UUID(wanted.original.subject))
    if one is None:
        raise taken_back_already()
    new: Any = wanted.replacement
    changed = corrections.correct_session(
        one, new, attended=store.has_attendances(connection, one.id)
    )
    if changed is None:
        store.forget_session(connection, one.id)
    else:
        store.save_sessions(connection, [changed])


def _mend_attendance(connection: Connection, wanted: Correction) -> None:
    original: Any = wanted.original.data
    one = store.session_by_id(connection, original.session)
    if one is None:
        raise taken_back_already()
    if wanted.replacement is None:
        store.forget_attendance(connection, one.id, wanted.original.subject)


def _mend_completion(connection: Connection, wanted: Correction) -> None:
    one = _completion(connection, wanted.original)
    if one is None:
        raise taken_back_already()
    new: Any = wanted.replacement
    changed = corrections.correct_completion(one, new)
    if changed is None:
        store.forget_completion(connection, one.training, one.person)
    else:
        store.save_completions(connection, [changed])


_WHERE: dict[type[Payload], Callable[[Connection, Event], Places]] = {
    SessionHeld: _session_place,
    SessionAttended: _session_place,
    TrainingCompleted: _completion_places,
}
"""Where that is which an event is about."""
_MEND: dict[type[Payload], Callable[[Connection, Correction], None]] = {
    SessionHeld: _mend_session,
    SessionAttended: _mend_attendance,
    TrainingCompleted: _mend_completion,
}
"""Who mends our own rows."""

CORRECTIONS = CorrectionRules(
    origin=ORIGIN,
    kept=correction,
    fixed=corrections.FIXED,
    lock=_lock,
    places=_places,
    references={"entitlement": _right},
    mend=_mend,
)
