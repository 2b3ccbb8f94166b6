"""Write workbooks of which every cell is text, so that no spreadsheet changes a number or a day."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from xlsxwriter import Workbook

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_CELL = 32_767
"""Characters that a cell of a workbook takes."""
LAST_ROW, LAST_COLUMN = 200_000, 199
_SAME = {"created": datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)}
"""The same content gives the same bytes: the file names no moment of its making."""


def new_book(out: BinaryIO, *, rows_at_once: bool = False) -> Workbook:
    """A workbook that is written when it is closed; rows are kept on disk if they come in order.

    Nothing that looks like a formula, a number or an address becomes one.
    """
    book = Workbook(
        out,
        {
            "constant_memory": rows_at_once,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties(_SAME)
    return book


def text_sheet(book: Workbook, name: str, header: Sequence[str], widths: Sequence[int]) -> Any:
    """A sheet of text columns with a header that stays in view."""
    sheet, text = book.add_worksheet(name), book.add_format({"num_format": "@"})
    bold = book.add_format({"num_format": "@", "bold": True, "bottom": 1})
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width, text)
    sheet.freeze_panes(1, 0)
    write_text(sheet, 0, header, bold)
    return sheet


def write_text(sheet: Any, row: int, cells: Iterable[str], form: Any) -> None:
    """One row of text cells; empty ones are left out."""
    for place, cell in enumerate(cells):
        if cell:
            sheet.write_string(row, place, cell[:MAX_CELL], form)


def _cell(row: Sequence[str], column: int) -> str:
    """A cell of a row that may have too few."""
    return row[column][:MAX_CELL] if column < len(row) else ""


def table(
    name: str,
    rows: Iterable[Sequence[str]],
    widths: Sequence[int] | None = None,
    *,
    naming: int | None = None,
) -> bytes:
    """A workbook of one sheet, the column names first; memory grows with its bytes, not its cells.

    `widths` are those of the columns, in characters; without them each is as wide as its name. The
    cell of each row in place `naming` names the column whose cell is to be seen at once.
    """
    made, found = io.BytesIO(), iter(rows)
    with new_book(made, rows_at_once=True) as book:
        header = next(found)
        widths = widths or [max(16, len(cell) + 2) for cell in header]
        sheet, text = text_sheet(book, name, header, widths), book.add_format({"num_format": "@"})
        seen = book.add_format({"num_format": "@", "bg_color": "#FFD9D9", "border": 1})
        for place, row in enumerate(found, 1):
            write_text(sheet, place, row, text)
            if naming is not None and row[naming] in header:
                column = header.index(row[naming])
                sheet.write_string(place, column, _cell(row, column), seen)
    return made.getvalue()
