"""The text of a cell of a workbook, as an office would write it in a CSV file."""

import re
from datetime import date, datetime, time, timedelta

_EXACT = 10**15
"""Spreadsheets keep 15 digits of a number: from here on the last digits may be lost."""

_PROTECTED = re.compile(r"'[0-9]+")
"""An apostrophe that an office types so that its spreadsheet keeps every digit."""

Cell = str | int | float | bool | date | datetime | time | timedelta


def text_of(cell: Cell) -> str:
    """The text of a cell on one line; days are ISO days, a number over 15 digits is scientific.

    The scientific form makes the reader name the number as damaged: its digits cannot be trusted.
    """
    if isinstance(cell, bool):
        return "ya" if cell else "tidak"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    text = " ".join(str(cell).split())
    return text[1:] if _PROTECTED.fullmatch(text) else text


def _number(value: float) -> str:
    if abs(value) >= _EXACT:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)
