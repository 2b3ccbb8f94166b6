"""Templates: what an office fills in is read as it was typed, also after LibreOffice."""

import io
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from python_calamine import load_workbook

from lintas.registry import SERVICES, lists_of
from shared.application.lists import ListOf
from shared.application.templates import template_of
from shared.csv.rows import BadRow, GoodRow, Notice
from shared.sheets.reader import read
from tests.programs import needed

LISTS = {f"{service}-{one.name}": one for service in SERVICES for one in lists_of(service)}
EACH = pytest.mark.parametrize("one", LISTS.values(), ids=LISTS)
MANGLED = {
    "families": {
        "nomor_kk": "3509900000000010",
        "telepon": "081234567890",
        "tanggal_lahir_pengurus": "03/02/1990",
        "tanggal_masuk": "25/12/2025",
        "nomor_keluarga": "000123",
        "alamat": "=1+1",
    },
    "members": {"telepon": "+6281234567890", "versi_persetujuan": "koperasi/1"},
}
"""Cells that a spreadsheet would change if their columns were not text."""


def sheets(content: bytes) -> Mapping[str, Sequence[Sequence[Any]]]:
    """The rows of each visible sheet, as a reader sees them."""
    book = load_workbook(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def rows_of(path: Path, one: ListOf[Any]) -> list[Any]:
    """What the reader takes from a file."""
    with path.open("rb") as file:
        return list(read(file, one.row))


@EACH
def test_a_template_has_the_columns_and_explains_each(one: ListOf[Any]) -> None:
    """In the list's order; the example of each column is on the sheet of explanations alone."""
    found = sheets(template_of(one))
    assert list(found) == ["isian", "penjelasan", "pilihan"]
    assert [list(row) for row in found["isian"]] == [list(one.columns)]
    explained = {row[0]: row[1:5] for row in found["penjelasan"][1 : len(one.columns) + 1]}
    assert list(explained) == list(one.columns)
    for column, (meaning, form, required, example) in explained.items():
        assert meaning == one.column(column).id
        assert form
        assert required in ("ya", "boleh kosong")
        assert example == one.example[column]


@EACH
def test_an_untouched_template_records_nothing(one: ListOf[Any], tmp_path: Path) -> None:
    """Its example is no row of it."""
    path = tmp_path / "t.xlsx"
    path.write_bytes(template_of(one))
    (found,) = rows_of(path, one)
    assert isinstance(found, BadRow)
    assert (found.code, found.whole_file) == ("CSV_EMPTY", True)


def test_a_template_offers_the_words_of_codes() -> None:
    """As a drop-down that warns: a code of a program is taken too. A declaration is not offered."""
    content = template_of(LISTS["cooperative-cooperatives"])
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        entries = packed.read("xl/worksheets/sheet1.xml").decode()
    assert sheets(content)["pilihan"][0][0] == "Merah Putih"
    assert "pilihan!$C$1:$C$2" in entries
    assert 'errorStyle="warning"' in entries
    members = template_of(LISTS["cooperative-members"])
    assert "ya" not in [cell for row in sheets(members)["pilihan"] for cell in row]


def test_the_same_template_is_the_same_bytes() -> None:
    """No moment of its making is in it."""
    one = LISTS["training-sessions"]
    assert template_of(one) == template_of(one)


def soffice(folder: Path, kind: str, *files: Path) -> list[Path]:
    """Let LibreOffice open files and save them as another kind."""
    program = needed("soffice")
    command = [program, "--headless", f"-env:UserInstallation=file://{folder}/profile"]
    command += ["--convert-to", kind, "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [folder / f"{file.stem}.{kind}" for file in files]


def fill(path: Path, row: Mapping[str, str]) -> None:
    """Type a row below the header of the first sheet of a flat OpenDocument file."""
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
        if cell
        else "<table:table-cell/>"
        for cell in row.values()
    )
    text = path.read_text("utf-8")
    end = text.index("</table:table-row>") + len("</table:table-row>")
    path.write_text(f"{text[:end]}<table:table-row>{cells}</table:table-row>{text[end:]}", "utf-8")


def test_a_template_survives_libreoffice(tmp_path: Path) -> None:
    """NIK, KK, telephone, dates and leading zeros are what was typed, saved as .xlsx and as .ods."""
    wanted = {
        name: LISTS[name]
        for name in ("beneficiary-families", "cooperative-members", "training-sessions")
    }
    typed = {name: {**one.example, **MANGLED.get(one.name, {})} for name, one in wanted.items()}
    for name, one in wanted.items():
        (tmp_path / f"{name}.xlsx").write_bytes(template_of(one))
    flat = soffice(tmp_path, "fods", *(tmp_path / f"{name}.xlsx" for name in wanted))
    for path in flat:
        assert "<number:text-content/>" in path.read_text("utf-8"), "its columns are text no more"
        fill(path, typed[path.stem])
    for kind in ("xlsx", "ods"):
        for path in soffice(tmp_path, kind, *flat):
            (row,) = (
                one for one in rows_of(path, wanted[path.stem]) if not isinstance(one, Notice)
            )
            assert isinstance(row, GoodRow), row
            assert row.raw == typed[path.stem]
