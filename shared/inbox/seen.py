"""The seen-set: one bit for each received event of a source, and from it the watermark.

A source numbers its events 1, 2, 3 ... without gaps, so a missing bit is a missing event. An event with
a received number is either a repetition or a different event: `fingerprints` distinguishes them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from pyroaring import BitMap
from sqlalchemy import BigInteger, Column, Connection, LargeBinary, String, Table, select, tuple_

from shared.database.bulk import upsert
from shared.database.engine import SHARED_METADATA, UtcDateTime
from shared.inbox.fingerprints import Fingerprint, Fingerprints
from shared.wire.place import Place

BLOCK_BITS = 16
BLOCK = 1 << BLOCK_BITS

inbox_seen = Table(
    "inbox_seen",
    SHARED_METADATA,
    Column("source", String(200), primary_key=True),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("bitmap", LargeBinary, nullable=False),
)
"""One row for 65,536 sequence numbers: a compressed bitmap of those received."""

inbox_source = Table(
    "inbox_source",
    SHARED_METADATA,
    Column("source", String(200), primary_key=True),
    Column("complete_up_to", BigInteger, nullable=False),
    Column("highest", BigInteger, nullable=False),
    Column("moved_at", UtcDateTime, nullable=True),
    Column("latest_recorded", UtcDateTime, nullable=True),
)
"""The progress of each source. The two moments serve operators; no indicator may use them."""


class Verdict(StrEnum):
    """How an event compares with earlier ones. The first event to arrive with a number keeps it."""

    NEW = "new"
    AGAIN = "again"
    """The same bytes, or a number received before fingerprints existed."""
    SEQUENCE_REUSED = "SEQUENCE_REUSED"
    """The source had given this number to another event."""
    ID_REUSED = "ID_REUSED"
    """The number is new, but the source had given the id to another event."""


class Reached(NamedTuple):
    """How far a source is."""

    complete_up_to: int = 0
    """Nothing is missing up to this sequence: the watermark."""
    highest: int = 0
    moved_at: datetime | None = None
    """When the watermark last moved, by the mover's clock; None: never."""
    latest_recorded: datetime | None = None
    """When the source recorded the youngest event received from it, at the latest when it was
    received; None: nothing received."""


class Seen:
    """The seen-set during one transaction: reads and writes once what a batch needs."""

    def __init__(self, connection: Connection, sources: Iterable[str]) -> None:
        """Lock these sources: two replicas never change one bitmap at the same time."""
        self._connection = connection
        self._sources = _lock_sources(connection, sorted(set(sources)))
        self._blocks: dict[tuple[str, int], BitMap] = {}
        self._changed: set[tuple[str, int]] = set()
        self._prints = Fingerprints(connection)

    def load(self, items: Collection[tuple[Place, Fingerprint]]) -> None:
        """Load what `judge` needs for these events: one query for bitmaps, one for fingerprints."""
        keys = {(source, sequence >> BLOCK_BITS) for (source, sequence), _ in items}
        self._load(keys - self._blocks.keys())
        self._prints.load(items)

    def judge(self, items: Iterable[tuple[Place, Fingerprint]]) -> list[Verdict]:
        """Compare loaded events, in order, with all earlier ones, and remember them.

        An event that reuses an id uses up its number; the id stays with the first event.
        """
        return [self._judge(place, print_) for place, print_ in items]

    def judge_counted(self, place: Place, print_: Fingerprint) -> Verdict:
        """Judge an event whose number was counted before its id could be read."""
        return Verdict.NEW if self._prints.put(place, print_) else Verdict.ID_REUSED

    def _judge(self, place: Place, print_: Fingerprint) -> Verdict:
        if self._add(place):
            return self.judge_counted(place, print_)
        known = self._prints.content(place)
        return Verdict.AGAIN if known in (0, print_[0]) else Verdict.SEQUENCE_REUSED

    def _add(self, place: Place) -> bool:
        """Set the bit; False when it was set."""
        source, sequence = place
        block = self._block(source, sequence >> BLOCK_BITS)
        bit = sequence & (BLOCK - 1)
        if bit in block:
            return False
        block.add(bit)
        self._changed.add((source, sequence >> BLOCK_BITS))
        return True

    def save(self, now: datetime, recorded: Mapping[str, datetime]) -> None:
        """Write the changes and move the watermarks; `recorded`: the youngest event by source."""
        self._prints.save()
        upsert(
            self._connection,
            inbox_seen,
            [_row(key, self._blocks[key]) for key in sorted(self._changed)],
        )
        for source in {source for source, _ in self._changed}:
            self._sources[source] = self._reached(source, now, recorded.get(source))
        changed = sorted({source for source, _ in self._changed})
        rows = [{"source": source, **self._sources[source]._asdict()} for source in changed]
        upsert(self._connection, inbox_source, rows)
        self._changed.clear()

    def _reached(self, source: str, now: datetime, recorded: datetime | None) -> Reached:
        before = self._sources[source]
        highest = before.highest
        for key in sorted(key for key in self._changed if key[0] == source):
            highest = max(highest, (key[1] << BLOCK_BITS) + self._blocks[key].max())
        complete = self._run_from(source, before.complete_up_to + 1, highest) - 1
        # drop a mark in the future: a clock ahead of ours has written it
        moments = [min(moment, now) for moment in (before.latest_recorded, recorded) if moment]
        moved_at = min(before.moved_at, now) if before.moved_at else None
        return Reached(
            complete,
            highest,
            now if complete > before.complete_up_to else moved_at,
            max(moments, default=None),
        )

    def _run_from(self, source: str, sequence: int, highest: int) -> int:
        """The first sequence at or after this one that is missing."""
        while sequence <= highest:
            hole = first_missing(
                self._block(source, sequence >> BLOCK_BITS), sequence & (BLOCK - 1)
            )
            sequence = (sequence >> BLOCK_BITS << BLOCK_BITS) + hole
            if hole < BLOCK:
                break
        return sequence

    def _block(self, source: str, number: int) -> BitMap:
        key = (source, number)
        if key not in self._blocks:
            self._load({key})
        return self._blocks[key]

    def _load(self, keys: Collection[tuple[str, int]]) -> None:
        if not keys:
            return
        table = inbox_seen
        query = select(table).where(tuple_(table.c.source, table.c.block).in_(sorted(keys)))
        self._blocks |= {key: BitMap() for key in keys}
        for row in self._connection.execute(query):
            self._blocks[row.source, row.block] = BitMap.deserialize(row.bitmap)


