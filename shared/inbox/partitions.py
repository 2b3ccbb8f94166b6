"""Lock partitions of sources, and see what others are about to add at the same moment.

A sequence comes in one partition, unless its topic was made again with another number of them or
two publishers use one source. Nobody waits for that: each transaction announces its sequences, and
waits only for a partition that has announced one of them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pyroaring import BitMap64
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    select,
    tuple_,
)

from shared.database.bulk import upsert
from shared.database.engine import SHARED_METADATA, UtcDateTime, transaction

SourcePartition = tuple[str, int]
"""A source, and the number of a partition of its topic; each topic has an owner of its own."""
UNKNOWN = -1
"""Partition of events that were received before partitions were noted."""

inbox_partition = Table(
    "inbox_partition",
    SHARED_METADATA,
    Column("source", String(200), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("highest", BigInteger, nullable=False),
    Column("moved_at", UtcDateTime, nullable=True),
    Column("latest_recorded", UtcDateTime, nullable=True),
)
"""How far each partition of a source is; who has locked a row may write the partition's arrivals."""

inbox_announcement = Table(
    "inbox_announcement",
    SHARED_METADATA,
    Column("source", String(200), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("sequences", LargeBinary, nullable=False),
)
"""The sequences that the last transaction of a partition was about to add."""


def lock(connection: Connection, wanted: Iterable[SourcePartition]) -> dict[SourcePartition, Any]:
    """Lock these partitions in one order, so that two transactions cannot wait for each other."""
    ordered = sorted(set(wanted))
    if not ordered:
        return {}
    found = _locked(connection, ordered)
    missing = [at for at in ordered if at not in found]
    if missing:
        fresh = [_row(at, 0, None, None) for at in missing]
        upsert(connection, inbox_partition, fresh, replace=False)  # waits for one not yet committed
        found = _locked(connection, ordered)
    return found


def _locked(
    connection: Connection, wanted: Iterable[SourcePartition]
) -> dict[SourcePartition, Any]:
    table = inbox_partition.c
    query = select(inbox_partition).where(tuple_(table.source, table.partition).in_(wanted))
    rows = connection.execute(query.order_by(table.source, table.partition).with_for_update())
    return {(row.source, row.partition): row for row in rows}


def moved(before: Any, highest: int, now: datetime, recorded: datetime | None) -> dict[str, Any]:
    """The row of a partition that has brought something new."""
    moments = [min(moment, now) for moment in (before.latest_recorded, recorded) if moment]
    # a mark in the future is dropped: a clock ahead of ours has written it
    at = (before.source, before.partition)
    return _row(at, max(before.highest, highest), now, max(moments, default=None))


def _row(
    at: SourcePartition, highest: int, moved_at: datetime | None, recorded: datetime | None
) -> dict[str, Any]:
    return {
        "source": at[0],
        "partition": at[1],
        "highest": highest,
        "moved_at": moved_at,
        "latest_recorded": recorded,
    }


def announce(connection: Connection, arriving: Mapping[SourcePartition, Iterable[int]]) -> None:
    """Wait for every transaction that is adding one of these sequences in another partition.

    The caller has locked its own partitions. The announcement is committed at once, on a connection
    of its own, before those of others are read: of two transactions with one sequence, one at least
    sees the other. The table is not logged, so this waits for no disk. What an ended transaction
    leaves behind only costs a lock that nobody holds.
    """
    if connection.dialect.name != "postgresql" or not arriving:
        return  # SQLite has one writer at a time
    mine = {at: BitMap64(sequences) for at, sequences in arriving.items()}
    rows = [
        {"source": source, "partition": partition, "sequences": bits.serialize()}
        for (source, partition), bits in sorted(mine.items())
    ]
    with transaction(connection.engine) as other:
        upsert(other, inbox_announcement, rows)
    lock(connection, _meeting(connection, mine))


def _meeting(
    connection: Connection, mine: Mapping[SourcePartition, BitMap64]
) -> Iterable[SourcePartition]:
    """The partitions of others that have announced one of our sequences."""
    table = inbox_announcement.c
    rows = connection.execute(
        select(inbox_announcement).where(table.source.in_({source for source, _ in mine}))
    )
    for row in rows:
        if (row.source, row.partition) not in mine:
            theirs = BitMap64.deserialize(row.sequences)
            ours = (bits for (source, _), bits in mine.items() if source == row.source)
            if not all(theirs.isdisjoint(bits) for bits in ours):
                yield row.source, row.partition
