"""How far the outbox has got, and sending the archive again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from shared.database.bulk import upsert
from shared.outbox import archive, unsent
from shared.outbox.table import REPUBLISHED, SEQUENCE, outbox, outbox_counter


@dataclass(frozen=True)
class Waiting:
    """Events that the broker has not acknowledged."""

    depth: int
    oldest: datetime | None


def waiting(connection: Connection) -> Waiting:
    """How many events wait for the broker, and since when."""
    staged = connection.execute(select(func.count()).select_from(outbox)).scalar_one()
    depth = staged + unsent.depth(connection)
    first = select(outbox.c.staged_at).order_by(outbox.c.id).limit(1)
    moments = [_first_numbered(connection), connection.execute(first).scalar()]
    return Waiting(depth, min((one for one in moments if one is not None), default=None))


def acknowledged(connection: Connection) -> int:
    """The sequence up to which the broker has acknowledged everything; 0 before the first."""
    waits = unsent.lowest(connection)
    return last_given(connection) if waits is None else waits - 1


def last_given(connection: Connection) -> int:
    """The last sequence that was given; 0 before the first."""
    last = select(outbox_counter.c.last).where(outbox_counter.c.name == SEQUENCE)
    return connection.execute(last).scalar() or 0


def republish(connection: Connection, from_sequence: int = 1) -> int:
    """Mark everything from this sequence on as not sent; the relay sends the same bytes again."""
    # first the count: answers still under way to the relay no longer mark anything as sent
    begin_counting(connection)
    bump = update(outbox_counter).where(outbox_counter.c.name == REPUBLISHED)
    connection.execute(bump.values(last=outbox_counter.c.last + 1))
    numbered = archive.bounds(connection, from_sequence)
    return unsent.add(connection, [(max(first, from_sequence), last) for first, last in numbered])


def begin_counting(connection: Connection) -> None:
    """Make the two counters where they are missing."""
    fresh = [{"name": name, "last": 0} for name in (SEQUENCE, REPUBLISHED)]
    upsert(connection, outbox_counter, fresh, replace=False)


def _first_numbered(connection: Connection) -> datetime | None:
    """When the first event that is numbered and not sent was staged."""
    first = unsent.lowest(connection)
    if first is None:
        return None
    return archive.staged_at(connection, first)
