"""What a workbook only seems to leave empty is refused, never read as nothing."""

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from shared.csv.fields import Identifier, Maybe, PlainText
from shared.csv.reader import read as read_csv
from shared.csv.rows import BadRow, GoodRow, Notice
from shared.sheets.reader import read

Items = list[GoodRow["Row"] | BadRow | Notice]
HEADER = ("nomor", "pendamping")
ROWS = (("K-1", "P-1"), ("K-2", "P-2"), ("K-3", ""))
TABLE = (HEADER, *ROWS)


class Row(BaseModel):
    """A column that may be empty, and one that may not."""

    nomor: Identifier
    pendamping: Maybe[PlainText]


def workbook(change: Callable[[Worksheet], Any], rows: Sequence[Sequence[str]] = TABLE) -> bytes:
    """A list with these rows, and what a test does to its sheet."""
    made = io.BytesIO()
    with Workbook(made) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        change(sheet)
    return made.getvalue()


def with_part(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with another text of its sheet."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name.endswith("sheet1.xml") else part)
    return made.getvalue()


def found(tmp_path: Path, content: bytes) -> Items:
    """What the reader yields; the converter needs a real file."""
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)
    with path.open("rb") as file:
        return list(read(file, Row))


def codes(items: Items) -> list[str]:
    """The facilitator of each good row, the field and code of any other; notices by code."""
    return [
        (item.model.pendamping or "-") if isinstance(item, GoodRow)
        else f"{item.field} {item.code}" if isinstance(item, BadRow) else item.code
        for item in items
    ]  # fmt: skip


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_an_error_of_a_formula_is_no_empty_cell(tmp_path: Path, error: str) -> None:
    """Where a look-up failed nobody meant: no facilitator."""
    content = workbook(lambda sheet: sheet.write_formula(2, 1, "=VLOOKUP(A3,Z1:Z2,1)", None, error))
    assert b't="e"' in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert codes(found(tmp_path, content)) == ["P-1", "pendamping CELL_ERROR", "-"]


def test_an_error_in_a_csv_file_is_no_name() -> None:
    """A spreadsheet writes the same word into the CSV that it makes."""
    items = list(read_csv(io.BytesIO(b"nomor,pendamping\nK-1,#N/A\nK-2,# A\n"), Row))
    assert codes(items) == ["pendamping CELL_ERROR", "# A"]


def test_a_formula_that_nobody_computed_is_no_empty_cell(tmp_path: Path) -> None:
    """Programs write formulas without results; a result that is empty is one."""
    content = workbook(lambda sheet: sheet.write_formula(2, 1, '="P"&"-9"', None, "X"))
    uncomputed = with_part(content, lambda part: part.replace(b"<v>X</v>", b""))
    assert codes(found(tmp_path, uncomputed)) == ["P-1", "pendamping CELL_UNCOMPUTED", "-"]
    empty = with_part(content, lambda part: part.replace(b"<v>X</v>", b"<v></v>"))
    assert codes(found(tmp_path, empty)) == ["P-1", "-", "-"]
    assert codes(found(tmp_path, content)) == ["P-1", "X", "-"]


def test_what_a_merged_cell_covers_is_no_empty_cell(tmp_path: Path) -> None:
    """One facilitator over three families: of two of them the file does not say it."""
    rows = [HEADER, *((number, "") for number, _ in ROWS)]
    content = workbook(lambda sheet: sheet.merge_range("B2:B4", "P-1"), rows)
    assert codes(found(tmp_path, content)) == [
        "P-1", "pendamping CELL_MERGED", "pendamping CELL_MERGED"
    ]  # fmt: skip


