"""The use case of a correction, the same for every source; what differs is in `CorrectionRules`.

A correction is a fact about what lies in the caller's area and leaves it there: the event, the
places and the things that its replacement names are checked here, before a service's own rows are
touched, so that no service can forget it. A service says for each kind of thing how it is found,
decided about and saved (`Correctable`).
"""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, Row, select

from shared.application.context import Context
from shared.application.correction_rules import (
    Correctable,
    Correction,
    CorrectionRules,
    Places,
    Thing,
    last_places,
)
from shared.application.places import may_name, narrowest, places_of, require_places
from shared.application.refusals import require_days
from shared.application.staging import sent_by, stage
from shared.database.bulk import upsert
from shared.database.locks import lock_table
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.days import CLOCK_AHEAD
from shared.events.envelope import Event, with_sequence
from shared.events.reading import parse
from shared.http.problems import InvalidContent, field_error
from shared.outbox import archive
from shared.security.tokens import ANYWHERE

_STEP = timedelta(milliseconds=1)
"""Ids are ordered by milliseconds."""


class CorrectionRequest(BaseModel):
    """An earlier event of this service was wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    event_id: UUID
    """Id of the wrong event, as answered when it was accepted."""
    reason: CorrectionReason
    replacement: dict[str, Any] | None = None
    """The right `data` of that event; none takes it back."""


class Corrected(BaseModel):
    """A correction was staged."""

    id: UUID
    """Id of the correction's event."""


def correct_fact(context: Context, request: CorrectionRequest, rules: CorrectionRules) -> Corrected:
    """Take back or replace one of our events; gives the id of the correction's event.

    The same correction again changes nothing and gives the id that it got the first time.

    Raises:
        Refusal: NOT_FOUND for an event, or a thing that the replacement names, that does not exist
            or is not the caller's (of a grant for one person's work: that the grant did not send);
            CONFLICT for a correction of a correction; REGION_UNKNOWN,
            AREA_FORBIDDEN, CORRECTION_SUBJECT, TIME_FUTURE or DATE_IMPLAUSIBLE for a day that
            cannot be, TAKEN_BACK, and what `Correctable.correct` refuses;
            InvalidContent (422) when the replacement breaks the contract of its type.
    """
    connection = context.connection
    if not (context.grant.for_office or sent_by(context, request.event_id)):
        raise Refusal("NOT_FOUND", "event_id")
    asked, fact = _asked(connection, request.event_id)
    things = rules.things[type(fact.data)]
    if things.lock is not None:
        lock_table(connection, things.lock)
    before = _kept(connection, rules, fact.id)
    current = _current(fact, before)
    thing = things.find(connection, fact, current)
    places = _require_own(context, rules, fact, current, things.places(connection, fact, thing))
    if asked is not fact:
        raise Refusal("CONFLICT", "event_id")
    replacement = _replacement(type(fact.data), request.replacement)
    wanted = Correction(fact, current, replacement, request.reason)
    _require_fit(context, rules, wanted, places)
    require_days(wanted.fact.payload, context.today)
    if before is not None and before.replacement == wanted.content:
        return Corrected(id=UUID(str(before.staged)))
    if thing is None or (before is not None and before.replacement is None):
        raise Refusal("TAKEN_BACK", "event_id")
    _rewrite(connection, things, thing, wanted)
    return Corrected(id=_stage(context, rules, wanted, before))


def _rewrite(
    connection: Connection, things: Correctable[Thing], thing: Thing, wanted: Correction
) -> None:
    changed = things.correct(connection, thing, wanted)
    if changed is None:
        things.forget(connection, thing)
    else:
        things.save(connection, [changed])


def _stage(
    context: Context, rules: CorrectionRules, wanted: Correction, before: Row[Any] | None
) -> UUID:
    connection = context.connection
    moment = _after_last(connection, before, context.now)
    (staged,) = stage(context, [wanted.fact], now=moment)
    row = {"event": wanted.original.id, "replacement": wanted.content, "staged": staged}
    upsert(connection, rules.kept, [row])
    return staged


def _asked(connection: Connection, event_id: UUID) -> tuple[Event, Event]:
    """The event that a request names, and the fact behind it: of a correction what it corrects."""
    asked = _event(connection, event_id)
    if not isinstance(asked.data, FactCorrected):
        return asked, asked
    return asked, _event(connection, asked.data.corrected)


def _event(connection: Connection, event_id: UUID) -> Event:
    found = archive.find(connection, event_id)
    if found is None:
        raise Refusal("NOT_FOUND", "event_id")
    return parse(with_sequence(found.body, 1))


def _kept(connection: Connection, rules: CorrectionRules, event_id: UUID) -> Row[Any] | None:
    query = select(rules.kept).where(rules.kept.c.event == event_id)
    return connection.execute(query).one_or_none()


def _after_last(connection: Connection, before: Row[Any] | None, now: datetime) -> datetime:
    """Now, or just after the last correction where our clock was ahead when that was recorded.

    Of two corrections the one that was recorded later counts, for every consumer. One
    that lies further ahead than consumers accept was refused by them, and outranks nothing.
    """
    if before is None:
        return now
    last = _event(connection, UUID(str(before.staged))).recordedtime + _STEP
    return last if now < last <= now + CLOCK_AHEAD else now


def _current(fact: Event, before: Row[Any] | None) -> Payload:
    """What an event says so far: its own data or that of its last correction."""
    if before is None or before.replacement is None:
        return fact.data
    return type(fact.data).model_validate_json(before.replacement)


def _require_own(
    context: Context, rules: CorrectionRules, fact: Event, current: Payload, known: Places
) -> Places:
    """Where a fact lies; refused like an unknown one when any of that is not the caller's."""
    places = {one.region for one in narrowest(places_of(current))} | set(known)
    if not places:
        wanted = {name: getattr(current, name) for name in rules.fixed if hasattr(current, name)}
        places.update(last_places(context.connection, fact.subject, wanted))
    if not all(context.may_act_in(place) for place in places or (ANYWHERE,)):
        raise Refusal("NOT_FOUND", "event_id")
    return places


def _require_fit(
    context: Context, rules: CorrectionRules, wanted: Correction, places: Places
) -> None:
    """A replacement stays with its subject, in the caller's area, and names what is there."""
    if wanted.replacement is None:
        return
    for field in rules.fixed:
        original = getattr(wanted.original.data, field, None)
        if original != getattr(wanted.replacement, field, None):
            raise Refusal("CORRECTION_SUBJECT", f"replacement.{field}")
    require_places(context, wanted.replacement, "replacement.")
    for name, value in wanted.replacement:
        known = name in rules.fixed or value == getattr(wanted.current, name)
        if isinstance(value, UUID) and not known:
            where = rules.references[name](context.connection, wanted.original, value)
            if not may_name(context, where, places):
                raise Refusal("NOT_FOUND", f"replacement.{name}")


def _replacement(kind: type[Payload], data: dict[str, Any] | None) -> Payload | None:
    if data is None:
        return None
    try:
        return kind.model_validate_json(json.dumps(data))
    except ValidationError as error:
        errors = [field_error(item) for item in error.errors(include_url=False)]
        raise InvalidContent(
            [item | {"field": f"replacement.{item['field']}"} for item in errors]
        ) from None
