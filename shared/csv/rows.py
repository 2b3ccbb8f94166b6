"""The results of reading a CSV file: good rows, bad rows and notices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel

from shared.csv.lines import Line
from shared.csv.messages import render, render_marked, render_row

M = TypeVar("M", bound=BaseModel)

REJECT_COLUMNS = ("baris", "kolom_salah", "kode", "alasan", "perbaikan")
"""The columns that a reject file adds to the file's own; the reader uses only `MARK_COLUMN` of them."""
MARK_COLUMN = "kode"
"""A code of MARKS here means that nobody has checked the row; whoever checks it empties the cell."""


@dataclass(frozen=True, slots=True)
class GoodRow(Generic[M]):
    """A row that its model accepts. `line` counts from 1, the header being the first."""

    line: int
    model: M
    raw: Mapping[str, str] = field(repr=False)
    """The cells by column, cleaned; may hold personal data."""
    lines: int = 1
    """How many lines of the file the row takes: a quoted cell may hold line ends."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A refused row; or, with `whole_file`, the refusal of the whole file.

    `field` and `code` belong to the first problem; message and remedy name every problem.
    """

    line: int
    field: str
    code: str
    message: str
    remedy: str
    lines: int = 1
    whole_file: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark, not a refusal: something was skipped, or read differently from what is written."""

    code: str
    message: str
    remedy: str
    header_line: int = 0
    """The line of the header if lines above it were skipped, else 0."""


class FileRefused(Exception):
    """A path is no readable CSV file; `row` holds the reason as a bad row."""

    def __init__(self, row: BadRow) -> None:
        super().__init__(f"{row.code}: {row.message}")
        self.row = row


def bad_row(record: Line, field: str, code: str, **context: object) -> BadRow:
    """A refusal with the texts of its code."""
    message, remedy = render_row(code, context)
    return BadRow(record.number, field, code, message, remedy, record.lines)


def marked_row(record: Line, mark: str) -> BadRow:
    """The refusal of a row of a reject file that still has its mark; it keeps the code."""
    message, remedy = render_marked(mark)
    return BadRow(record.number, MARK_COLUMN, mark, message, remedy, record.lines)


def bad_file(line: int, field: str, code: str, **context: object) -> BadRow:
    """The refusal of a file as a whole, with the texts of its code."""
    message, remedy = render(code, context)
    return BadRow(line, field, code, message, remedy, whole_file=True)


def notice(code: str, *, header_line: int = 0, **context: object) -> Notice:
    """A notice with the texts of its code."""
    message, remedy = render(code, context)
    return Notice(code, message, remedy, header_line)
