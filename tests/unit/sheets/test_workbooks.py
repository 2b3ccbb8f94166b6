"""Workbooks as lists: what offices send is read, what would harm is refused."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from pydantic import BaseModel
from xlsxwriter import Workbook

from shared.csv.fields import IsoDate, PlainText
from shared.csv.rows import BadRow, GoodRow, Notice
from shared.sheets.cells import text_of
from shared.sheets.reader import read

HEADER = ("nama", "tanggal")


class Row(BaseModel):
    """Two columns are enough."""

    nama: PlainText
    tanggal: IsoDate


def workbook(*sheets: Sequence[tuple[int, int, Any]]) -> io.BytesIO:
    """A workbook of cells (row from 0, column from 0, value)."""
    made = io.BytesIO()
    with Workbook(made, {"default_date_format": "dd/mm/yyyy"}) as book:
        for cells in sheets:
            sheet = book.add_worksheet()
            for row, column, value in cells:
                sheet.write(row, column, value)
    return io.BytesIO(made.getvalue())


def found(stream: io.BytesIO, tmp_path: Any) -> list[Any]:
    """What the reader yields; the converter needs a real file."""
    path = tmp_path / "list.bin"
    path.write_bytes(stream.getvalue())
    with path.open("rb") as file:
        return list(read(file, Row))


def table(top: int, *rows: Sequence[Any]) -> list[tuple[int, int, Any]]:
    """Cells of a table with its header in row `top`."""
    lines = enumerate((HEADER, *rows), top)
    return [(line, place, value) for line, row in lines for place, value in enumerate(row)]


def test_a_row_keeps_the_line_that_the_officer_sees_and_a_date_cell_is_a_day(tmp_path: Any) -> None:
    """A title and a blank row above the header count; a date cell needs no text."""
    cells = [(0, 0, "Daftar"), *table(2, ("Siti", datetime(2026, 1, 2)))]
    title, row = found(workbook(cells), tmp_path)
    assert (title.code, title.header_line) == ("CSV_TITLE", 3)
    assert isinstance(row, GoodRow)
    assert (row.line, row.model.nama, row.model.tanggal.isoformat()) == (4, "Siti", "2026-01-02")


def test_the_sheet_with_the_header_is_taken_and_another_one_is_named(tmp_path: Any) -> None:
    """A cover sheet is passed over; a second list is not read in silence."""
    lists = [table(0, (name, "2026-01-02")) for name in ("Siti", "Budi")]
    said, row = found(workbook([(0, 0, "Sampul")], *lists), tmp_path)
    assert isinstance(said, Notice)
    assert said.code == "SHEET_TAKEN"
    assert row.model.nama == "Siti"


def test_a_cell_far_from_the_list_is_refused_and_does_not_take_the_memory(tmp_path: Any) -> None:
    """The last cell of a sheet asks for 17 thousand million cells: only the converter ends."""
    (bad,) = found(workbook([*table(0), (1_048_575, 16_383, "x")]), tmp_path)
    assert isinstance(bad, BadRow)
    assert (bad.code, bad.whole_file) == ("SHEET_LIMIT", True)


def test_an_opendocument_sheet_is_read(tmp_path: Any) -> None:
    """The smallest .ods: two text columns, and the empty rows that offices' files end with."""
    names = 'office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"', (
        'table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ), 'text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'  # fmt: skip
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>"
        for row in (HEADER, ("Siti", "2026-01-02"))
    )
    below = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/>'
    rows += f"{below}</table:table-row>"
    content = (
        f"<office:document-content {' '.join(f'xmlns:{name}' for name in names)}><office:body>"
        f'<office:spreadsheet><table:table table:name="A">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        packed.writestr("content.xml", content)
    (row,) = found(made, tmp_path)
    assert row.line == 2
    assert row.model.nama == "Siti"


def test_a_packed_file_that_is_no_workbook_is_refused(tmp_path: Any) -> None:
    """The first bytes alone make no workbook."""
    (bad,) = found(io.BytesIO(b"PK\x03\x04 and nothing more"), tmp_path)
    assert (bad.code, bad.whole_file) == ("SHEET_BROKEN", True)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (812345678.0, "812345678"),
        (3513012345678900.0, "3.51301234567890E+15"),
        (12.5, "12.5"),
        (True, "ya"),
        (datetime(2026, 1, 2), "2026-01-02"),
        ("dua\nbaris", "dua baris"),
        ("'3513990000000001", "3513990000000001"),
    ],
)
def test_a_cell_has_one_text(cell: Any, text: str) -> None:
    """Whole numbers have no fraction; a number whose digits may be lost looks damaged."""
    assert text == text_of(cell)


def test_of_sheets_without_the_header_the_one_that_nearly_has_it_is_named_wrong(
    tmp_path: Any,
) -> None:
    """The officer forgot a column; what a sheet of notes lacks would help nobody."""
    notes, data = [(0, 0, "jangan diubah")], [(0, 0, "nama"), (0, 1, "alamat"), (1, 0, "Siti")]
    (refused,) = found(workbook(notes, data), tmp_path)
    assert isinstance(refused, BadRow)
    assert "kurang: tanggal;" in refused.message
    assert "nama" not in refused.message.partition("kurang")[0]
