"""The gaps of an .xlsx."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

from shared.csv.lost import MERGED, UNCOMPUTED
from shared.sheets.gaps import Gaps, name_of, read_part

_MARKS = re.compile(
    rb"""\bt\s*=\s*["']e["']|<(?:\w+:)?(?:f|mergeCell)[\s/>]|<(?:\w+:)?row\s[^>]*hidden"""
)
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})\Z")
_OFFICE = "/officeDocument"
_TRUE = ("1", "true")


def gaps_in(packed: ZipFile, place: int) -> Gaps:
    """The gaps of the sheet at a place from 0."""
    part = _part(packed, place)
    return Gaps() if part is None else read_part(packed, part, _MARKS, _Sheet())


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
    sheets = [one for one in fromstring(packed.read(book)).iter() if name_of(one.tag) == "sheet"]  # noqa: S314 - in a process of its own, with limits
    wanted = next((value for key, value in sheets[place].items() if name_of(key) == "id"), "")
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
        if name_of(one.tag) == "Relationship"
    }


class _Sheet:
    """Reads one sheet's XML."""

    def __init__(self) -> None:
        self.gaps = Gaps()
        self._row, self._column = -1, -1
        self._formula = self._value = self._error = False
        self._text = ""

    def begin(self, tag: str, values: Mapping[str, str]) -> None:
        """An element begins."""
        name = name_of(tag)
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
        if name_of(tag) != "c":
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


def _number(letters: str) -> int:
    """A column's number from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
