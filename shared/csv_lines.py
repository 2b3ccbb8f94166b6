"""From a stream of bytes to the records of a CSV file, in constant memory.

A record is one line, or several when a quoted value spans lines. Whatever is not a record (too
long, never closed) becomes a `Broken` for its line, and reading goes on with the next line.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

CHUNK = 65_536
MAX_RECORD_BYTES = 65_536
MAX_RECORD_LINES = 20


class Line(NamedTuple):
    """A physical line (or a whole record): its number from 1, its place in the file, its bytes."""

    number: int
    offset: int
    data: bytes


@dataclass(frozen=True)
class Broken:
    """A line from which no record can be read, and why."""

    line: int
    code: str


def records(stream: BinaryIO, start: bytes = b"") -> Iterator[Line | Broken]:
    """Every record with the number of its first line; line ends may be LF, CRLF, CR or mixed.

    `start` is what was read from the stream before.
    """
    source = _lines(stream, start)
    returned: deque[Line | Broken] = deque()
    while (item := returned.popleft() if returned else next(source, None)) is not None:
        if isinstance(item, Broken) or b'"' not in item.data or item.data.count(b'"') % 2 == 0:
            yield item
            continue
        whole, taken = _until_closed(item, returned, source)
        returned.extendleft(reversed(taken))
        yield whole or Broken(item.number, "CSV_QUOTE")


def _until_closed(
    first: Line, returned: deque[Line | Broken], source: Iterator[Line | Broken]
) -> tuple[Line | None, list[Line | Broken]]:
    """The record that starts with `first`, or the lines that must be read again one by one."""
    taken: list[Line | Broken] = []
    data = first.data
    while len(taken) < MAX_RECORD_LINES and len(data) <= MAX_RECORD_BYTES:
        following = returned.popleft() if returned else next(source, None)
        if following is None:
            break
        taken.append(following)
        if isinstance(following, Broken):
            break
        data += following.data
        if following.data.count(b'"') % 2:
            return Line(first.number, first.offset, data), []
    return None, taken


def _lines(stream: BinaryIO, start: bytes) -> Iterator[Line | Broken]:
    number, offset = 1, 0
    for data, size in _split(stream, start):
        if data is None:
            yield Broken(number, "CSV_FIELD_TOO_LONG" if size else "CSV_TRUNCATED")
        else:
            yield Line(number, offset, data)
        number += 1
        offset += size


def _split(stream: BinaryIO, start: bytes) -> Iterator[tuple[bytes | None, int]]:
    """Each line with its size; no bytes if over the limit, no size if the stream failed."""
    rest, dropped = b"", 0
    chunk: bytes | None = start
    while chunk := chunk or _read(stream):
        parts = (rest + chunk).splitlines(keepends=True)
        # A chunk may end between CR and LF: only LF surely ends a line here.
        rest = b"" if parts[-1].endswith(b"\n") else parts.pop()
        for part in parts:
            yield _limited(part, dropped)
            dropped = 0
        if len(rest) > MAX_RECORD_BYTES:
            dropped, rest = dropped + len(rest) - 1, rest[-1:]
        chunk = b""
    for part in rest.splitlines(keepends=True):
        yield _limited(part, dropped)
        dropped = 0
    if chunk is None:
        yield None, 0


def _limited(part: bytes, dropped: int) -> tuple[bytes | None, int]:
    size = len(part) + dropped
    return (None if size > MAX_RECORD_BYTES else part), size


def _read(stream: BinaryIO) -> bytes | None:
    try:
        return stream.read(CHUNK)
    except OSError:
        return None
