"""An officer who sends a workbook gets the refused rows back as one, and it can be mended."""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel
from python_calamine import load_workbook
from xlsxwriter import Workbook

from shared.csv.fields import IsoDate, Maybe, PhoneCell, PlainText
from shared.csv.rows import REJECT_COLUMNS, BadRow, GoodRow, Notice
from shared.security.identity import NationalId
from shared.sheets.reader import read
from shared.sheets.rejects import reject_workbook
from shared.sheets.workbook import table
from tests.kit.office import soffice

HEADER = ("nik", "nama", "telepon", "lahir")
WANTED = dict.fromkeys(HEADER, True)
GOOD = ("3509904206900010", "Sri", "081234567890", "1990-06-02")


class Person(BaseModel):
    """What spreadsheets spoil."""

    nik: NationalId
    nama: PlainText
    telepon: Maybe[PhoneCell[PlainText]]
    lahir: IsoDate


def saved(path: Path, *rows: Sequence[str]) -> Path:
    """A workbook of text cells."""
    path.write_bytes(table("daftar", rows))
    return path


def rejects(path: Path) -> bytes:
    """The refused rows of a workbook."""
    with path.open("rb") as file:
        found = list(read(file, Person))
        header = max((one.header_line for one in found if isinstance(one, Notice)), default=0)
        refused = {one.line: one for one in found if isinstance(one, BadRow)}
        file.seek(0)
        return reject_workbook(file, refused, WANTED, header)


def cells(content: bytes) -> list[list[str]]:
    """What is in the first sheet; only text, or the test ends here."""
    found = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert all(isinstance(cell, str) for row in found for cell in row)
    return [[str(cell) for cell in row] for row in found]


def read_again(path: Path) -> list[GoodRow[Person] | BadRow]:
    """What the reader makes of a file, without its remarks."""
    with path.open("rb") as file:
        return [one for one in read(file, Person) if not isinstance(one, Notice)]


def test_refused_rows_come_back_with_their_reasons_before_their_cells(tmp_path: Path) -> None:
    """Also below a title; every cell is text, formulas and long numbers too."""
    bad = ("3509904206900010", "=HYPERLINK(1)", "081234567890", "02/06/1990")
    path = saved(tmp_path / "a.xlsx", ("Daftar anggota",), HEADER, GOOD, bad)
    header, row = cells(rejects(path))
    assert tuple(header) == (*REJECT_COLUMNS, *HEADER)
    assert row[:3] == ["4", "lahir", "DATE_AMBIGUOUS"]
    assert all(row[3:5])
    assert tuple(row[5:]) == bad


def test_the_wrong_cell_is_marked_also_where_it_is_empty(tmp_path: Path) -> None:
    """An officer sees where to write: one cell of the row has another look than the others."""
    path = saved(tmp_path / "a.xlsx", HEADER, (GOOD[0], "", *GOOD[2:]))
    with zipfile.ZipFile(io.BytesIO(rejects(path))) as packed:
        row = packed.read("xl/worksheets/sheet1.xml").decode().partition('<row r="2"')[2]
    looks = dict(re.findall(r'<c r="([A-Z]+)2" s="(\d+)"', row))
    assert [cell for cell, look in looks.items() if look != looks["A"]] == ["G"]


def test_a_mended_reject_workbook_is_accepted(tmp_path: Path) -> None:
    """Unmended it is refused again for the same reason; its own reasons do not pile up."""
    path = saved(tmp_path / "a.xlsx", HEADER, ("350990420690001", "Sri", "-", "1990-06-02"), GOOD)
    again = tmp_path / "a.ditolak.xlsx"
    again.write_bytes(rejects(path))
    (still,) = read_again(again)
    assert isinstance(still, BadRow)
    assert (still.field, still.code) == ("nik", "NIK_LENGTH")
    header, row = cells(rejects(again))
    assert tuple(header) == (*REJECT_COLUMNS, *HEADER)
    mended = saved(tmp_path / "b.xlsx", header, [*row[:5], GOOD[0], *row[6:]])
    (good,) = read_again(mended)
    assert isinstance(good, GoodRow)


def test_a_number_that_a_spreadsheet_rounded_is_not_made_to_look_whole(tmp_path: Path) -> None:
    """The digits are lost: the reject file shows the damage, not sixteen digits."""
    made = io.BytesIO()
    with Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, (3509904206900010, *GOOD[1:]))
    path = tmp_path / "a.xlsx"
    path.write_bytes(made.getvalue())
    _, row = cells(rejects(path))
    assert (row[2], row[5]) == ("NIK_SCIENTIFIC", "3.50990420690001E+15")


def test_a_reject_workbook_survives_libreoffice(tmp_path: Path) -> None:
    """Opened and saved there, every identity number, telephone and day is as it was."""
    bad = ("3509904206900010", "", "081234567890", "1990-06-02")
    path = saved(tmp_path / "a.xlsx", HEADER, bad)
    before = rejects(path)
    (tmp_path / "k.xlsx").write_bytes(before)
    (after,) = soffice(tmp_path, "ods", tmp_path / "k.xlsx")
    assert cells(after.read_bytes()) == cells(before)
