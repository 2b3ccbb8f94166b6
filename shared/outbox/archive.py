"""The archive of numbered events: written a signed batch at a time, read by number, id or key.

What is still staged is looked up here too, so that a caller need not know how far the relay is. The
relay only moves events from `outbox` into the archive: whoever reads them in this order misses none.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, select

from shared.database.bulk import among, copy_rows
from shared.database.engine import micros_of, moment_of
from shared.events.envelope import with_sequence
from shared.outbox.packing import (
    Entry,
    bounds_of_ids,
    id_of,
    key_marks,
    mark_of,
    marks_in,
    pack,
    unpack,
)
from shared.outbox.table import outbox, outbox_batch
from shared.outbox.unsent import Range
from shared.wire.signatures import prove_again

_ROW = (outbox_batch.c.first, outbox_batch.c.last, outbox_batch.c.seal, outbox_batch.c.contents)
_BatchRow = Row[Any, Any, Any, Any]
_FEW = 8
"""Batches read at once."""


class Record(NamedTuple):
    """One event as it goes onto the bus: the same sequence always has the same bytes."""

    sequence: int
    topic: str
    key: str
    value: bytes
    proof: bytes


class Stored(NamedTuple):
    """One event of this service, numbered or not."""

    sequence: int | None
    event_id: UUID
    topic: str
    key: str
    body: bytes
    staged_at: datetime


def entry(topic: str, key: str, staged: datetime, body: bytes) -> Entry:
    """What `batch_row` keeps of an event."""
    return Entry(topic, key, micros_of(staged), body)


def batch_row(
    first: int,
    entries: Sequence[Sequence[Any]],
    seal: bytes | None,
    proofs: Sequence[bytes] | None = None,
) -> dict[str, Any]:
    """The row of a batch: topic, key, moment of staging and body of consecutive numbers.

    With a `seal` the proofs are made from it whenever they are needed; otherwise they are kept.
    """
    first_id, last_id = bounds_of_ids([body for _, _, _, body in entries])
    return {
        "last": first + len(entries) - 1,
        "first": first,
        "first_id": first_id,
        "last_id": last_id,
        "marks": key_marks([key for _, key, _, _ in entries]),
        "seal": seal,
        "contents": pack(entries, proofs),
    }


def insert_batches(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Archive batches; their numbers are free."""
    copy_rows(connection, outbox_batch, rows)


def last_archived(connection: Connection) -> int:
    """The highest number in the archive; 0 before the first."""
    last = connection.execute(select(func.max(outbox_batch.c.last))).scalar()
    return int(last or 0)


def bounds(connection: Connection, low: int = 1) -> list[Range]:
    """First and last number of each batch that reaches `low`, in order."""
    last = outbox_batch.c.last
    query = select(outbox_batch.c.first, last).where(last >= low).order_by(last)
    return [(first, last) for first, last in connection.execute(query)]


def staged_at(connection: Connection, number: int) -> datetime | None:
    """When the event with this number was staged."""
    for row in _overlapping(connection, number, number):
        return next((one.staged_at for one in _stored(row) if one.sequence == number), None)
    return None


def records(connection: Connection, wanted: Sequence[Range]) -> Iterator[Record]:
    """The archived events with these numbers, in order, with the proofs that they were sent with."""
    held: list[Record] = []
    for first, high in wanted:
        low = first
        yield from (one for one in held if low <= one.sequence <= high)
        if held:
            low = max(low, held[-1].sequence + 1)
        for row in _overlapping(connection, low, high):
            held = list(_records(row))
            yield from (one for one in held if low <= one.sequence <= high)


def ids_of(connection: Connection, numbers: Collection[int]) -> dict[int, UUID]:
    """Which events have these numbers, as far as they are archived."""
    found: dict[int, UUID] = {}
    for number in sorted(numbers):
        if number not in found:
            for row in _overlapping(connection, number, number):
                found |= {one.sequence: one.event_id for one in _stored(row) if one.sequence}
    return {number: found[number] for number in numbers if number in found}


def find(connection: Connection, event_id: UUID) -> Stored | None:
    """An event of this service by its id."""
    for one in connection.execute(_staged().where(outbox.c.event_id == event_id)):
        return Stored(None, *one)
    wanted = event_id.bytes
    spans = outbox_batch.c.last_id >= wanted, outbox_batch.c.first_id <= wanted
    for row in connection.execute(select(*_ROW).where(*spans)):
        for stored in _stored(row):
            if stored.event_id == event_id:
                return stored
    return None


def about(connection: Connection, keys: Collection[str]) -> list[Stored]:
    """All events of this service about these subjects, in order."""
    query = _staged().where(among(connection, outbox.c.key, keys)).order_by(outbox.c.id)
    staged = [Stored(None, *one) for one in connection.execute(query)]
    wanted = set(keys)
    numbered = [one for one in _likely(connection, wanted) if one.key in wanted]
    known = {one.event_id for one in numbered}
    return [*numbered, *(one for one in staged if one.event_id not in known)]


def everything(connection: Connection) -> Iterator[Stored]:
    """All events of this service: the archive by number, then what is staged."""
    staged = [Stored(None, *one) for one in connection.execute(_staged().order_by(outbox.c.id))]
    for _, last in bounds(connection):
        for row in _overlapping(connection, last, last):
            yield from _stored(row)
    yield from staged


def _likely(connection: Connection, keys: Collection[str]) -> Iterator[Stored]:
    """The events of batches that may have one of these keys."""
    marks = {mark_of(key) for key in keys}
    query = select(outbox_batch.c.last, outbox_batch.c.marks).order_by(outbox_batch.c.last)
    lasts = [
        last for last, have in connection.execute(query) if not marks.isdisjoint(marks_in(have))
    ]
    for start in range(0, len(lasts), _FEW):
        some = among(connection, outbox_batch.c.last, lasts[start : start + _FEW])
        for row in connection.execute(select(*_ROW).where(some).order_by(outbox_batch.c.last)):
            yield from _stored(row)


def _overlapping(connection: Connection, low: int, high: int) -> Iterator[_BatchRow]:
    """The batches with numbers from `low` to `high`: batches never overlap, so `last` orders them."""
    last = outbox_batch.c.last
    end = select(func.coalesce(func.min(last), high)).where(last >= high).scalar_subquery()
    while low <= high:
        query = select(*_ROW).where(last >= low, last <= end).order_by(last).limit(_FEW)
        rows = connection.execute(query).all()
        yield from (row for row in rows if row.first <= high)
        low = rows[-1].last + 1 if rows else high + 1


def _staged() -> Select[Any]:
    columns = outbox.c
    return select(columns.event_id, columns.topic, columns.key, columns.body, columns.staged_at)


def _stored(row: _BatchRow) -> Iterator[Stored]:
    for sequence, entry in enumerate(unpack(row.contents).entries, row.first):
        event_id = id_of(entry.body)
        moment = moment_of(entry.staged_at)
        yield Stored(sequence, event_id, entry.topic, entry.key, entry.body, moment)


def _records(row: _BatchRow) -> Iterator[Record]:
    packed = unpack(row.contents)
    values = [
        with_sequence(one.body, number) for number, one in enumerate(packed.entries, row.first)
    ]
    proofs = packed.proofs or prove_again(values, row.seal)
    for number, (entry, value, proof) in enumerate(
        zip(packed.entries, values, proofs, strict=True), row.first
    ):
        yield Record(number, entry.topic, entry.key, value, proof)
