"""The reject file: refused rows beside what is wrong with them, ready to mend and send again.

It has the file's own columns and `REJECT_COLUMNS`; reading it again ignores the latter.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from shared.csv_header import without_preamble
from shared.csv_intake import REJECT_COLUMNS, BadRow
from shared.csv_lines import Broken, Line, records

_BOM = b"\xef\xbb\xbf"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def escape_formula(cell: str) -> str:
    """The cell as text that no spreadsheet runs: a quote mark first, which `read` takes off."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def reject_file(source: BinaryIO, refused: Mapping[int, BadRow]) -> Iterator[bytes]:
    """The reject file of `source` in pieces, for the bad rows by line.

    Memory does not grow with the file. A row that cannot be read at all (not UTF-8,
    quote never closed) keeps its columns empty.
    """
    source_records = without_preamble(records(source))
    names, separator = _header(next(source_records, None))
    yield _BOM + _line([*names, *REJECT_COLUMNS], separator)
    for record in source_records:
        number = record.number if isinstance(record, Line) else record.line
        if (row := refused.get(number)) is not None:
            cells = _cells(record, separator)[: len(names)]
            padding = [""] * (len(names) - len(cells))
            reasons = (str(row.line), row.field, row.code, row.message, row.remedy)
            yield _line([*cells, *padding, *reasons], separator)


def _header(first: Line | Broken | None) -> tuple[list[str], str]:
    if not isinstance(first, Line):
        return [], ","
    text = first.data.decode(errors="replace")
    separator = max(",;\t", key=text.count)
    names = [name.strip() for name in next(csv.reader([text], delimiter=separator), [])]
    return [name for name in names if name not in REJECT_COLUMNS], separator


def _cells(record: Line | Broken, separator: str) -> Sequence[str]:
    if isinstance(record, Broken):
        return ()
    try:
        text = record.data.decode().rstrip("\r\n")
        return next(csv.reader([text.replace("\0", "")], delimiter=separator, strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        return ()


def _line(cells: Sequence[str], separator: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerow(
        escape_formula(cell) for cell in cells
    )
    return text.getvalue().encode()
