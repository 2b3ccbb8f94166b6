"""Fingerprints of received events, which distinguish a repeated event from a different one.

The seen-set records that a sequence was received. This table adds eight bytes of the event's content
and eight of its id: packed, 512 events per row, so that a batch rewrites few rows.
"""

import sys
from array import array
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    LargeBinary,
    String,
    Table,
    and_,
    or_,
    select,
)

from shared.database.bulk import upsert
from shared.database.engine import SHARED_METADATA
from shared.wire.place import Place

CHUNK_BITS = 9
CHUNK = 1 << CHUNK_BITS
WIDTH = 8
"""Bytes of a digest."""
_NO_ID = (1 << 48, -1)
"""First and last moment of a chunk without ids: no range meets it."""
_NEAR_MS = 60_000
"""Ids made within a minute of each other are looked up in one range."""
_MOST_RANGES = 16
_ODD = 0xC97F_0D5C_4B1E_83A6_D2E1_9B7A_50F3_6C4D
"""An odd number of 128 bits without a pattern: ids that differ little get digests that differ much."""

inbox_fingerprint = Table(
    "inbox_fingerprint",
    SHARED_METADATA,
    Column("source", String(200), primary_key=True),
    Column("chunk", BigInteger, primary_key=True, autoincrement=False),
    Column("contents", LargeBinary, nullable=False),
    Column("ids", LargeBinary, nullable=False),
    Column("first_id_ms", BigInteger, nullable=False),
    Column("last_id_ms", BigInteger, nullable=False),
)
"""One row for 512 sequences; zero means *unknown*. The two moments are those of the oldest and the
youngest id (UUIDv7): we look for an id only in chunks whose span contains its moment."""
Index("ix_inbox_fingerprint_ids", inbox_fingerprint.c.source, inbox_fingerprint.c.last_id_ms)


Fingerprint = tuple[int, int, int]
"""An event's content and id in short, and the milliseconds of its id (UUIDv7; of any other id its
first 48 bits). An id of 0 could not be read."""


def fingerprint(value: bytes, id: UUID | None = None) -> Fingerprint:
    """The fingerprint of an event's exact bytes; whatever is resent has the same bytes."""
    content = int.from_bytes(sha256(value).digest()[:WIDTH], "little") or 1
    if id is None:
        return content, 0, 0
    number = id.int
    return content, (number * _ODD >> 64) & 0xFFFF_FFFF_FFFF_FFFF or 1, number >> 80


class Chunk:
    """The fingerprints of 512 sequences."""

    __slots__ = ("contents", "first", "ids", "last")

    def __init__(self, row: Any = None) -> None:
        self.contents = _numbers(row.contents if row else bytes(CHUNK * WIDTH))
        self.ids = _numbers(row.ids if row else bytes(CHUNK * WIDTH))
        self.first: int
        self.last: int
        self.first, self.last = (row.first_id_ms, row.last_id_ms) if row else _NO_ID

    def put(self, slot: int, print_: Fingerprint) -> None:
        """Store the fingerprint of this sequence."""
        content, short_id, moment = print_
        self.contents[slot] = content
        if short_id:
            self.ids[slot] = short_id
            self.first, self.last = min(self.first, moment), max(self.last, moment)


class Fingerprints:
    """The fingerprints during one transaction that has locked its sources (see `seen.Seen`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._chunks: dict[tuple[str, int], Chunk] = {}
        self._changed: set[tuple[str, int]] = set()
        self._ids: dict[str, set[int]] = {}

    def load(self, items: Collection[tuple[Place, Fingerprint]]) -> None:
        """Load, in one query, the chunks of these events and those that may hold their ids."""
        keys = {(source, sequence >> CHUNK_BITS) for (source, sequence), _ in items}
        moments = {(source, moment) for (source, _), (_, short_id, moment) in items if short_id}
        conditions = [_of(source, keys, moments) for source in sorted({key[0] for key in keys})]
        if conditions:
            self._read(or_(*conditions))
        for key in keys - self._chunks.keys():
            self._chunks[key] = Chunk()
        for source, _ in keys:
            self._ids.setdefault(source, set())

    def content(self, place: Place) -> int:
        """The content fingerprint of this sequence; 0: unknown."""
        return self._chunks[place[0], place[1] >> CHUNK_BITS].contents[place[1] & (CHUNK - 1)]

    def put(self, place: Place, print_: Fingerprint) -> bool:
        """Store the fingerprint; return False if its id belongs to another sequence, which keeps it."""
        source, sequence = place
        key, slot = (source, sequence >> CHUNK_BITS), sequence & (CHUNK - 1)
        chunk, known, short_id = self._chunks[key], self._ids[source], print_[1]
        self._changed.add(key)
        if short_id and short_id in known and chunk.ids[slot] != short_id:
            chunk.put(slot, (print_[0], 0, 0))
            return False
        known.add(short_id)
        chunk.put(slot, print_)
        return True

    def save(self) -> None:
        """Write the changed chunks."""
        rows = [_row(key, self._chunks[key]) for key in sorted(self._changed)]
        upsert(self._connection, inbox_fingerprint, rows)
        self._changed.clear()

    def _read(self, condition: ColumnElement[bool]) -> None:
        for row in self._connection.execute(select(inbox_fingerprint).where(condition)):
            chunk = self._chunks[row.source, row.chunk] = Chunk(row)
            self._ids.setdefault(row.source, set()).update(chunk.ids)


def _of(
    source: str, keys: Iterable[tuple[str, int]], moments: Iterable[tuple[str, int]]
) -> ColumnElement[bool]:
    """This source's chunks with these numbers, and those whose ids span one of these moments."""
    table = inbox_fingerprint.c
    numbers = sorted(chunk for owner, chunk in keys if owner == source)
    spans = [
        and_(table.last_id_ms >= low, table.first_id_ms <= high)
        for low, high in ranges(moment for owner, moment in moments if owner == source)
    ]
    return and_(table.source == source, or_(table.chunk.in_(numbers), *spans))


def ranges(moments: Iterable[int]) -> list[tuple[int, int]]:
    """A few ranges that cover these moments; a single one if that would take too many."""
    found: list[tuple[int, int]] = []
    for moment in sorted(moments):
        if found and moment - found[-1][1] <= _NEAR_MS:
            found[-1] = found[-1][0], moment
        else:
            found.append((moment, moment))
    return found if len(found) <= _MOST_RANGES else [(found[0][0], found[-1][1])]


def _numbers(packed: bytes) -> "array[int]":
    numbers = array("Q", packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _packed(numbers: "array[int]") -> bytes:
    if sys.byteorder == "little":
        return numbers.tobytes()
    turned = array("Q", numbers)
    turned.byteswap()
    return turned.tobytes()


def _row(key: tuple[str, int], chunk: Chunk) -> Mapping[str, Any]:
    return {
        "source": key[0],
        "chunk": key[1],
        "contents": _packed(chunk.contents),
        "ids": _packed(chunk.ids),
        "first_id_ms": chunk.first,
        "last_id_ms": chunk.last,
    }
