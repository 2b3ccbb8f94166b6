"""How far each source is: what was received of it in all partitions, and the watermark.

A source numbers its events 1, 2, 3 ... without gaps, so a missing number is a missing event.
The stored watermark is where reading begins; what has arrived since is added by whoever asks.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from pyroaring import BitMap
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    String,
    Table,
    and_,
    or_,
    select,
    text,
    tuple_,
)

from shared.database.bulk import upsert
from shared.database.engine import SHARED_METADATA, UtcDateTime
from shared.inbox.arrivals import inbox_arrival
from shared.inbox.blocks import BLOCK, BLOCK_BITS, first_missing, is_full
from shared.inbox.partitions import inbox_partition

MARKS = 5_203_742
"""Advisory lock on PostgreSQL: one transaction at a time moves watermarks, the others leave it."""
BLOCKS_AT_ONCE = 64
"""Blocks in one query: half a megabyte of bitmaps."""

inbox_seen = Table(
    "inbox_seen",
    SHARED_METADATA,
    Column("source", String(200), primary_key=True),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("bitmap", LargeBinary, nullable=False),
)
"""One row for 65,536 sequences of which nothing is missing, or that came before partitions were noted."""

inbox_source = Table(
    "inbox_source",
    SHARED_METADATA,
    Column("source", String(200), primary_key=True),
    Column("complete_up_to", BigInteger, nullable=False),
    Column("highest", BigInteger, nullable=False),
    Column("moved_at", UtcDateTime, nullable=True),
    Column("latest_recorded", UtcDateTime, nullable=True),
)
"""The progress of each source when it was last noted. The two moments serve operators; no indicator
may use them."""


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


Key = tuple[str, int]
"""A source and a block."""


def watermarks(connection: Connection) -> dict[str, int]:
    """For each source the sequence up to which nothing is missing."""
    return {source: one.complete_up_to for source, one in reached(connection).items()}


def highest(connection: Connection) -> dict[str, int]:
    """For each source the highest sequence received, holes or not."""
    return {source: one.highest for source, one in reached(connection).items()}


def reached(connection: Connection) -> dict[str, Reached]:
    """How far each source is from which anything was received."""
    stored = _stored(connection)
    parts = _parts(connection)
    merged = {
        source: _merged(stored.get(source, Reached()), parts.get(source, []))
        for source in sorted(stored.keys() | parts.keys())
    }
    complete = _complete(connection, merged)
    return {
        source: _moved(one, complete[source], parts.get(source, []))
        for source, one in merged.items()
        if one.highest
    }


def _stored(connection: Connection, sources: Collection[str] = ()) -> dict[str, Reached]:
    query = select(inbox_source)
    if sources:
        query = query.where(inbox_source.c.source.in_(sources))
    return {row.source: Reached(*row[1:]) for row in connection.execute(query)}


def _parts(connection: Connection, sources: Collection[str] = ()) -> dict[str, list[Any]]:
    query = select(inbox_partition)
    if sources:
        query = query.where(inbox_partition.c.source.in_(sources))
    found: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        found.setdefault(row.source, []).append(row)
    return found


def _merged(stored: Reached, parts: Iterable[Any]) -> Reached:
    moments = [stored.latest_recorded, *(one.latest_recorded for one in parts)]
    return stored._replace(
        highest=max([stored.highest, *(one.highest for one in parts)]),
        latest_recorded=max(filter(None, moments), default=None),
    )


def _moved(one: Reached, complete: int, parts: Iterable[Any]) -> Reached:
    """With the watermark of now; it moved with one of the last arrivals if it is above the stored one."""
    if complete == one.complete_up_to:
        return one
    moments = [one.moved_at, *(part.moved_at for part in parts)]
    return one._replace(complete_up_to=complete, moved_at=max(filter(None, moments), default=None))


def _complete(connection: Connection, states: Mapping[str, Reached]) -> dict[str, int]:
    """The watermarks, from the stored ones on, a block at a time until each meets a hole."""
    found = {source: one.complete_up_to for source, one in states.items()}
    ahead = [source for source, one in states.items() if one.complete_up_to < one.highest]
    while ahead:
        keys = {source: (source, (found[source] + 1) >> BLOCK_BITS) for source in ahead}
        blocks = _blocks(connection, {keys[source]: found[source] for source in ahead})
        full = []
        for source in ahead:
            hole = first_missing(blocks[keys[source]], (found[source] + 1) & (BLOCK - 1))
            found[source] = (keys[source][1] << BLOCK_BITS) + hole - 1
            if hole == BLOCK and found[source] < states[source].highest:
                full.append(source)
        ahead = full
    return found


def _blocks(connection: Connection, above: Mapping[Key, int]) -> dict[Key, BitMap]:
    """What was received in these blocks, in each above a sequence (below it, not all of it)."""
    seen, table = inbox_seen.c, inbox_arrival.c
    found = {key: BitMap() for key in above}
    keys = tuple_(seen.source, seen.block).in_(sorted(above))
    for source, block, bits in connection.execute(select(inbox_seen).where(keys)):
        found[source, block] |= BitMap.deserialize(bits)
    parts = [
        and_(table.source == source, table.block == block, table.last > low)
        for (source, block), low in above.items()
        if not is_full(block, found[source, block])
    ]
    query = select(table.source, table.block, table.slots).where(or_(*parts))
    for source, block, slots in connection.execute(query) if parts else ():
        found[source, block] |= BitMap.deserialize(slots)
    return found


def move_marks(connection: Connection, sources: Collection[str], now: datetime) -> None:
    """Note how far these sources are; without a wait, if another transaction is doing so, not at all.

    Blocks below a watermark are complete: a full bitmap takes the place of their arrivals.
    """
    if not sources:
        return
    if connection.dialect.name == "postgresql":
        mine = text("select pg_try_advisory_xact_lock(:key)")
        if not connection.execute(mine, {"key": MARKS}).scalar_one():
            return
    stored, parts = _stored(connection, sources), _parts(connection, sources)
    before = {source: stored.get(source, Reached()) for source in sorted(sources)}
    states = {source: _merged(one, parts.get(source, [])) for source, one in before.items()}
    complete = _complete(connection, states)
    rows = [
        _noted(source, before[source], one, complete[source], now) for source, one in states.items()
    ]
    upsert(connection, inbox_source, [row for row in rows if row])
    passed = {
        (source, block)
        for source, one in before.items()
        for block in range(one.complete_up_to + 1 >> BLOCK_BITS, complete[source] + 1 >> BLOCK_BITS)
    }
    _fold(connection, passed)


def _noted(
    source: str, before: Reached, merged: Reached, complete: int, now: datetime
) -> dict[str, Any]:
    moved = complete > before.complete_up_to
    moment = now if moved else before.moved_at and min(before.moved_at, now)
    recorded = merged.latest_recorded and min(merged.latest_recorded, now)
    # drop a mark in the future: a clock ahead of ours has written it
    noted = Reached(complete, merged.highest, moment, recorded)
    return {"source": source, **noted._asdict()} if noted != before else {}


def fold(connection: Connection, now: datetime) -> None:
    """Note how far each source is, and fold complete blocks above a watermark, too.

    From time to time: a hole must not make reading slower and slower.
    """
    move_marks(connection, [row.source for row in connection.execute(select(inbox_source))], now)
    table, marks = inbox_arrival.c, _stored(connection)
    above = [
        and_(table.source == source, table.block > one.complete_up_to >> BLOCK_BITS)
        for source, one in marks.items()
    ]
    query = select(table.source, table.block).where(or_(*above)).distinct()
    found = {(source, block) for source, block in connection.execute(query)} if above else set()
    if found:
        for key, bits in _each(connection, found - _folded(connection)):
            if is_full(key[1], bits):
                _fold(connection, [key])


def _folded(connection: Connection) -> set[Key]:
    rows = connection.execute(select(inbox_seen))
    return {
        (source, block) for source, block, bits in rows if is_full(block, BitMap.deserialize(bits))
    }


def _each(connection: Connection, keys: Iterable[Key]) -> Iterator[tuple[Key, BitMap]]:
    """What was received in each of these blocks, in order; some blocks a query."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), BLOCKS_AT_ONCE):
        found = _blocks(connection, dict.fromkeys(ordered[start : start + BLOCKS_AT_ONCE], -1))
        yield from sorted(found.items())


