"""The reject file: what it holds, that no spreadsheet runs it, that it can be sent again."""

import csv
import io

import pytest
from pydantic import BaseModel, ConfigDict

from shared.csv.reader import REJECT_COLUMNS, BadRow, GoodRow, IsoDate, PlainText, read
from shared.csv.rejects import escape_formula, reject_file


class Row(BaseModel):
    """Two columns are enough."""

    model_config = ConfigDict(extra="forbid")

    nama: PlainText
    tanggal: IsoDate


SOURCE = (
    'nama;tanggal\nSiti;2026-01-01\n=cmd();01/02/2026\nAni;\n"Budi;2026-01-02\nWati;2026-01-03;x\n'
)


def refused(content: bytes) -> dict[int, BadRow]:
    """The bad rows of a file by line."""
    return {row.line: row for row in read(io.BytesIO(content), Row) if isinstance(row, BadRow)}


def made(content: bytes) -> bytes:
    """The reject file of a file."""
    return b"".join(reject_file(io.BytesIO(content), refused(content)))


def table(content: bytes) -> list[list[str]]:
    """Cells of a reject file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_reject_file_has_the_bad_rows_and_their_reasons() -> None:
    """The good row is not in it; each bad row has its line, column and code."""
    header, *lines = table(made(SOURCE.encode()))
    assert header == [*REJECT_COLUMNS, "nama", "tanggal"]
    assert [(line[0], line[1], line[2]) for line in lines] == [
        ("3", "tanggal", "DATE_AMBIGUOUS"),
        ("4", "tanggal", "FIELD_REQUIRED"),
        ("5", "", "CSV_QUOTE"),
        ("6", "", "CSV_WIDTH"),
    ]


def test_a_mended_reject_file_is_accepted() -> None:
    """After the mistakes are put right, the same file is read, formulas as text."""
    mended = (
        made(SOURCE.encode())
        .replace(b"01/02/2026", b"2026-02-01")
        .replace(b"Ani;", b"Ani;2026-01-02")
    )
    found = [row for row in read(io.BytesIO(mended), Row) if isinstance(row, GoodRow)]
    assert [row.model.nama for row in found][:2] == ["=cmd()", "Ani"]


@pytest.mark.parametrize("cell", ["=1+1", "+62812", "-3", "@SUM(A1)", "\tx", "\rx"])
def test_formulas_are_disarmed(cell: str) -> None:
    """A cell that a spreadsheet would run gets a quote mark before it."""
    assert escape_formula(cell) == f"'{cell}"
    assert escape_formula("Siti") == "Siti"


@pytest.mark.parametrize(
    ("row", "code", "cells"),
    [
        (b"\xc3\xa9 Sit\xed;2026-01-01", "CSV_ENCODING", ["\u00e9 Sit\u00ed", "2026-01-01"]),
        (b"Siti \x81;x", "CSV_ENCODING", ["Siti \ufffd", "x"]),
        (b'"Siti;2026-01-01', "CSV_QUOTE", ['"Siti', "2026-01-01"]),
        (b'"Siti" Ani;"a;b"', "CSV_QUOTE", ['"Siti" Ani', "a;b"]),
        (b"Siti;2026-01-01;x;y", "CSV_WIDTH", ["Siti", "2026-01-01", "x", "y"]),
        (b"Siti", "CSV_WIDTH", ["Siti"]),
        (b"Si\x00ti;2026-01-01", "CSV_CONTROL_CHAR", ["Si\x00ti", "2026-01-01"]),
    ],
)
def test_a_row_that_cannot_be_read_comes_back_with_its_text(
    row: bytes, code: str, cells: list[str]
) -> None:
    """Never as empty cells, and with as many cells as it had."""
    _, line = table(made(b"nama;tanggal\n" + row + b"\n"))
    assert (line[2], line[5:]) == (code, cells)


def test_a_line_over_the_limit_comes_back_cut() -> None:
    """Its beginning, and that it is cut."""
    _, line = table(made(b"nama;tanggal\n" + b"Siti" * 20_000 + b";2026-01-01\n"))
    assert line[2] == "CSV_FIELD_TOO_LONG"
    assert line[5].startswith("SitiSiti")
    assert line[5].endswith("(dipotong / cut: 10000 byte)")


def test_a_row_of_several_lines_comes_back_as_one() -> None:
    """Line ends in a cell are blanks, as they are for the reader."""
    _, line = table(made(b'nama;tanggal\n"Siti\nAminah";kemarin\n'))
    assert line[5:] == ["Siti Aminah", "kemarin"]


@pytest.mark.parametrize("before", ["sep=;\r\n", "\n\n", "\ufeffsep=;\n"])
def test_what_excel_writes_before_the_header_is_not_taken_for_it(before: str) -> None:
    """The reject file of such a file has its columns and whole rows, and can be sent again."""
    rejects = made((before + SOURCE).encode())
    header, formula, *_ = table(rejects)
    assert header == [*REJECT_COLUMNS, "nama", "tanggal"]
    assert formula[5:] == ["'=cmd()", "01/02/2026"]
    assert [row.code for row in refused(rejects).values()][:2] == [
        "DATE_AMBIGUOUS",
        "FIELD_REQUIRED",
    ]
