"""What an office sent, read back: who, when, which kind of event, and how far it is on its way."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, or_, select, true

from shared.application.context import Context
from shared.application.staging import areas_of, sent
from shared.events.corrections import FactCorrected
from shared.events.envelope import Event, with_sequence
from shared.events.reading import parse
from shared.http.cursors import next_cursor
from shared.outbox import archive, unsent
from shared.security.tokens import ANYWHERE


class Submission(BaseModel):
    """Events of one kind that somebody sent in one request, or in one part of a list."""

    sent_at: datetime
    who: str
    """Name of the token or account."""
    type: str
    events: int
    last_event: UUID
    """Id of the last of them; of the only one where it is one: a correction names it."""
    sequence: int | None
    """Number of the last event on this service's topic; none: it has not got one yet."""
    published: bool
    """Whether the broker has acknowledged it: then monitoring can read it."""


class SubmissionList(BaseModel):
    """One page of submissions, the newest first; ask again with `after` = `next`."""

    submissions: list[Submission]
    next: str | None


def list_submissions(context: Context, *, after: UUID | None, limit: int) -> SubmissionList:
    """What the caller sent, and others with the same areas; of a facilitator the own alone."""
    query = select(sent).where(_own(context)).order_by(sent.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(sent.c.id < after)
    rows = context.connection.execute(query).all()
    return SubmissionList(
        submissions=[_submission(context.connection, row) for row in rows],
        next=next_cursor([row.id for row in rows], limit),
    )


def _own(context: Context) -> ColumnElement[bool]:
    mine = sent.c.who == context.grant.name
    if context.grant.subject:
        return mine
    if ANYWHERE in context.grant.areas:
        return true()
    return or_(mine, sent.c.areas == areas_of(context))


def _submission(connection: Connection, row: Any) -> Submission:
    found = archive.find(connection, row.last)
    number = found.sequence if found else None
    return Submission(
        sent_at=row.moment,
        who=row.who,
        type=row.type,
        events=row.events,
        last_event=row.last,
        sequence=number,
        published=number is not None and not unsent.ranges(connection, number, number),
    )


class EventLine(BaseModel):
    """An event of this service about something; `id` is what a correction names."""

    id: UUID
    type: str
    happened_at: datetime
    recorded_at: datetime
    corrected: bool
    """Whether it was corrected or taken back."""


class EventList(BaseModel):
    """The events about something, in order."""

    events: list[EventLine]


def events_about(
    context: Context, subjects: Sequence[str], which: Callable[[Event], bool] = lambda _: True
) -> EventList:
    """The events about these subjects, with their corrections; who may see them the caller decides."""
    everything = [
        parse(with_sequence(one.body, 1)) for one in archive.about(context.connection, subjects)
    ]
    kept = {one.id for one in everything if which(one)}
    events = [
        one
        for one in everything
        if (one.data.corrected if isinstance(one.data, FactCorrected) else one.id) in kept
    ]
    wrong = {one.data.corrected for one in events if isinstance(one.data, FactCorrected)}
    found = [
        EventLine(
            id=one.id,
            type=one.type,
            happened_at=one.time,
            recorded_at=one.recordedtime,
            corrected=one.id in wrong,
        )
        for one in events
    ]
    return EventList(events=found)
