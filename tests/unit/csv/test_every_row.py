"""The law of reading: every line below the header that is not blank is in exactly one row."""

import csv
import io
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel

from shared.csv import reader
from shared.csv.fields import Identifier, Maybe, PlainText
from shared.csv.reader import read
from shared.csv.rejects import reject_file
from shared.csv.rows import REJECT_COLUMNS, BadRow, GoodRow
from tests.kit.depth import examples

BOM = b"\xef\xbb\xbf"
HEADER = b"nomor,nama,alamat\n"


class Row(BaseModel):
    """A row with room for anything."""

    nomor: Identifier
    nama: Maybe[PlainText]
    alamat: Maybe[PlainText]


Outcome = GoodRow[Row] | BadRow
ALPHABET = [b'"', b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\0", b"'", b"=", b" ", b"a", b"A-1"]
ALPHABET += [
    b"\xe9",
    b"\x92",
    b"\x81",
    b"\xc3\xa9",
    BOM,
    b"\xff\xfe",
    b"\xef\xbf\xbd",
    b"\xe2\x80\xae",
]
PLAIN = [
    b"A-1",
    b"Rukmini Aminah",
    b",",
    b",,",
    b" ",
    b"  ",
    b"\n",
    b"\r\n",
    b"'",
    b"=",
    b"x" * 199,
]
pieces = st.lists(st.sampled_from(ALPHABET) | st.binary(max_size=3), max_size=60).map(b"".join)


def outcomes(content: bytes) -> list[Outcome]:
    """The rows of a file, none if it is refused as a whole."""
    found = read(io.BytesIO(content), Row)
    rows = [row for row in found if isinstance(row, GoodRow | BadRow)]
    return [row for row in rows if not (isinstance(row, BadRow) and row.whole_file)]


def rejects(content: bytes, rows: list[Outcome]) -> bytes:
    """The reject file of a file."""
    refused = {row.line: row for row in rows if isinstance(row, BadRow)}
    return b"".join(reject_file(io.BytesIO(content), refused))


def own_cells(file: bytes, separator: str = ",") -> list[list[str]]:
    """The rows of a reject file without the reasons."""
    text = io.StringIO(file.decode("utf-8-sig"), newline="")
    _, *lines = csv.reader(text, delimiter=separator, strict=True)
    return [line[len(REJECT_COLUMNS) :] for line in lines]


def is_blank(line: bytes) -> bool:
    """Whether nothing is in it but separators, quotes and white space."""
    text = re.sub(r'[",]', "", line.decode("utf-8", "replace").replace("\ufffd", "x"))
    return not text.strip() or line in (b"\xa0\n", b"\xa0")


@given(pieces)
@example(b'A-1,Jl. Raya 5" Utara,x\nA-2,b,c\nA-3,Gang 3" Selatan,x\n')
@example(b'A-1,"a,x\nA-2,b,c\nA-3,z",x\n')
@example(b'"\n"\n"')
@examples(400)
def test_every_line_is_in_exactly_one_row(body: bytes) -> None:
    """Whatever the bytes are, no line is in two rows, and none that is not blank is in no row."""
    lines = (HEADER + body).splitlines(keepends=True)
    counted = [
        line for row in outcomes(HEADER + body) for line in range(row.line, row.line + row.lines)
    ]
    assert len(counted) == len(set(counted))
    missed = set(range(2, len(lines) + 1)) - set(counted)
    assert set(counted) <= set(range(2, len(lines) + 1))
    assert [lines[n - 1] for n in missed if not is_blank(lines[n - 1].replace(b"\xa0", b""))] == []


@given(pieces)
@example(b'A 1,"Siti,x\nA-2,b,c\n')
@example(b"A 1,b\n")
@example(b"A 1,b,c,d,,e\n")
@example(b"\x1c,\n")
@example(b'A-1,"a,b\nA-2,a\x81,b\nA-3,\xc3\xa9\xed,c\n')
@examples(400)
def test_a_reject_file_has_every_refused_row_with_its_text(body: bytes) -> None:
    """As many rows as were refused, none without text; read again unmended, all are refused again."""
    rows = outcomes(HEADER + body)
    refused = [row for row in rows if isinstance(row, BadRow)]
    if not refused:
        return
    file = rejects(HEADER + body, rows)
    cells = own_cells(file)
    assert len(cells) == len(refused)
    assert all(any(row) for row in cells)
    again = outcomes(file)
    assert [row for row in again if isinstance(row, GoodRow)] == []
    assert len(again) == len(refused)
    assert own_cells(rejects(file, again)) == cells


@given(st.binary(max_size=300))
@examples(300)
def test_any_bytes_are_rows_or_one_refusal_of_the_file(content: bytes) -> None:
    """Without any header the file is refused as a whole, in one item that counts no row."""
    found = list(read(io.BytesIO(content), Row))
    assert [getattr(item, "whole_file", False) for item in found] == [True]


@st.composite
def lists_with_stray_quotes(draw: st.DrawFn) -> list[list[str]]:
    """Rows with a number each, and quotes wherever somebody may leave one."""
    count = draw(st.integers(2, 12))
    quotes = st.sampled_from(["", "", "", '"'])
    return [
        [
            f"N-{n}",
            f"{draw(quotes)}a{draw(quotes)}b{draw(quotes)}",
            f"{draw(quotes)}c{draw(quotes)}",
        ]
        for n in range(count)
    ]


@given(lists_with_stray_quotes())
@examples(400)
def test_stray_quotes_neither_swallow_nor_mix_rows(table: list[list[str]]) -> None:
    """Each number comes out once, and no accepted row holds a part of another."""
    content = HEADER + "".join(",".join(row) + "\n" for row in table).encode()
    rows = outcomes(content)
    given_back = [str(dict(row.raw)) for row in rows if isinstance(row, GoodRow)]
    given_back += [str(cells) for cells in own_cells(rejects(content, rows))]
    assert sorted(n for text in given_back for n in re.findall(r"N-\d+", text)) == sorted(
        row[0] for row in table
    )
    assert len(given_back) == len(table)


def test_a_quote_inside_a_cell_is_a_character() -> None:
    """An inch mark opens nothing: five rows in, five rows accepted."""
    marks = ['Jl. Raya 5" Utara', "b", "c", 'Gang 3" Selatan', "e"]
    content = HEADER + "".join(f"A-{n},x,{mark}\n" for n, mark in enumerate(marks)).encode()
    assert [row.model.alamat for row in outcomes(content) if isinstance(row, GoodRow)] == marks


def test_a_quoted_cell_that_ends_in_another_row_gives_its_lines_back() -> None:
    """The first line is refused for its quote, the others are read for themselves."""
    content = HEADER + b'A-1,"Siti,x\nA-2,b,c\nA-3,d",x\n'
    first, second, third = outcomes(content)
    assert (first.line, getattr(first, "code", None)) == (2, "CSV_QUOTE")
    assert isinstance(second, GoodRow)
    assert isinstance(third, GoodRow)
    assert (second.model.nomor, third.model.nama) == ("A-2", 'd"')


def test_lines_that_are_no_row_together_are_read_one_by_one() -> None:
    """A quoted cell over three lines in a row with too many columns: three lines, three rows."""
    found = outcomes(HEADER + b'A-1,"a\nb\nc",d,e\nA-2,b,c\n')
    assert [(row.line, getattr(row, "code", "ok")) for row in found] == [
        (2, "CSV_QUOTE"),
        (3, "CSV_WIDTH"),
        (4, "FIELD_FORMAT"),
        (5, "ok"),
    ]


def test_a_cell_of_more_lines_than_the_bound_is_no_cell() -> None:
    """Memory and the damage of one quote are bounded: 20 lines."""
    good = outcomes(HEADER + b'A-1,"a\n' + b"a\n" * 18 + b'",c\nA-2,b,c\n')
    assert [(row.line, row.lines) for row in good] == [(2, 20), (22, 1)]
    bad = outcomes(HEADER + b'A-1,"a\n' + b"a\n" * 19 + b'",c\nA-2,b,c\n')
    assert [row.lines for row in bad] == [1] * 22


@pytest.mark.parametrize("empty", [",", ",,,", ", ,", ',""'])
def test_empty_cells_at_the_end_of_a_row_are_nothing(empty: str) -> None:
    """As spreadsheets leave them; a filled one there is a cell too many."""
    (row,) = outcomes(HEADER + f"A-1,b,c{empty}\n".encode())
    assert isinstance(row, GoodRow)
    (bad,) = outcomes(HEADER + f"A-1,b,c{empty},x\n".encode())
    assert isinstance(bad, BadRow)
    assert bad.code == "CSV_WIDTH"


def test_a_file_cut_off_by_its_disk_gives_no_half_row() -> None:
    """`10` cut to `1` would be accepted as something else."""

    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            piece = super().read(size)
            if not piece:
                raise OSError("gone")
            return piece

    found: list[Any] = list(read(Failing(HEADER + b"A-1,b,c\nA-2,b,1"), Row))
    assert [getattr(row, "code", "ok") for row in found] == ["ok", "CSV_TRUNCATED"]


@examples(500)
@example(b"a,b ,c\n")
@example(b"a, b,c\n")
@example(b"a,b  c,d\r\n")
@example(b"A-1,Rukmini Aminah,Dusun Tegal RT 02\r\n")
@given(st.lists(st.sampled_from(PLAIN), max_size=12).map(b"".join) | pieces)
def test_plain_cells_are_read_as_a_close_look_reads_them(body: bytes) -> None:
    """The short way is the long way wherever it is taken."""
    quickly = list(read(io.BytesIO(HEADER + body), Row))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "plain_cells", lambda _data, _separator: None)
        assert quickly == list(read(io.BytesIO(HEADER + body), Row))
