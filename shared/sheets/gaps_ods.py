"""The gaps of an .ods."""

import re
from collections.abc import Mapping
from zipfile import ZipFile

from shared.csv.lost import ERRORS, MERGED, UNCOMPUTED
from shared.sheets.gaps import Gaps, name_of, read_part

CONTENT = "content.xml"
_MARKS = re.compile(
    rb"""value-type\s*=\s*["']error|rows-spanned\s*=\s*["'](?!1["'])|visibility\s*=|:formula\s*="""
)
_HIDDEN = ("collapse", "filter")
_MOST = 250_000
"""Rows of one repetition that are looked at: beyond any list."""


def gaps_in(packed: ZipFile, place: int) -> Gaps:
    """The gaps of the sheet at a place from 0."""
    return read_part(packed, CONTENT, _MARKS, _Sheet(place))


class _Sheet:
    """Reads one table of the content."""

    def __init__(self, place: int) -> None:
        self.gaps = Gaps()
        self._tables_before = place + 1
        self._row, self._column, self._rows, self._columns = 0, 0, 1, 1
        self._hidden = self._filled = self._error = False
        self._lost: dict[int, str] = {}
        self._text = ""

    def begin(self, tag: str, values: Mapping[str, str]) -> None:
        """An element begins."""
        name, plain = name_of(tag), {name_of(key): value for key, value in values.items()}
        if name == "table":
            self._tables_before -= 1
        elif self._tables_before:
            return
        elif name == "table-row":
            self._rows = min(int(plain.get("number-rows-repeated", "1")), _MOST)
            self._column, self._lost = 0, {}
            self._hidden, self._filled = plain.get("visibility") in _HIDDEN, False
        elif name in ("table-cell", "covered-table-cell"):
            self._cell(values, plain)

    def text(self, data: str) -> None:
        """Text of a cell; only that of an error matters."""
        if self._error:
            self._text += data

    def end(self, tag: str) -> None:
        """An element ends."""
        name = name_of(tag)
        if self._tables_before:
            return
        if name in ("table-cell", "covered-table-cell"):
            if self._error:
                said = self._text.strip()
                self._lost[self._column] = said if said in ERRORS else ERRORS[0]
            self._column += self._columns
            self._error = False
        elif name == "table-row":
            for row in range(self._row, self._row + self._rows if self._lost else self._row):
                for column, text in self._lost.items():
                    self.gaps.note(row, column, text)
            self.gaps.hidden += self._rows if self._hidden and self._filled else 0
            self._row += self._rows

    def _cell(self, values: Mapping[str, str], plain: Mapping[str, str]) -> None:
        # LibreOffice says the kind of a value twice; only its own word knows errors
        kinds = [value for key, value in values.items() if name_of(key) == "value-type"]
        self._columns, self._text = int(plain.get("number-columns-repeated", "1")), ""
        self._error = "error" in kinds
        self._filled = self._filled or bool(kinds)
        if "formula" in plain and not kinds:
            self._lost[self._column] = UNCOMPUTED
        down, across = (int(plain.get(f"number-{one}-spanned", "1")) for one in ("rows", "columns"))
        for row in range(self._row + 1, self._row + min(down, _MOST)):
            for column in range(self._column, self._column + across):
                self.gaps.note(row, column, MERGED)
