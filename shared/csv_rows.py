"""What reading a CSV file gives: good rows and bad rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel

from shared.csv_messages import render

M = TypeVar("M", bound=BaseModel)

REJECT_COLUMNS = ("baris", "kolom_salah", "kode", "alasan", "perbaikan")
"""What a reject file has besides the file's own columns; ignored when it is read again."""


@dataclass(frozen=True, slots=True)
class GoodRow(Generic[M]):
    """A row that its model accepts. `line` counts from 1, the header being the first."""

    line: int
    model: M
    raw: Mapping[str, str] = field(repr=False)
    """The cells by column, cleaned; may hold personal data."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row, or with an empty `field` a whole line or file, that is refused.

    `field` and `code` are of the first problem; reason and remedy name every problem of the row.
    """

    line: int
    field: str
    code: str
    message: str
    remedy: str


class FileRefused(Exception):
    """A path that is no readable CSV file; `row` says why in the form of a bad row."""

    def __init__(self, row: BadRow) -> None:
        super().__init__(f"{row.code}: {row.message}")
        self.row = row


def bad_row(line: int, field: str, code: str, **context: object) -> BadRow:
    """A refusal with the texts of its code."""
    message, remedy = render(code, context)
    return BadRow(line, field, code, message, remedy)
