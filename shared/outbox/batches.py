"""The relay's view of the outbox: number and prove what is staged, read unsent, mark sent.

Every function runs inside a transaction that has renewed the relay's lease.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from shared.database.bulk import arrays, execute_rows, upsert
from shared.events.envelope import with_sequence
from shared.outbox.table import REPUBLISHED, SEQUENCE, outbox, outbox_counter
from shared.wire.signatures import Signer

_NUMBERED = ("id", "sequence", "proof")
_SET_NUMBER = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"))
    .values(sequence=bindparam("sequence"), proof=bindparam("proof"))
)
_SET_NUMBERS = (
    "UPDATE outbox SET sequence = given.sequence, proof = given.proof "
    "FROM {} AS given (id, sequence, proof) WHERE outbox.id = given.id"
)
_MARK = (
    update(outbox)
    .where(outbox.c.sequence.between(bindparam("first"), bindparam("last")))
    .values(sent_at=bindparam("moment"))
)


@dataclass(frozen=True, slots=True)
class Record:
    """One event as it goes onto the bus: the same sequence always has the same bytes."""

    sequence: int
    topic: str
    key: str
    value: bytes
    proof: bytes


@dataclass(frozen=True)
class Batch:
    """Events to send, and how often events had been republished when they were read."""

    records: list[Record]
    republished: int

    @property
    def last(self) -> int:
        """The highest sequence."""
        return self.records[-1].sequence


def take(connection: Connection, signer: Signer, after: int, limit: int) -> Batch:
    """The next unsent events above a sequence, in order; numbers staged ones when none are left."""
    records = unsent(connection, after, limit) or number(connection, signer, limit)
    return Batch(records, _republished(connection))


def unsent(connection: Connection, after: int, limit: int) -> list[Record]:
    """Numbered events that are not sent, in order of their sequence."""
    columns = (outbox.c.sequence, outbox.c.topic, outbox.c.key, outbox.c.body, outbox.c.proof)
    query = select(*columns).where(outbox.c.sent_at.is_(None), outbox.c.sequence > after)
    rows = connection.execute(query.order_by(outbox.c.sequence).limit(limit))
    return [
        Record(sequence, topic, key, with_sequence(body, sequence), proof)
        for sequence, topic, key, body, proof in rows
    ]


def number(connection: Connection, signer: Signer, limit: int) -> list[Record]:
    """Give staged events the next sequence numbers and prove them together.

    Rows are found by their state, never by an id above the last one: ids commit out of order.
    """
    query = select(outbox.c.id, outbox.c.topic, outbox.c.key, outbox.c.body)
    staged = query.where(outbox.c.sequence.is_(None)).order_by(outbox.c.id).limit(limit)
    rows = connection.execute(staged).all()
    if not rows:
        return []
    first = _next_numbers(connection, len(rows))
    values = [with_sequence(row.body, first + index) for index, row in enumerate(rows)]
    proofs = signer.prove(values)
    records = [
        Record(first + index, row.topic, row.key, value, proof)
        for index, (row, value, proof) in enumerate(zip(rows, values, proofs, strict=True))
    ]
    _set_numbers(connection, [row.id for row in rows], records)
    return records


def _set_numbers(connection: Connection, ids: Sequence[int], records: Sequence[Record]) -> None:
    given = [
        {"id": row, "sequence": record.sequence, "proof": record.proof}
        for row, record in zip(ids, records, strict=True)
    ]
    if connection.dialect.name != "postgresql":
        connection.execute(_SET_NUMBER, [{"row_id": one["id"], **one} for one in given])
        return
    source = arrays(outbox, _NUMBERED, connection.dialect)
    execute_rows(connection, outbox, _SET_NUMBERS.format(source), given)


def mark_sent(
    connection: Connection, sequences: Sequence[int], republished: int, now: datetime
) -> None:
    """Remember what the broker has acknowledged, unless events were republished meanwhile.

    Then the answer may be that of a topic which is gone, and sending again is right.
    """
    rows = [{"first": low, "last": high, "moment": now} for low, high in runs(sequences)]
    if rows and _republished(connection) == republished:
        connection.execute(_MARK, rows)


def something_waits(connection: Connection) -> bool:
    """Whether any event is not sent."""
    query = select(outbox.c.id).where(outbox.c.sent_at.is_(None)).limit(1)
    return connection.execute(query).first() is not None


def runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Runs of following numbers, as first and last."""
    first = last = None
    for number in sorted(numbers):
        if first is None or last is None:
            first = number
        elif number != last + 1:
            yield first, last
            first = number
        last = number
    if first is not None and last is not None:
        yield first, last


def begin_counting(connection: Connection) -> None:
    """Make the two counters where they are missing."""
    fresh = [{"name": name, "last": 0} for name in (SEQUENCE, REPUBLISHED)]
    upsert(connection, outbox_counter, fresh, replace=False)


def _next_numbers(connection: Connection, count: int) -> int:
    """Reserve numbers; returns the first."""
    begin_counting(connection)
    statement = (
        update(outbox_counter)
        .where(outbox_counter.c.name == SEQUENCE)
        .values(last=outbox_counter.c.last + count)
        .returning(outbox_counter.c.last)
    )
    return int(connection.execute(statement).scalar_one()) - count + 1


def _republished(connection: Connection) -> int:
    """How often; locked, so that a republishing under way is waited for."""
    query = select(outbox_counter.c.last).where(outbox_counter.c.name == REPUBLISHED)
    return connection.execute(query.with_for_update()).scalar() or 0
