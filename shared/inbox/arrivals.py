"""What each partition brought of a source: sequences, contents and ids, some hundred events a row.

Only the transaction that has locked a partition (`partitions.lock`) writes its rows; the others read
them. So workers with different partitions of one source never wait for each other.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from pyroaring import BitMap
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    and_,
    delete,
    or_,
    select,
    tuple_,
)

from shared.database.bulk import upsert
from shared.database.engine import SHARED_METADATA
from shared.inbox.blocks import BLOCK_BITS
from shared.inbox.fingerprints import Arrival
from shared.inbox.partitions import SourcePartition

OPEN = 128
"""A row with fewer events is written again with the next ones: small batches leave no small rows."""
LONGEST = 4_096
"""Most events of a row."""
_NO_ID = (1 << 48, -1)
"""First and last moment of a row without ids: no range meets it."""

inbox_arrival = Table(
    "inbox_arrival",
    SHARED_METADATA,
    Column("source", String(200), primary_key=True),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("events", Integer, nullable=False),
    Column("first_id_ms", BigInteger, nullable=False),
    Column("last_id_ms", BigInteger, nullable=False),
    Column("slots", LargeBinary, nullable=False),
    Column("contents", LargeBinary, nullable=False),
    Column("ids", LargeBinary, nullable=False),
)
"""Events of one block, in the order of their sequences: their places in the block (a bitmap), and
eight bytes each of content and id. The two moments are those of the oldest and the youngest id
(UUIDv7): we look for an id only in rows whose span contains its moment."""
Index(
    "ix_inbox_arrival_ids",
    inbox_arrival.c.source,
    inbox_arrival.c.last_id_ms,
    inbox_arrival.c.first_id_ms,
)


@dataclass
class Unfinished:
    """What rows held that are written again, and the span in which their ids were made."""

    arrivals: list[Arrival] = field(default_factory=list)
    first_id_ms: int = _NO_ID[0]
    last_id_ms: int = _NO_ID[1]


def between(source: str, bounds: Iterable[tuple[int, int, int]]) -> ColumnElement[bool]:
    """The rows of a source that may hold a sequence within one of these bounds of a block."""
    table = inbox_arrival.c
    parts = [
        and_(table.block == block, table.last >= low, table.first <= high)
        for block, low, high in bounds
    ]
    return and_(table.source == source, or_(*parts))


def numbers(packed: bytes) -> "array[int]":
    """The eight-byte numbers of a row."""
    found = array("Q", packed)
    if sys.byteorder == "big":
        found.byteswap()
    return found


def sequences(row: Any) -> list[int]:
    """The sequences of a row, ascending."""
    base = row.block << BLOCK_BITS
    return [base + slot for slot in BitMap.deserialize(row.slots)]


def write(
    connection: Connection,
    arrived: Mapping[SourcePartition, Sequence[Arrival]],
    counted: Iterable[tuple[SourcePartition, int]] = (),
) -> None:
    """Add what arrived, in rows of the partition; the caller has locked it.

    `counted` are sequences among them that a row may hold already: their new entry replaces it.
    """
    unfinished = _take_out(connection, arrived, counted)
    rows = [
        _row(at, unfinished.get(at, Unfinished()), piece)
        for at, arrivals in sorted(arrived.items())
        for piece in _pieces(_merged(unfinished.get(at), arrivals))
    ]
    upsert(connection, inbox_arrival, rows)


def _take_out(
    connection: Connection,
    arrived: Mapping[SourcePartition, Sequence[Arrival]],
    counted: Iterable[tuple[SourcePartition, int]],
) -> dict[SourcePartition, Unfinished]:
    """Delete and return the rows to be written again with what arrived."""
    table = inbox_arrival.c
    wanted = [_open(source, arrived) for source in {source for source, _ in arrived}]
    wanted += [
        and_(table.source == source, table.partition == part, table.first <= n, table.last >= n)
        for (source, part), n in counted
    ]
    rows = connection.execute(select(inbox_arrival).where(or_(*wanted))).all()
    if rows:
        key = tuple_(table.source, table.block, table.partition, table.first)
        connection.execute(delete(inbox_arrival).where(key.in_([tuple(row[:4]) for row in rows])))
    found: dict[SourcePartition, Unfinished] = {}
    for row in rows:
        one = found.setdefault((row.source, row.partition), Unfinished())
        one.first_id_ms = min(one.first_id_ms, row.first_id_ms)
        one.last_id_ms = max(one.last_id_ms, row.last_id_ms)
        one.arrivals += _arrivals(row)
    return found


def _open(source: str, arrived: Mapping[SourcePartition, Sequence[Arrival]]) -> ColumnElement[bool]:
    """The short rows of a source's partitions in the blocks of what arrived."""
    table = inbox_arrival.c
    mine = {part: arrivals for (owner, part), arrivals in arrived.items() if owner == source}
    blocks = {n >> BLOCK_BITS for arrivals in mine.values() for n, _ in arrivals}
    return and_(
        table.source == source,
        table.block.in_(blocks),
        table.partition.in_(mine),
        table.events < OPEN,
    )


def _arrivals(row: Any) -> Iterator[Arrival]:
    columns = sequences(row), numbers(row.contents), numbers(row.ids)
    for sequence, content, short_id in zip(*columns, strict=True):
        yield sequence, (content, short_id, row.first_id_ms)


def _merged(unfinished: Unfinished | None, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """All of them in the order of their sequences; the later of two counts."""
    if unfinished is None:
        return sorted(arrivals)
    return sorted({**dict(unfinished.arrivals), **dict(arrivals)}.items())


def _pieces(ordered: Sequence[Arrival]) -> Iterator[Sequence[Arrival]]:
    """Cut at the edges of blocks, and where a row would be too long."""
    start = 0
    while start < len(ordered):
        edge = ((ordered[start][0] >> BLOCK_BITS) + 1) << BLOCK_BITS
        longest = min(start + LONGEST, len(ordered))
        end = bisect_left(ordered, edge, start, longest, key=itemgetter(0))
        yield ordered[start:end]
        start = end


def _row(at: SourcePartition, before: Unfinished, arrivals: Sequence[Arrival]) -> dict[str, Any]:
    block = arrivals[0][0] >> BLOCK_BITS
    base = block << BLOCK_BITS
    slots = BitMap([sequence - base for sequence, _ in arrivals])
    slots.run_optimize()
    moments = [moment for _, (_, short_id, moment) in arrivals if short_id]
    return {
        "source": at[0],
        "block": block,
        "partition": at[1],
        "first": arrivals[0][0],
        "last": arrivals[-1][0],
        "events": len(arrivals),
        "first_id_ms": min([before.first_id_ms, *moments]),
        "last_id_ms": max([before.last_id_ms, *moments]),
        "slots": slots.serialize(),
        "contents": _packed([print_[0] for _, print_ in arrivals]),
        "ids": _packed([print_[1] for _, print_ in arrivals]),
    }


def _packed(found: Iterable[int]) -> bytes:
    packed = array("Q", found)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()
