"""Cells of a workbook that its library gives as empty although something is there: errors, merges, formulas.

The part of a sheet is searched for their marks first: most lists have none, and are not parsed twice.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from xml.parsers.expat import ParserCreate
from zipfile import ZipFile

_OVERLAP, _CHUNK = 512, 1 << 20


@dataclass
class Gaps:
    """What is not as empty as it looks, by row and column from 0, and how many rows are hidden."""

    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden: int = 0

    def note(self, row: int, column: int, text: str) -> None:
        """Keep what a cell says instead of nothing."""
        self.cells.setdefault(row, {})[column] = text


class Sheet(Protocol):
    """Reads the XML of a sheet."""

    gaps: Gaps

    def begin(self, tag: str, values: Mapping[str, str]) -> None:
        """An element begins."""

    def text(self, data: str) -> None:
        """Text of an element."""

    def end(self, tag: str) -> None:
        """An element ends."""


def read_part(packed: ZipFile, part: str, marks: re.Pattern[bytes], sheet: Sheet) -> Gaps:
    """The gaps of a part, read by this sheet's reader where the part has one of the marks."""
    if not _is_marked(packed, part, marks):
        return Gaps()
    parser = ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = sheet.begin, sheet.end
    parser.CharacterDataHandler = sheet.text
    with packed.open(part) as content:
        parser.ParseFile(content)
    return sheet.gaps


def name_of(tag: str) -> str:
    """A name without its namespace, however it is written."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def _is_marked(packed: ZipFile, part: str, marks: re.Pattern[bytes]) -> bool:
    rest = b""
    with packed.open(part) as content:
        while chunk := content.read(_CHUNK):
            if marks.search(rest + chunk):
                return True
            rest = chunk[-_OVERLAP:]
    return False
