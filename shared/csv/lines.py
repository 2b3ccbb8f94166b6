"""Split a stream of bytes into the records of a CSV file, in constant memory.

A record is one line, or several when a quoted cell spans lines. A quote opens a quoted cell only at
the start of a cell. A quoted cell that does not end well (never closed, text after the closing quote,
rows swallowed) gives its lines back: each is read for itself, the first with a fault.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple, Self

CHUNK = 65_536
MAX_RECORD_BYTES = 65_536
MAX_RECORD_LINES = 20
KEPT_OF_TOO_LONG = 10_000
"""How many bytes are kept of a line over MAX_RECORD_BYTES, for the reject file."""
_LAST_LETTER = re.compile(rb"[\xc0-\xff][\x80-\xbf]*\Z")
"""A letter of several bytes at the end of what is kept: the cut may go through it."""


class Line(NamedTuple):
    """A line, or a record of several: number of its first line from 1, place in the file, bytes.

    `fault` is the code of why no cells can be read from it; then it is always one line.
    """

    number: int
    offset: int
    data: bytes
    fault: str = ""
    lines: int = 1
    cut: int = 0
    """How many bytes of a line over MAX_RECORD_BYTES are not in `data`."""


class Lines:
    """The physical lines of a stream; whoever took too many gives them back."""

    def __init__(self, stream: BinaryIO, start: bytes = b"") -> None:
        """`start` is what was read from the stream before."""
        self._source = _numbered(stream, start)
        self._returned: deque[Line] = deque()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Line:
        return self._returned.popleft() if self._returned else next(self._source)

    def give_back(self, taken: Sequence[Line]) -> None:
        """Let these lines be read again, in their order, before any other."""
        self._returned.extendleft(reversed(taken))


def records(lines: Lines, separator: str, width: int) -> Iterator[Line]:
    """Every record of a table with so many columns; line ends may be LF, CRLF, CR or mixed."""
    for line in lines:
        yield joined(line, lines, separator, width, width)


def joined(first: Line, lines: Lines, separator: str, columns: int, width: int = 0) -> Line:
    """The record that begins with this line; or the line alone with a fault.

    Several lines are one record if they have `width` cells (0: any number) and do not look like
    rows of a table with so many columns.
    """
    if first.fault or b'"' not in first.data:
        return first
    taken: list[Line] = []
    try:
        cells = next(csv.reader(_pieces(first, lines, taken), delimiter=separator, strict=True))
    except csv.Error:
        cells = []
    parts = [first.data, *(line.data for line in taken)]
    fits = not width or len(trimmed(cells, width)) == width
    if cells and (not taken or (fits and not _swallows(parts, separator, columns))):
        return first._replace(data=b"".join(parts), lines=len(parts))
    lines.give_back(taken)
    return first._replace(fault="CSV_QUOTE")


def trimmed(cells: list[str], width: int) -> list[str]:
    """Drop the empty cells that spreadsheets leave at the end of a row."""
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    return cells


def _pieces(first: Line, lines: Lines, taken: list[Line]) -> Iterator[str]:
    """Give the reader the text of line after line; Latin-1, as only ASCII matters here."""
    yield first.data.decode("latin-1")
    size = len(first.data)
    while len(taken) + 1 < MAX_RECORD_LINES and (line := next(lines, None)) is not None:
        taken.append(line)
        size += len(line.data)
        if line.fault or size > MAX_RECORD_BYTES:
            return
        yield line.data.decode("latin-1")


def _swallows(parts: Sequence[bytes], separator: str, columns: int) -> bool:
    """Whether the lines of a quoted cell are rows: two stray quotes can look like a cell.

    Then at least two of the lines are as wide as the table, which lines of one cell are not.
    """
    mark, least = separator.encode(), max(columns - 1, 1)
    return sum(part.count(mark) >= least for part in parts) > 1


def _numbered(stream: BinaryIO, start: bytes) -> Iterator[Line]:
    number, offset = 1, 0
    for data, size, fault in _split(stream, start):
        yield Line(number, offset, data, fault, 1, size - len(data))
        number += 1
        offset += size


def _split(stream: BinaryIO, start: bytes) -> Iterator[tuple[bytes, int, str]]:
    """Yield each line, its size and its fault; of a line over the limit only its beginning."""
    rest, head, dropped = b"", b"", 0
    chunk: bytes | None = start
    while chunk := chunk or _read(stream):
        parts = (rest + chunk).splitlines(keepends=True)
        # A chunk may end between CR and LF: only LF surely ends a line here.
        rest = b"" if parts[-1].endswith(b"\n") else parts.pop()
        for part in parts:
            yield _limited(part, head, dropped)
            head, dropped = b"", 0
        if len(rest) > MAX_RECORD_BYTES:
            head = head or rest[:KEPT_OF_TOO_LONG]
            dropped, rest = dropped + len(rest) - 1, rest[-1:]
        chunk = b""
    if chunk is None:
        yield head or rest, len(rest) + dropped, "CSV_TRUNCATED"
    elif rest:
        yield _limited(rest, head, dropped)


def _limited(part: bytes, head: bytes, dropped: int) -> tuple[bytes, int, str]:
    size = len(part) + dropped
    if size <= MAX_RECORD_BYTES:
        return part, size, ""
    whole_letters = _LAST_LETTER.sub(b"", head or part[:KEPT_OF_TOO_LONG])
    return whole_letters, size, "CSV_LINE_TOO_LONG"


def _read(stream: BinaryIO) -> bytes | None:
    try:
        return stream.read(CHUNK)
    except OSError:
        return None
