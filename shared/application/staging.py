"""Staging facts, and who sent what when: a row of `sent` for each kind of event of a request.

Called by every use case that stages events; `submissions` reads the rows back.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Integer, String, Table, Text, Uuid, exists, select

from shared.application.context import Context
from shared.database.bulk import copy_rows
from shared.database.engine import SHARED_METADATA, UtcDateTime
from shared.events.catalogue import CATALOGUE, TYPE_OF, declared
from shared.events.corrections import FactCorrected
from shared.events.days import jakarta_day
from shared.events.envelope import Fact
from shared.ids import new_uuid7s
from shared.outbox import table as outbox

sent = Table(
    "sent",
    SHARED_METADATA,
    Column("id", Uuid, primary_key=True),
    Column("moment", UtcDateTime, nullable=False),
    Column("who", String(200), nullable=False),
    Column("areas", Text, nullable=False),
    Column("type", String(100), nullable=False),
    Column("events", Integer, nullable=False),
    Column("last", Uuid, nullable=False),
    Column("first", Uuid),
    Column("since", String(7)),
    Column("until", String(7)),
    Index("ix_sent_who", "who", "id"),
    Index("ix_sent_areas", "areas", "id"),
)
"""Who sent which kind of event when: the name of the token or account, its areas separated by blanks,
how many, the ids of the last and the first one, and the first and the last month in which they happened.
What happens in no month has none, and rows of an earlier version have neither months nor the first id."""


def stage(context: Context, facts: Sequence[Fact], *, now: datetime | None = None) -> list[UUID]:
    """Write these facts into the outbox and note who sent them; returns their ids in order.

    Raises:
        ValueError, InvalidEvent: as `outbox.stage`.
    """
    moment = context.now if now is None else now
    ids = outbox.stage(context.connection, context.origin, facts, now=moment)
    _note(context, facts, ids)
    return ids


def _note(context: Context, facts: Sequence[Fact], ids: Sequence[UUID]) -> None:
    kinds: dict[str, list[tuple[UUID, str | None]]] = defaultdict(list)
    for fact, one in zip(facts, ids, strict=True):
        kinds[TYPE_OF[type(fact.payload)]].append((one, _month(fact)))
    common = {"moment": context.now, "who": context.grant.name, "areas": areas_of(context)}
    numbers = new_uuid7s(context.now, len(kinds))
    rows = [
        common | {"id": own, "type": kind} | _span(some)
        for own, (kind, some) in zip(numbers, kinds.items(), strict=True)
    ]
    copy_rows(context.connection, sent, rows)


def _month(fact: Fact) -> str | None:
    """The month in which figures count a fact; none of what happens in no month: targets, closings."""
    data, of = fact.payload, type(fact.payload)
    if isinstance(data, FactCorrected):
        of = CATALOGUE[data.corrected_type]
    kind = declared(of)
    counts = kind.happened is not None and kind.shared is None
    return f"{jakarta_day(fact.time):%Y-%m}" if counts else None


def _span(some: Sequence[tuple[UUID, str | None]]) -> dict[str, Any]:
    """How many events, the first and the last of them, and the months in which they happened."""
    months = [month for _, month in some if month]
    return {
        "events": len(some),
        "first": some[0][0],
        "last": some[-1][0],
        "since": min(months, default=None),
        "until": max(months, default=None),
    }


def sent_by(context: Context, event: UUID) -> bool:
    """Whether who asks sent this event alone or as the last one of a request."""
    mine = exists().where(sent.c.who == context.grant.name, sent.c.last == event)
    return bool(context.connection.execute(select(mine)).scalar())


def areas_of(context: Context) -> str:
    """The areas of who asks, in one order."""
    return " ".join(sorted(context.grant.areas))
