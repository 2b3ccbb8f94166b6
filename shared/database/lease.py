"""A lease with a fencing token: the database lets one worker work at a time.

A worker that writes under a lease first renews it in the same transaction. The row stays locked until the
commit, so nobody can take the lease over in between; a worker that lost its lease gets `LeaseLost`.

`now` is the database's clock (`shared.database.engine.database_now`), one for all workers. A lease that
expires too far in the future was written by a clock that ran ahead: it is free. Time only decides who
may try; the fence decides who commits, whatever a clock says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    and_,
    not_,
    or_,
    select,
    update,
)

from shared.database.bulk import upsert
from shared.database.engine import SHARED_METADATA, UtcDateTime

relay_lease = Table(
    "relay_lease",
    SHARED_METADATA,
    Column("name", String(80), primary_key=True),
    Column("owner", String(120), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
"""The holders of exclusive tasks. `fence` grows with every take-over."""

_NOBODY = ""
_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class LeaseLost(Exception):
    """Another worker has taken over; this transaction must roll back."""


@dataclass(frozen=True)
class Lease:
    """The right to do an exclusive task until another worker takes over."""

    name: str
    owner: str
    fence: int


def acquire(
    connection: Connection,
    name: str,
    owner: str,
    now: datetime,
    time_to_live: timedelta,
    *,
    longest: timedelta | None = None,
) -> Lease | None:
    """Take a lease that is free, expired or our own; None while another worker holds it.

    `longest` is the other workers' time to live, if it differs from ours.
    """
    row = {"name": name, "owner": _NOBODY, "fence": 0, "expires_at": _LONG_AGO}
    upsert(connection, relay_lease, [row], replace=False)
    held = _held(now, longest or time_to_live)
    free = or_(not_(held), relay_lease.c.owner == owner)
    taken = (
        update(relay_lease)
        .where(relay_lease.c.name == name, free)
        .values(owner=owner, fence=relay_lease.c.fence + 1, expires_at=now + time_to_live)
        .returning(relay_lease.c.fence)
    )
    fence = connection.execute(taken).scalar()
    return None if fence is None else Lease(name, owner, fence)


def renew(connection: Connection, lease: Lease, now: datetime, time_to_live: timedelta) -> None:
    """Extend the lease and lock its row until this transaction ends.

    An expired lease that nobody took over is still ours.

    Raises:
        LeaseLost: somebody took over.
    """
    statement = update(relay_lease).where(*_is(lease)).values(expires_at=now + time_to_live)
    if connection.execute(statement).rowcount != 1:
        raise LeaseLost(f"{lease.name}: another worker has taken over from fence {lease.fence}")


def release(connection: Connection, lease: Lease, now: datetime) -> None:
    """Release the lease so that the next worker need not wait; does nothing if it is lost."""
    connection.execute(update(relay_lease).where(*_is(lease)).values(expires_at=now))


def holder(connection: Connection, name: str, now: datetime, time_to_live: timedelta) -> str | None:
    """The owner of a valid lease, else None."""
    held = _held(now, time_to_live)
    query = select(relay_lease.c.owner).where(relay_lease.c.name == name, held)
    return connection.execute(query).scalar()


def _held(now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """The condition that a lease has not expired and no wrong clock wrote it."""
    return and_(relay_lease.c.expires_at > now, relay_lease.c.expires_at <= now + longest)


def _is(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    table = relay_lease.c
    return table.name == lease.name, table.owner == lease.owner, table.fence == lease.fence
