"""Write the reject file: refused rows with their reasons, ready to be corrected and sent again.

It has `REJECT_COLUMNS`, then the file's own columns; the reader ignores the former. They come first so
that a row keeps exactly its own cells, even when they are too few or too many.
"""

import csv
import io
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import BinaryIO

from shared.csv.header import BOM, Header, headers
from shared.csv.lines import Line, Lines, trimmed
from shared.csv.rows import REJECT_COLUMNS, BadRow
from shared.csv.text import lenient_text, raw_cells
from shared.messages import phrase

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def escape_formula(cell: str) -> str:
    """Prefix a cell that a spreadsheet would run with a quote mark, which `read` removes."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def reject_file(
    source: BinaryIO, refused: Mapping[int, BadRow], header_line: int = 0
) -> Iterator[bytes]:
    """Yield the reject file of `source` in chunks, for the bad rows by line.

    `header_line` is the header's line if lines above it were skipped. Every bad row becomes one line
    with its text, whatever is wrong with it: bytes that are not UTF-8 are read as Windows-1252,
    stray quotes are characters, and a line over the limit is cut and says how much is
    missing. `read` refuses such a row until its `kode` is emptied. Memory does not grow with the file.
    """
    head, lines = _opened(source, header_line)
    yield BOM + _line([*REJECT_COLUMNS, *_own(head, head.line.data)], head.separator)
    for cells in _rows(head, lines, refused):
        yield _line(cells, head.separator)


def reject_rows(
    source: BinaryIO, refused: Mapping[int, BadRow], header_line: int = 0
) -> Iterator[list[str]]:
    """Yield the same as cells, the column names first: for a workbook, which needs no escaping."""
    head, lines = _opened(source, header_line)
    yield [*REJECT_COLUMNS, *_own(head, head.line.data)]
    yield from _rows(head, lines, refused)


def _opened(source: BinaryIO, header_line: int) -> tuple[Header, Lines]:
    lines = Lines(source)
    _skip_to(lines, header_line)
    # `read` found the header whole: here it may take as many lines as its quotes need.
    return next(headers(lines, columns=sys.maxsize)), lines


def _rows(head: Header, lines: Lines, refused: Mapping[int, BadRow]) -> Iterator[list[str]]:
    for line in lines:
        if (row := refused.get(line.number)) is not None:
            reasons = (str(row.line), row.field, row.code, row.message, row.remedy)
            yield [*reasons, *_own(head, *_whole(line, lines, row.lines))]


def _skip_to(lines: Lines, header_line: int) -> None:
    for line in lines:
        if line.number >= header_line:
            lines.give_back([line])
            return


def _whole(first: Line, lines: Lines, count: int) -> Iterator[bytes]:
    """Yield the bytes of a row of `count` lines."""
    yield first.data
    yield from (line.data for line in islice(lines, count - 1))
    if first.cut:
        yield f" ... ({phrase('list.cut').both(cut=first.cut)})".encode()


def _own(head: Header, *parts: bytes) -> list[str]:
    """The cells of a row without those of an earlier reject file's columns."""
    cells = raw_cells(lenient_text(b"".join(parts)), head.separator)
    earlier = {place for place, name in enumerate(head.names) if name in REJECT_COLUMNS}
    named = enumerate(trimmed(cells, len(head.names)))
    return [cell for place, cell in named if place not in earlier]


def _line(cells: Sequence[str], separator: str) -> bytes:
    """One line, also of cells with line ends, which `read` takes as blanks."""
    flat = (re.sub(r"[\r\n]+", " ", cell).strip(" ") for cell in cells)
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerow(
        escape_formula(cell) for cell in flat
    )
    return text.getvalue().encode()