def first_missing(block: BitMap, start: int) -> int:
    """The lowest bit at or after `start` that is not set; `BLOCK` when there is none."""
    low, high = start, BLOCK
    while low < high:
        middle = (low + high + 1) // 2
        if block.range_cardinality(start, middle) == middle - start:
            low = middle
        else:
            high = middle - 1
    return low


def watermarks(connection: Connection) -> dict[str, int]:
    """For each source the sequence up to which nothing is missing."""
    rows = connection.execute(select(inbox_source.c.source, inbox_source.c.complete_up_to))
    return {row.source: row.complete_up_to for row in rows}


def highest(connection: Connection) -> dict[str, int]:
    """For each source the highest sequence received, holes or not."""
    return {source: one.highest for source, one in reached(connection).items()}


def reached(connection: Connection) -> dict[str, Reached]:
    """How far each source is from which anything was received."""
    return {row.source: Reached(*row[1:]) for row in connection.execute(select(inbox_source))}


def received(connection: Connection) -> dict[str, int]:
    """How many different events of each source the bitmaps hold, counted bit by bit."""
    counted: dict[str, int] = {}
    for row in connection.execute(select(inbox_seen.c.source, inbox_seen.c.bitmap)):
        bits = len(BitMap.deserialize(row.bitmap))
        counted[row.source] = counted.get(row.source, 0) + bits
    return counted


def gaps(connection: Connection, source: str) -> list[tuple[int, int]]:
    """Ranges (first, last) of sequences that are missing below the highest one received."""
    row = connection.execute(
        select(inbox_source).where(inbox_source.c.source == source)
    ).one_or_none()
    if row is None or row.complete_up_to >= row.highest:
        return []
    missing = list(_missing(connection, source, row.complete_up_to + 1, row.highest))
    return _joined(missing)


def _missing(connection: Connection, source: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Ranges of missing sequences, in order, cut at the blocks' edges."""
    table = inbox_seen
    blocks = table.c.block.between(low >> BLOCK_BITS, high >> BLOCK_BITS)
    query = select(table).where(table.c.source == source, blocks).order_by(table.c.block)
    for row in connection.execute(query):
        base = row.block << BLOCK_BITS
        if low < base:
            yield low, base - 1
        first, last = max(low - base, 0), min(high - base, BLOCK - 1)
        absent = BitMap(range(first, last + 1)) - BitMap.deserialize(row.bitmap)
        yield from ((base + start, base + end) for start, end in _runs(absent))
        low = base + BLOCK


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        values = list(map(itemgetter(1), run))
        yield values[0], values[-1]


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in ranges:
        if joined and joined[-1][1] + 1 == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _lock_sources(connection: Connection, sources: list[str]) -> dict[str, Reached]:
    if not sources:
        return {}
    fresh: list[dict[str, Any]] = [{"source": source, **Reached()._asdict()} for source in sources]
    upsert(connection, inbox_source, fresh, replace=False)
    query = (
        select(inbox_source)
        .where(inbox_source.c.source.in_(sources))
        .order_by(inbox_source.c.source)
    )
    rows = connection.execute(query.with_for_update())
    return {row.source: Reached(*row[1:]) for row in rows}


def _row(key: tuple[str, int], block: BitMap) -> dict[str, str | int | bytes]:
    block.run_optimize()
    return {"source": key[0], "block": key[1], "bitmap": block.serialize()}
