"""The reject file: what it holds, that no spreadsheet runs it, that it can be sent again."""

import csv
import io

import pytest
from pydantic import BaseModel, ConfigDict

from shared.csv.fields import IsoDate, PlainText
from shared.csv.reader import read
from shared.csv.rejects import escape_formula, reject_file
from shared.csv.rows import REJECT_COLUMNS, BadRow, GoodRow


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
    """Its beginning, and how much of it is cut."""
    _, line = table(made(b"nama;tanggal\n" + b"Siti" * 20_000 + b";2026-01-01\n"))
    assert line[2] == "CSV_LINE_TOO_LONG"
    assert line[5] == "Siti" * 2_500 + (
        " ... (terpotong 70012 byte terakhir / the last 70012 bytes are cut off)"
    )


@pytest.mark.parametrize("size", [65_537, 131_072, 131_073, 400_000])
@pytest.mark.parametrize("letter", ["S", "\u00e9", "\u20ac"])
def test_of_a_cut_line_no_byte_is_missing_without_a_word(size: int, letter: str) -> None:
    """What is kept and what is said to be cut make the line, however it lies in the pieces read."""
    text = letter * size
    _, line, _ = table(made(f"nama;tanggal\n{text}\nx\n".encode()))
    kept, cut = line[5].split(" ... (terpotong ")
    assert text.startswith(kept)
    assert len(kept.encode()) + int(cut.split()[0]) == len(text.encode()) + 1
    again = refused(made(f"nama;tanggal\n{text}\n".encode()))
    assert [row.code for row in again.values()] == ["CSV_LINE_TOO_LONG"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b'"Siti;2026-01-01', "CSV_QUOTE"),
        (b'"Siti" Ani;2026-01-01', "CSV_QUOTE"),
        (b"\xc3\xa9 Sit\xed;2026-01-01", "CSV_ENCODING"),
        (b"Sit\x81;2026-01-01", "CSV_ENCODING"),
        (b"Siti;2026-01-01;" + b";" * 70_000, "CSV_LINE_TOO_LONG"),
    ],
)
def test_a_guessed_row_is_refused_until_somebody_has_checked_it(row: bytes, code: str) -> None:
    """As often as it is sent unchecked; mended and with an empty `kode` it is accepted."""
    first = made(b"nama;tanggal\n" + row + b"\n")
    second = made(first)
    assert [table(file)[1][2] for file in (first, second, made(second))] == [code] * 3
    assert "kode" in table(first)[1][4]
    header, line = table(second)
    mended = [*line[:2], "", *line[3:5], "Siti", "2026-01-01"]
    text = ";".join(header) + "\n" + ";".join(mended) + "\n"
    (accepted,) = read(io.BytesIO(text.encode()), Row)
    assert isinstance(accepted, GoodRow)


def test_a_row_that_was_mended_needs_no_empty_code_if_its_text_was_sure() -> None:
    """Only guessed rows have a mark: a wrong date that is right now is accepted."""
    mended = made(b"nama;tanggal\nSiti;01/02/2026\n").replace(b"01/02/2026", b"2026-02-01")
    assert refused(mended) == {}


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
