"""Cells of an .xlsx that its library gives as empty although something is there: errors, merges, formulas.

The part of a sheet is searched for their marks first: most lists have none, and are not parsed twice.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import Element, fromstring
from xml.parsers.expat import ParserCreate
from zipfile import ZipFile

from shared.csv.lost import MERGED, UNCOMPUTED

_MARKS = re.compile(
    rb"""\bt\s*=\s*["']e["']|<(?:\w+:)?(?:f|mergeCell)[\s/>]|<(?:\w+:)?row\s[^>]*hidden"""
)
_OVERLAP, _CHUNK = 512, 1 << 20
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})\Z")
_OFFICE = "/officeDocument"
_TRUE = ("1", "true")


@dataclass
class Gaps:
    """What is not as empty as it looks, by row and column from 0, and how many rows are hidden."""

    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden: int = 0

    def note(self, row: int, column: int, text: str) -> None:
        """Keep what a cell says instead of nothing."""
        self.cells.setdefault(row, {})[column] = text


def gaps_in(workbook: IO[bytes], place: int) -> Gaps:
    """The gaps of the sheet at a place from 0; none in another kind of workbook."""
    with ZipFile(workbook) as packed:
        part = _part(packed, place)
        if part is None or not _is_marked(packed, part):
            return Gaps()
        with packed.open(part) as content:
            return _read(content)


def _part(packed: ZipFile, place: int) -> str | None:
    """The name of the part that holds a sheet, by the order of the workbook."""
    names = set(packed.namelist())
    if "_rels/.rels" not in names:
        return None
    root = _relations(packed, "_rels/.rels")
    book = next((target for kind, target in root.values() if kind.endswith(_OFFICE)), None)
    if book not in names:
        return None
    folder, name = posixpath.split(book)
    relations = _relations(packed, f"{folder}/_rels/{name}.rels", folder)
    sheets = [one for one in fromstring(packed.read(book)).iter() if _name(one.tag) == "sheet"]  # noqa: S314 - in a process of its own, with limits
    wanted = next((value for key, value in sheets[place].items() if _name(key) == "id"), "")
    part = relations.get(wanted, ("", ""))[1]
    return part if part in names else None


def _relations(packed: ZipFile, part: str, folder: str = "") -> Mapping[str, tuple[str, str]]:
    """Kind and target of each relation of a part, by its id."""
    if part not in packed.namelist():
        return {}
    found: Iterator[Element] = fromstring(packed.read(part)).iter()  # noqa: S314 - as above
    return {
        one.attrib["Id"]: (
            one.attrib["Type"],
            posixpath.normpath(posixpath.join("/", folder, one.attrib["Target"])).lstrip("/"),
        )
        for one in found
        if _name(one.tag) == "Relationship"
    }


def _is_marked(packed: ZipFile, part: str) -> bool:
    rest = b""
    with packed.open(part) as content:
        while chunk := content.read(_CHUNK):
            if _MARKS.search(rest + chunk):
                return True
            rest = chunk[-_OVERLAP:]
    return False


class _Sheet:
    """Reads one sheet's XML."""

    def __init__(self) -> None:
        self.gaps = Gaps()
        self._row, self._column = -1, -1
        self._formula = self._value = self._error = False
        self._text = ""

    def begin(self, tag: str, values: Mapping[str, str]) -> None:
        """An element begins."""
        name = _name(tag)
        if name == "row":
            self._row = int(values["r"]) - 1 if "r" in values else self._row + 1
            self._column = -1
            self.gaps.hidden += values.get("hidden") in _TRUE
        elif name == "c":
            place = _PLACE.match(values.get("r", ""))
            self._column = _number(place[1]) if place else self._column + 1
            self._formula = self._value = False
            self._error, self._text = values.get("t") == "e", ""
        elif name == "f":
            self._formula = True
        elif name in ("v", "is"):
            self._value = True
        elif name == "mergeCell":
            self._merged(values.get("ref", ""))

    def text(self, data: str) -> None:
        """Text of an element; only that of an error matters."""
        if self._error and self._value:
            self._text += data

    def end(self, tag: str) -> None:
        """An element ends."""
        if _name(tag) != "c":
            return
        if self._error:
            self.gaps.note(self._row, self._column, self._text.strip() or "#N/A")
        elif self._formula and not self._value:
            self.gaps.note(self._row, self._column, UNCOMPUTED)

    def _merged(self, ref: str) -> None:
        """A merged range: what it says belongs to its first row as far as the file knows."""
        ends = [_PLACE.match(one) for one in ref.split(":")]
        if len(ends) != len(("first", "last")) or not (ends[0] and ends[1]):
            return
        for row in range(int(ends[0][2]), int(ends[1][2])):
            for column in range(_number(ends[0][1]), _number(ends[1][1]) + 1):
                self.gaps.note(row, column, MERGED)


def _read(content: IO[bytes]) -> Gaps:
    sheet, parser = _Sheet(), ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = sheet.begin, sheet.end
    parser.CharacterDataHandler = sheet.text
    parser.ParseFile(content)
    return sheet.gaps


def _name(tag: str) -> str:
    """A name without its namespace, however it is written."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def _number(letters: str) -> int:
    """A column's number from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
