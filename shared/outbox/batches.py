"""The relay's view of the outbox: number and prove what is staged, read unsent, mark sent.

Every function runs inside a transaction that has renewed the relay's lease.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select, update

from shared.events.envelope import with_sequence
from shared.outbox import archive, unsent
from shared.outbox.archive import Record
from shared.outbox.progress import begin_counting, last_given
from shared.outbox.table import REPUBLISHED, SEQUENCE, outbox, outbox_counter
from shared.wire.signatures import Signer, seal_of

SIGNED_TOGETHER = 512
"""Events under one signature; a proof grows by 32 bytes with each doubling."""
_PICK = {
    # by place, so that nothing is joined
    "postgresql": "ctid = ANY(ARRAY(SELECT ctid FROM outbox ORDER BY id LIMIT {}))",
    "sqlite": "id IN (SELECT id FROM outbox ORDER BY id LIMIT {})",
}


@dataclass(frozen=True)
class Batch:
    """Events to send, and how often events had been republished when they were read."""

    records: list[Record]
    republished: int

    @property
    def last(self) -> int:
        """The highest sequence."""
        return self.records[-1].sequence


def take(
    connection: Connection, signer: Signer, after: int, limit: int, together: int = SIGNED_TOGETHER
) -> Batch:
    """The next unsent events above a sequence, in order; numbers staged ones when none are left."""
    republished = _republished(connection)  # first, so that a republishing is waited for
    records = read(connection, after, limit) or number(connection, signer, limit, together)
    return Batch(records, republished)


def read(connection: Connection, after: int, limit: int) -> list[Record]:
    """Numbered events that are not sent, in order of their sequence."""
    left = [(max(first, after + 1), last) for first, last in unsent.ranges(connection, after + 1)]
    return list(islice(archive.records(connection, left), limit))


def number(
    connection: Connection, signer: Signer, limit: int, together: int = SIGNED_TOGETHER
) -> list[Record]:
    """Move staged events into the archive under the next numbers, proven `together` at a time.

    Rows are found by their state, never by an id above the last one: ids commit out of order.
    """
    entries = _picked(connection, limit)
    if not entries:
        return []
    first = _next_numbers(connection, len(entries))
    records: list[Record] = []
    rows = []
    for start in range(0, len(entries), together):
        some = entries[start : start + together]
        proven = list(_proven(signer, first + start, some))
        rows.append(archive.batch_row(first + start, some, seal_of(proven[0].proof)))
        records += proven
    archive.insert_batches(connection, rows)
    unsent.add_new(connection, first, first + len(entries) - 1)
    return records


def _picked(connection: Connection, limit: int) -> list[Sequence[Any]]:
    """Take the first staged events out; topic, key, moment and body of each."""
    _by_index(connection)
    which = _PICK[connection.dialect.name].format(limit)
    text = f"DELETE FROM outbox WHERE {which} RETURNING id, topic, key, staged_at, body"  # noqa: S608 - a number
    rows = sorted(connection.exec_driver_sql(text).all(), key=lambda row: int(row[0]))
    return [row[1:] for row in rows]


def _proven(signer: Signer, first: int, entries: Sequence[Sequence[Any]]) -> Iterator[Record]:
    values = [with_sequence(entry[3], number) for number, entry in enumerate(entries, first)]
    proofs = signer.prove(values)
    for place, (topic, key, _, _) in enumerate(entries):
        yield Record(first + place, topic, key, values[place], proofs[place])


def mark_sent(connection: Connection, sequences: Sequence[int], republished: int) -> None:
    """Remember what the broker has acknowledged, unless events were republished meanwhile.

    Then the answer may be that of a topic which is gone, and sending again is right.
    """
    if sequences and _republished(connection) == republished:
        unsent.remove(connection, sequences)


def something_waits(connection: Connection) -> bool:
    """Whether any event is not sent."""
    _by_index(connection)
    staged = select(outbox.c.id).order_by(outbox.c.id).limit(1)
    return bool(connection.execute(staged).first()) or unsent.lowest(connection) is not None


def _by_index(connection: Connection) -> None:
    """Read the outbox in the order of its key, whatever PostgreSQL thinks of its size.

    A plan that was made while the table was empty stays, and would read and sort a whole backlog.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")


def _next_numbers(connection: Connection, count: int) -> int:
    """Reserve numbers; returns the first. A counter that is behind the archive gives none twice."""
    last = max(last_given(connection), archive.last_archived(connection))
    counter = update(outbox_counter).where(outbox_counter.c.name == SEQUENCE)
    connection.execute(counter.values(last=last + count))
    return last + 1


def _republished(connection: Connection) -> int:
    """How often; locked until the transaction ends, so that a republishing comes before or after."""
    query = select(outbox_counter.c.last).where(outbox_counter.c.name == REPUBLISHED)
    found = connection.execute(query.with_for_update()).scalar()
    if found is None:
        begin_counting(connection)
    return found or 0
