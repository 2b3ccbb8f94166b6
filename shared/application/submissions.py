"""What an office sent, read back: who, when, which kind of event, and how far it is on its way to a figure."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache, partial
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, or_, select, true

from shared.application.context import Context
from shared.application.counted import Counted, counted
from shared.application.reporting import store
from shared.application.staging import areas_of, sent
from shared.events.corrections import FactCorrected
from shared.events.days import jakarta_day
from shared.events.envelope import Event, with_sequence
from shared.events.reading import parse
from shared.http.cursors import next_cursor
from shared.outbox import archive, unsent
from shared.security.tokens import ANYWHERE


class CountedIn(BaseModel):
    """The release that counts something."""

    number: int
    published_on: date | None
    """Day of its publication; none: it is being made."""


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
    known: int
    """How many of the events monitoring has said to have; it says so some minutes after it has them."""
    release: CountedIn | None
    """The first release that counts all of them and covers their months; none: none does yet."""
    month: str | None
    """The last month in which one of them happened; none of targets and closings, which have none, and of
    what was sent by an earlier version."""
    open_lists: int
    """Lists of the sender's areas that this office has not closed for that month: figures wait for them."""


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
    reached, open_lists = counted(context.connection), cache(partial(_open_lists, context))
    return SubmissionList(
        submissions=[_submission(context.connection, row, reached, open_lists) for row in rows],
        next=next_cursor([row.id for row in rows], limit),
    )


def _own(context: Context) -> ColumnElement[bool]:
    mine = sent.c.who == context.grant.name
    if context.grant.subject:
        return mine
    if ANYWHERE in context.grant.areas:
        return true()
    return or_(mine, sent.c.areas == areas_of(context))


def _open_lists(context: Context, areas: str, month: str) -> int:
    return store.count_open(context.connection, areas.split(), month)


def _submission(
    connection: Connection, row: Any, reached: Counted, open_lists: Callable[[str, str], int]
) -> Submission:
    number = _number(connection, row.last)
    return Submission(
        sent_at=row.moment,
        who=row.who,
        type=row.type,
        events=row.events,
        last_event=row.last,
        sequence=number,
        published=number is not None and not unsent.ranges(connection, number, number),
        known=_known(connection, row, number, reached.received),
        release=_release(reached, number, row.until),
        month=row.until,
        open_lists=open_lists(row.areas, row.until) if row.until else 0,
    )


def _number(connection: Connection, event: UUID) -> int | None:
    found = archive.find(connection, event)
    return found.sequence if found else None


def _release(reached: Counted, number: int | None, month: str | None) -> CountedIn | None:
    found = reached.first_with(number, month) if number else None
    if found is None:
        return None
    day = jakarta_day(found.published_at) if found.published_at else None
    return CountedIn(number=found.number, published_on=day)


def _known(connection: Connection, row: Any, number: int | None, received: int) -> int:
    """How many of the events have numbers up to what was received: they are numbered in their order."""
    if number is not None and number <= received:
        return int(row.events)
    first = _number(connection, row.first) if row.first else None
    if first is None or first > received:
        return 0
    some = [parse(one.value) for one in archive.records(connection, [(first, received)])]
    own = row.type, some[0].recordedtime  # ids of one moment are in no order
    return sum((one.type, one.recordedtime) == own for one in some)


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
