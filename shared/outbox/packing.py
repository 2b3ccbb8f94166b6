"""Many numbered events in few bytes: MessagePack, compressed together with Zstandard.

Neighbours share most of their text: some 60 bytes an event are left of 730. The form is kept for
ever; `VERSION` is its first element.
"""

import json
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

import cramjam
import msgspec

VERSION = 1
_LEVEL = 3
_HEAD = b'{"specversion":"1.0","id":"'
_ID_AT = len(_HEAD)
_ID_END = _ID_AT + 36


class Entry(NamedTuple):
    """What is kept of an event; its number is its place in the batch."""

    topic: str
    key: str
    staged_at: int
    """Microseconds since 1970."""
    body: bytes
    """The event without its sequence."""


class Packed(NamedTuple):
    """What a batch's contents are."""

    version: int
    entries: list[Entry]
    proofs: list[bytes] | None
    """Where they cannot be made again: of events that came back from the bus."""


_decode = msgspec.msgpack.Decoder(Packed).decode


def pack(entries: Iterable[Sequence[object]], proofs: Sequence[bytes] | None = None) -> bytes:
    """The bytes that `unpack` reads; `proofs` only where a signature cannot give them again."""
    plain = msgspec.msgpack.encode((VERSION, entries, proofs))
    return bytes(cramjam.zstd.compress(plain, _LEVEL))


def unpack(contents: bytes) -> Packed:
    """Read what `pack` wrote.

    Raises:
        ValueError: a later version wrote it.
    """
    packed = _decode(bytes(cramjam.zstd.decompress(contents)))
    if packed.version != VERSION:
        raise ValueError(f"contents of version {packed.version}; this one reads {VERSION}")
    return packed


def id_of(body: bytes) -> UUID:
    """An event's id, read from where `draft` writes it."""
    if not body.startswith(_HEAD):
        return UUID(json.loads(body)["id"])
    return UUID(body[_ID_AT:_ID_END].decode())


def bounds_of_ids(bodies: Collection[bytes]) -> tuple[bytes, bytes]:
    """The sixteen bytes of the lowest and of the highest id."""
    if all(body.startswith(_HEAD) for body in bodies):
        texts = [
            body[_ID_AT:_ID_END] for body in bodies
        ]  # in lower case they sort like their bytes
        return UUID(min(texts).decode()).bytes, UUID(max(texts).decode()).bytes
    ids = [id_of(body).bytes for body in bodies]
    return min(ids), max(ids)


def key_marks(keys: Collection[str]) -> bytes:
    """Two bytes for each different key, by which most batches without a key are ruled out."""
    marks = sorted({mark_of(key) for key in keys})
    return struct.pack(f"<{len(marks)}H", *marks)


def mark_of(key: str) -> int:
    """A key's mark; others may share it."""
    return zlib.crc32(key.encode()) & 0xFFFF


def marks_in(marks: bytes) -> Iterator[int]:
    """The marks that `key_marks` wrote."""
    return (mark for (mark,) in struct.iter_unpack("<H", marks))
