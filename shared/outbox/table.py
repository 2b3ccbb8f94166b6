"""The tables of the outbox, and staging: an event is written in the transaction of its change.

An event is staged (a row of `outbox`), then numbered and archived (in a row of `outbox_batch`, its
number in a range of `outbox_unsent`), then sent (its number in no range).
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    Uuid,
)

from shared.clock import noon
from shared.database.bulk import copy_rows
from shared.database.engine import SHARED_METADATA, BigId, UtcDateTime
from shared.events.days import jakarta_day
from shared.events.envelope import (
    MAX_EVENT_BYTES,
    SEQUENCE_BYTES,
    Fact,
    InvalidEvent,
    draft,
    with_sequence,
)
from shared.events.plausible import check_days
from shared.events.reading import parse
from shared.events.subjects import subject_breach
from shared.events.topics import TOPIC_OF
from shared.ids import new_traceparent, new_uuid7s
from shared.observability.metrics import IDENTITY_SUSPECTED
from shared.security.identity_search import suspects_identity
from shared.wire.conformity import breach_of

log = logging.getLogger("lintas.outbox")
MAX_SUBJECT = 200
"""Most characters of a subject; SQLite would keep more, PostgreSQL would fail late."""

outbox = Table(
    "outbox",
    SHARED_METADATA,
    Column("id", BigId, primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("topic", String(200), nullable=False),
    Column("key", String(MAX_SUBJECT), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("staged_at", UtcDateTime, nullable=False),
)
"""Staged events. The relay takes them out in the transaction that numbers them."""

outbox_batch = Table(
    "outbox_batch",
    SHARED_METADATA,
    Column("last", BigInteger, primary_key=True, autoincrement=False),
    Column("first", BigInteger, nullable=False),
    Column("first_id", LargeBinary(16), nullable=False),
    Column("last_id", LargeBinary(16), nullable=False),
    Column("marks", LargeBinary, nullable=False),
    Column("seal", LargeBinary),
    Column("contents", LargeBinary, nullable=False),
)
"""The archive: a row for each signed batch of consecutive numbers, inserted once and never changed.

`first_id` and `last_id` are the bounds of its events' ids, `marks` those of its keys
(`packing.key_marks`), `seal` its key id and signature; null where the proofs are in the contents.
"""
Index("ix_outbox_batch_ids", outbox_batch.c.last_id, outbox_batch.c.first_id)

outbox_unsent = Table(
    "outbox_unsent",
    SHARED_METADATA,
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
)
"""Ranges of numbers that the broker has not acknowledged; what is in none of them is sent."""

outbox_counter = Table(
    "outbox_counter",
    SHARED_METADATA,
    Column("name", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
"""Two rows: the last sequence given (counted, so that no number is given twice), and how often
events were republished."""
SEQUENCE, REPUBLISHED = "sequence", "republished"


@dataclass(frozen=True)
class Origin:
    """Who speaks, on which topic, under which agreement."""

    source: str
    topic: str
    agreement: str


def stage(
    connection: Connection,
    origin: Origin,
    facts: Iterable[Fact],
    *,
    now: datetime,
    traceparent: str | None = None,
) -> list[UUID]:
    """Write these facts into the outbox, in the caller's transaction; returns their ids in order.

    What is announced beforehand is staged today: no event's `time` lies after today in Jakarta.

    Raises:
        ValueError: an event or its subject is larger than the contract allows, the subject is not
            what its kind of event is about, something may be an identity number, or a reader would
            refuse the event; nothing is staged.
        InvalidEvent: a fact names a day that cannot be (`check_days`); the endpoints refuse it before.
    """
    trace, today = traceparent or new_traceparent(), jakarta_day(now)
    dated = [_dated(fact, today) for fact in facts]
    ids = new_uuid7s(now, len(dated))
    rows = [_row(origin, fact, one, now, trace) for fact, one in zip(dated, ids, strict=True)]
    copy_rows(connection, outbox, rows)
    return ids


def _dated(fact: Fact, today: date) -> Fact:
    fault = check_days(fact.payload, today)
    if fault is not None:
        raise InvalidEvent(fault.code, str(fault))
    return fact if jakarta_day(fact.time) <= today else replace(fact, time=noon(today))


def _row(origin: Origin, fact: Fact, id: UUID, now: datetime, trace: str) -> dict[str, Any]:
    body = draft(
        fact,
        id=id,
        source=origin.source,
        recorded=now,
        agreement=origin.agreement,
        traceparent=trace,
    )
    if len(body) + SEQUENCE_BYTES > MAX_EVENT_BYTES:
        raise ValueError(f"an event of {len(body)} bytes; the contract allows {MAX_EVENT_BYTES}")
    if len(fact.subject) > MAX_SUBJECT:
        raise ValueError(f"a subject of {len(fact.subject)} characters; at most {MAX_SUBJECT}")
    _refuse_identity(origin, fact, body)
    _hold_to_contract(body, origin)
    return {
        "event_id": id,
        "topic": origin.topic,
        "key": fact.subject,
        "body": body,
        "staged_at": now,
    }


def _refuse_identity(origin: Origin, fact: Fact, body: bytes) -> None:
    """Nothing that may be an identity number leaves: neither as subject and key nor inside."""
    breach = subject_breach(fact.subject, fact.payload)
    suspected = suspects_identity([body])
    if suspected:
        IDENTITY_SUSPECTED.labels(origin.source).inc()
        log.error("%s: an event that may hold an identity number was not staged", origin.topic)
    if suspected or breach:
        what = breach or "some field may hold an identity number"
        raise ValueError(f"{type(fact.payload).__name__} cannot be published: {what}")


def _hold_to_contract(body: bytes, origin: Origin) -> None:
    """Read the event as every reader will: what they would quarantine must not be published."""
    topic = TOPIC_OF[origin.topic]
    try:
        event = parse(with_sequence(body, 1))
    except InvalidEvent as error:
        raise ValueError(f"an event that breaks the contract: {error}") from None
    breach = breach_of(event, topic)
    if breach is not None or event.source != topic.owner:
        code, detail = breach or ("NOT_OWNER", f"{topic.name} belongs to {topic.owner}")
        raise ValueError(f"an event that breaks the contract: {code}: {detail}")
