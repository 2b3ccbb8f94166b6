"""The results of reading a CSV file: good rows, bad rows and notices."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Generic, TypeVar

from pydantic import BaseModel

from shared.csv.lines import Line
from shared.csv.messages import name_of, render, render_marked, render_row

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
    raw: Mapping[str, str] = attribute(repr=False)
    """The cells by column, cleaned; may hold personal data."""
    lines: int = 1
    """How many lines of the file the row takes: a quoted cell may hold line ends."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason of a refusal: its column, the name of its message, and what the message shows."""

    field: str
    name: str
    values: Mapping[str, object]


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
    problems: tuple[Problem, ...] = attribute(default=(), compare=False)
    """The same, one by one and without words, for who shows one language."""
    raw: Mapping[str, str] = attribute(default_factory=dict, repr=False, compare=False)
    """The cells by column as far as they can be read, days as ISO where the order is proven."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark, not a refusal: something was skipped, or read differently from what is written."""

    code: str
    message: str
    remedy: str
    header_line: int = 0
    """The line of the header if lines above it were skipped, else 0."""
    problem: Problem | None = attribute(default=None, compare=False)
    """The same without words, for who shows one language."""


class FileRefused(Exception):
    """A path is no readable CSV file; `row` holds the reason as a bad row."""

    def __init__(self, row: BadRow) -> None:
        super().__init__(f"{row.code}: {row.message}")
        self.row = row


def bad_row(record: Line, field: str, code: str, **context: object) -> BadRow:
    """A refusal with the texts of its code."""
    message, remedy = render_row(code, context)
    problem = Problem(field, name_of(code), _plain(context))
    return BadRow(record.number, field, code, message, remedy, record.lines, problems=(problem,))


def marked_row(record: Line, mark: str) -> BadRow:
    """The refusal of a row of a reject file that still has its mark; it keeps the code."""
    message, remedy = render_marked(mark)
    problem = Problem(MARK_COLUMN, name_of(mark), {})
    return BadRow(
        record.number, MARK_COLUMN, mark, message, remedy, record.lines, problems=(problem,)
    )


def _plain(context: Mapping[str, object]) -> Mapping[str, object]:
    """What a message shows; not the exceptions that Pydantic adds."""
    return {name: value for name, value in context.items() if isinstance(value, str | int | float)}


def bad_file(line: int, field: str, code: str, **context: object) -> BadRow:
    """The refusal of a file as a whole, with the texts of its code."""
    message, remedy = render(code, context)
    found = (Problem(field, name_of(code), _plain(context)),)
    return BadRow(line, field, code, message, remedy, whole_file=True, problems=found)


def notice(code: str, *, header_line: int = 0, **context: object) -> Notice:
    """A notice with the texts of its code."""
    message, remedy = render(code, context)
    said = Problem("", name_of(code), _plain(context))
    return Notice(code, message, remedy, header_line, said)