def _fold(connection: Connection, keys: Iterable[Key]) -> None:
    full = [
        {"source": source, "block": block, "bitmap": _full(block)} for source, block in sorted(keys)
    ]
    upsert(connection, inbox_seen, full)


def _full(block: int) -> bytes:
    bits = BitMap(range(int(block == 0), BLOCK))
    bits.run_optimize()
    return bits.serialize()


def received(connection: Connection) -> dict[str, int]:
    """How many different events of each source were received, counted bit by bit."""
    tables = (inbox_arrival.c, inbox_seen.c)
    queries = (select(table.source, table.block).distinct() for table in tables)
    keys = {(source, block) for query in queries for source, block in connection.execute(query)}
    counted: dict[str, int] = {}
    for (source, _), bits in _each(connection, keys):
        counted[source] = counted.get(source, 0) + len(bits)
    return counted


def gaps(connection: Connection, source: str) -> list[tuple[int, int]]:
    """Ranges (first, last) of sequences that are missing below the highest one received."""
    one = reached(connection).get(source)
    if one is None or one.complete_up_to >= one.highest:
        return []
    return _joined(_missing(connection, source, one.complete_up_to + 1, one.highest))


def _missing(connection: Connection, source: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Ranges of missing sequences, in order, cut at the blocks' edges."""
    numbers = range(low >> BLOCK_BITS, (high >> BLOCK_BITS) + 1)
    for (_, number), bits in _each(connection, ((source, number) for number in numbers)):
        base = number << BLOCK_BITS
        first, last = max(low - base, 0), min(high - base, BLOCK - 1)
        absent = BitMap(range(first, last + 1)) - bits
        yield from ((base + start, base + end) for start, end in _runs(absent))


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