def test_merged_titles_and_headers_are_as_before(tmp_path: Path) -> None:
    """A title over the list, a header of two lines: nothing of the rows lies under them."""

    def change(sheet: Worksheet) -> None:
        sheet.merge_range("A1:B2", "Daftar")
        sheet.merge_range("A3:A4", "nomor")
        sheet.merge_range("B3:B4", "pendamping")
        for number, row in enumerate(ROWS, 4):
            sheet.write_row(number, 0, row)

    assert codes(found(tmp_path, workbook(change, ()))) == ["CSV_TITLE", "P-1", "P-2", "-"]


def test_hidden_rows_are_read_with_a_word(tmp_path: Path) -> None:
    """A filter hides rows on the screen, not in the file."""
    content = workbook(lambda sheet: sheet.set_row(2, None, None, {"hidden": True}))
    items = found(tmp_path, content)
    assert codes(items) == ["SHEET_HIDDEN", "P-1", "P-2", "-"]
    assert isinstance(items[0], Notice)
    assert items[0].message.startswith("1 baris")


def test_marks_are_found_whatever_the_namespaces_prefix(tmp_path: Path) -> None:
    """Other programs write `<x:c>` and leave places out."""
    content = workbook(lambda sheet: sheet.write_formula(2, 1, "=NA()", None, "#N/A"))
    name = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    texts = [f'<x:c t="inlineStr"><x:is><x:t>{one}</x:t></x:is></x:c>' for one in (*HEADER, "K-1")]
    rows = f"<x:row>{texts[0]}{texts[1]}</x:row><x:row>{texts[2]}<x:c t='e'><x:v>#N/A</x:v></x:c></x:row>"
    sheet = f"<x:worksheet {name}><x:sheetData>{rows}</x:sheetData></x:worksheet>"
    made = with_part(content, lambda _: sheet.encode())
    assert codes(found(tmp_path, made)) == ["pendamping CELL_ERROR"]


OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)
STRING = 'office:value-type="string" calcext:value-type="string"'
ERROR = 'table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"'


def opened(*rows: str) -> bytes:
    """An .ods with these rows of cells below the header, written as LibreOffice writes them."""
    made = io.BytesIO()
    header = "".join(a_cell(STRING, one) for one in HEADER)
    lines = "".join(
        row if "<table:table-row" in row else f"<table:table-row>{row}</table:table-row>"
        for row in (header, *rows)
    )
    table = f'<table:table table:name="A">{lines}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr(
            "content.xml", f"<office:document-content {OFFICE}>{body}</office:document-content>"
        )
    return made.getvalue()


def a_cell(attributes: str, text: str) -> str:
    """A cell of an .ods."""
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def test_the_same_of_a_workbook_of_libreoffice(tmp_path: Path) -> None:
    """Errors, merged cells, formulas without a result, hidden rows."""
    first, second, third = (a_cell(STRING, f"K-{n}") for n in (1, 2, 3))
    over = 'table:number-columns-spanned="1" table:number-rows-spanned="2"'
    rows = (
        first + a_cell(ERROR, "#N/A"),
        second + a_cell(f"{STRING} {over}", "P-2"),
        third + "<table:covered-table-cell/>",
        a_cell(STRING, "K-4") + '<table:table-cell table:formula="of:=1"/>',
        f'<table:table-row table:visibility="filter">{a_cell(STRING, "K-5")}</table:table-row>',
    )
    assert codes(found(tmp_path, opened(*rows))) == [
        "SHEET_HIDDEN", "pendamping CELL_ERROR", "P-2", "pendamping CELL_MERGED",
        "pendamping CELL_UNCOMPUTED", "-",
    ]  # fmt: skip


def test_blank_rows_that_are_hidden_are_no_rows(tmp_path: Path) -> None:
    """A sheet may end with a million of them."""
    many = 'table:number-rows-repeated="1000000" table:visibility="filter"'
    blank = f"<table:table-row {many}><table:table-cell/></table:table-row>"
    row = a_cell(STRING, "K-1") + a_cell(STRING, "P-1")
    assert codes(found(tmp_path, opened(row, blank))) == ["P-1"]
