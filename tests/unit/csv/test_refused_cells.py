"""A refused row keeps its cells and its reasons one by one, for who shows and mends them."""

import io
from datetime import date
from typing import Any

from pydantic import BaseModel

from shared.csv import fields
from shared.csv.reader import read
from shared.csv.rows import BadRow, Notice, Problem


class Visit(BaseModel):
    """A list with a number and a day."""

    nomor: fields.Identifier
    tanggal: fields.DayCell[date]


def refused(text: str) -> list[BadRow]:
    """The refused rows of a file."""
    found: list[Any] = list(read(io.BytesIO(text.encode()), Visit))
    return [one for one in found if isinstance(one, BadRow)]


def test_a_refused_row_has_its_cells_with_certain_days_as_iso() -> None:
    """The order that the whole column proves is not lost when the row is mended alone."""
    (row,) = refused("nomor,tanggal\nA1,25/01/2026\n,03/02/2026\n")
    assert row.raw == {"nomor": "", "tanggal": "2026-02-03"}
    assert [(one.field, one.name) for one in row.problems] == [("nomor", "FIELD_REQUIRED.row")]


def test_every_reason_is_kept_apart() -> None:
    """The texts name them together, the problems one by one and without any value."""
    (row,) = refused("nomor,tanggal\n,besok\n")
    assert [one.field for one in row.problems] == ["nomor", "tanggal"]
    assert "besok" not in repr(row.problems)
    assert "besok" not in repr(row)


def test_a_row_that_does_not_fit_has_the_cells_that_it_has() -> None:
    """Too few cells are given back as far as they go."""
    (row,) = refused("nomor,tanggal\nA1\nA2,2026-01-02\n")
    assert row.raw == {"nomor": "A1"}


def test_the_refusal_of_a_file_and_a_notice_name_their_message() -> None:
    """With what it shows, so that it can be shown in one language."""
    (whole,) = refused("")
    assert whole.problems == (Problem("", "CSV_EMPTY.row", {}),)
    first = next(iter(read(io.BytesIO(b"nomor,tanggal,lain\nA1,2026-01-02,x\n"), Visit)))
    assert isinstance(first, Notice)
    assert first.problem == Problem("", "CSV_COLUMN_IGNORED.row", {"found": "lain"})
