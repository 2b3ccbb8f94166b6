"""A consumer's position in each partition, stored in its database and moved in the transaction that applies.

A position belongs to a topic's identity, not to its name: a recreated topic starts at its beginning.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, select, tuple_

from shared.database.bulk import upsert
from shared.database.engine import SHARED_METADATA

inbox_position = Table(
    "inbox_position",
    SHARED_METADATA,
    Column("topic", String(200), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("topic_id", String(40), nullable=False),
    Column("next_offset", BigInteger, nullable=False),
)

Partition = tuple[str, int]
"""Topic and partition number."""


class Placed(Protocol):
    """Anything with a topic, partition and offset."""

    @property
    def topic(self) -> str:
        """Name of the topic."""

    @property
    def partition(self) -> int:
        """Number of the partition."""

    @property
    def offset(self) -> int:
        """Place in the partition."""


@dataclass(frozen=True)
class Position:
    """The next offset to apply, in the topic with this identity."""

    topic_id: str
    next_offset: int


class PositionGap(Exception):
    """Records before these are missing; apply nothing until the reason is known."""

    def __init__(self, partition: Partition, expected: int, found: int) -> None:
        super().__init__(f"{partition[0]}[{partition[1]}]: expected offset {expected}, got {found}")
        self.partition = partition
        self.expected = expected


class PositionStatus(StrEnum):
    """How a stored position compares with the log."""

    FITS = "fits"
    NEW = "new"
    """No position yet, or the topic was recreated: start at the log's first offset."""
    LOST = "lost"
    """The log begins after the position: the broker has deleted events."""
    BEYOND = "beyond"
    """The log ends before the position: it lost its tail. Read all of it again."""


def position_status(
    stored: Position | None, topic_id: str, first: int, end: int | None
) -> PositionStatus:
    """Compare a position with the log; `end` is None if the broker cannot report it exactly."""
    if stored is None or stored.topic_id != topic_id:
        return PositionStatus.NEW
    if stored.next_offset < first:
        return PositionStatus.LOST
    if end is not None and stored.next_offset > end:
        return PositionStatus.BEYOND
    return PositionStatus.FITS


def load(
    connection: Connection, partitions: Collection[Partition], *, lock: bool = False
) -> dict[Partition, Position]:
    """Load the positions of these partitions; with `lock`, no other transaction can move them."""
    table = inbox_position
    query = (
        select(table)
        .where(tuple_(table.c.topic, table.c.partition).in_(sorted(partitions)))
        .order_by(table.c.topic, table.c.partition)
    )
    rows = connection.execute(query.with_for_update() if lock else query)
    return {(row.topic, row.partition): Position(row.topic_id, row.next_offset) for row in rows}


def claim(
    connection: Connection,
    offsets: Mapping[Partition, Sequence[int]],
    topic_ids: Mapping[str, str],
    starts: Mapping[Partition, Collection[int]],
) -> dict[Partition, int]:
    """Lock the positions and move each past its offsets, which ascend.

    `starts` holds the offsets to which the reader was moved on purpose: a jump there is no gap.
    Returns how many of each partition's offsets lie behind its position.

    Raises:
        PositionGap: a partition's offsets do not follow on its position.
    """
    stored = _locked(connection, offsets.keys(), topic_ids)
    behind: dict[Partition, int] = {}
    moved = []
    for partition, numbers in offsets.items():
        expected = stored[partition].next_offset
        behind[partition] = bisect_left(numbers, expected)
        new = numbers[behind[partition] :]
        if new:
            _refuse_gaps(partition, expected, new, starts.get(partition, ()))
            moved.append((partition, Position(topic_ids[partition[0]], new[-1] + 1)))
    put(connection, moved)
    return behind


def _refuse_gaps(
    partition: Partition, expected: int, offsets: Sequence[int], allowed: Collection[int]
) -> None:
    if offsets == list(range(expected, expected + len(offsets))):
        return
    for offset in offsets:
        if offset != expected and offset not in allowed:
            raise PositionGap(partition, expected, offset)
        expected = offset + 1


def put(connection: Connection, positions: Iterable[tuple[Partition, Position]]) -> None:
    """Store these positions."""
    rows = [
        {
            "topic": topic,
            "partition": number,
            "topic_id": at.topic_id,
            "next_offset": at.next_offset,
        }
        for (topic, number), at in sorted(positions, key=lambda item: item[0])
    ]
    upsert(connection, inbox_position, rows)


def _locked(
    connection: Connection, partitions: Collection[Partition], topic_ids: Mapping[str, str]
) -> dict[Partition, Position]:
    """Lock the current positions. A new partition, or one of a recreated topic, has position 0."""
    stored = load(connection, partitions, lock=True)
    missing = sorted(set(partitions) - stored.keys())
    if missing:
        _open(connection, missing, topic_ids)
        stored = load(connection, partitions, lock=True)
    return {
        key: at if at.topic_id == topic_ids[key[0]] else Position(topic_ids[key[0]], 0)
        for key, at in stored.items()
    }


def _open(
    connection: Connection, partitions: Sequence[Partition], topic_ids: Mapping[str, str]
) -> None:
    rows = [
        {"topic": topic, "partition": number, "topic_id": topic_ids[topic], "next_offset": 0}
        for topic, number in partitions
    ]
    upsert(connection, inbox_position, rows, replace=False)
