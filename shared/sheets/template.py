"""A workbook to fill in: a sheet of entries with drop-downs, and one that explains its columns.

The example row is on the sheet of explanations, so that nobody sends it by mistake.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook

from shared.messages import phrase
from shared.sheets.workbook import LAST_ROW, new_book, text_sheet, write_text

_CHOICES = "pilihan"
_PARTS = ("column", "meaning", "form", "required", "example")
_MOST_SHOWN, _MOST_TITLE = 255, 32
"""Characters that a spreadsheet shows beside a cell."""


@dataclass(frozen=True)
class Column:
    """What a template says of a column, in Indonesian."""

    name: str
    meaning: str
    form: str
    required: bool
    example: str
    choices: tuple[str, ...] = ()
    """What a cell may be chosen from."""


def template(title: str, about: str, columns: Sequence[Column]) -> bytes:
    """The workbook of a list."""
    made = io.BytesIO()
    with new_book(made) as book:
        names = [one.name for one in columns]
        widths = [max(14, len(one.name) + 2, len(one.example) + 2) for one in columns]
        entries = text_sheet(book, _word("sheet"), names, widths)
        _explain(book, title, about, columns)
        _offer(book, entries, columns)
    return made.getvalue()


def _explain(book: Workbook, title: str, about: str, columns: Sequence[Column]) -> None:
    sheet = text_sheet(book, _word("explanation"), list(map(_word, _PARTS)), (26, 48, 48, 14, 26))
    wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for row, one in enumerate(columns, 1):
        needed = _word("yes" if one.required else "no")
        write_text(sheet, row, (one.name, one.meaning, one.form, needed, one.example), wrapped)
    plain = book.add_format({"num_format": "@"})
    for row, line in enumerate((title, about, _word("filling")), len(columns) + 2):
        sheet.write_string(row, 0, line, plain)


def _offer(book: Workbook, entries: Any, columns: Sequence[Column]) -> None:
    """Drop-downs and, beside each chosen cell, what belongs in it. The words lie on a hidden sheet."""
    hidden = book.add_worksheet(_CHOICES)
    hidden.hide()
    for place, one in enumerate(columns):
        rule: dict[str, Any] = {"validate": "any"}
        if one.choices:
            hidden.write_column(0, place, one.choices)
            source = f"={_CHOICES}!{_span(place, len(one.choices))}"
            # a warning, not a stop: codes are taken beside words
            rule = {"validate": "list", "source": source, "error_type": "warning"}
        rule["input_title"] = one.name[:_MOST_TITLE]
        rule["input_message"] = f"{one.meaning}. {one.form}"[:_MOST_SHOWN]
        entries.data_validation(1, place, LAST_ROW, place, rule)


def _span(column: int, rows: int) -> str:
    letter = chr(ord("A") + column)
    return f"${letter}$1:${letter}${rows}"


def _word(name: str) -> str:
    return phrase(f"list.template.{name}").id
