"""`python -m shared.sheets.convert COLUMNS`: a workbook on standard input, CSV on standard output.

A process of its own: a workbook of a few kilobytes can ask for many gigabytes of cells, and that must
end this process alone. COLUMNS is a JSON object of column names and whether each is required. Standard
error is one line of JSON: {"taken": n, "others": [n, ...], "hidden": n}, or {"refused": code}.
"""

import csv
import io
import json
import resource
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO, TextIO
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetVisibleEnum,
    load_workbook,
)

from shared.csv.header import MAX_LINES_ABOVE, Header, find_header
from shared.csv.lines import Lines
from shared.csv.lost import MERGED
from shared.sheets import gaps_ods, gaps_xlsx
from shared.sheets.cells import text_of
from shared.sheets.gaps import Gaps

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_UNPACKED = 512 * 1024 * 1024
MAX_MEMORY = 2 * 1024 * 1024 * 1024
"""Bytes of address space for one workbook."""


class Refused(Exception):
    """The workbook cannot be a list; `args[0]` is the code."""


def check_size(stream: BinaryIO) -> None:
    """Refuse what unpacks to too much, or whose parts are not as long as they say."""
    try:
        with ZipFile(stream) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
                raise Refused("SHEET_LIMIT")
            if packed.testzip() is not None:
                raise Refused("SHEET_BROKEN")
    except (BadZipFile, RuntimeError, NotImplementedError):
        raise Refused("SHEET_BROKEN") from None
    stream.seek(0)


def sheets_with(book: CalamineWorkbook, wanted: Mapping[str, bool]) -> tuple[int, list[int]]:
    """The number of the first visible sheet with the header, from 1, and of the others with it.

    If no sheet has it, the one with most of its names, so that the reader says what is wrong with it.
    """
    shown = [
        place
        for place, sheet in enumerate(book.sheets_metadata)
        if sheet.visible == SheetVisibleEnum.Visible
    ]
    if fitting := [place + 1 for place in shown if _fits(book.get_sheet_by_index(place), wanted)]:
        return fitting[0], fitting[1:]
    return max(shown, key=lambda place: _names(book.get_sheet_by_index(place), wanted)) + 1, []


def write(sheet: CalamineSheet, out: TextIO, gaps: Gaps) -> None:
    """Write a sheet as CSV: a line a row, from the first row of the sheet; gaps say what they are."""
    if sheet.total_height > MAX_ROWS + MAX_LINES_ABOVE or sheet.total_width > MAX_COLUMNS:
        raise Refused("SHEET_LIMIT")
    _write_rows(_without_gaps(sheet.iter_rows(), gaps), out)


def _without_gaps(rows: Iterable[Iterable[Any]], gaps: Gaps) -> Iterator[Iterable[Any]]:
    """The rows with their gaps; one of which merged cells cover all that there is stays blank."""
    for number, row in enumerate(rows):
        lost = gaps.cells.get(number)
        if lost is None:
            yield row
            continue
        cells = [lost.get(place, cell) if cell == "" else cell for place, cell in enumerate(row)]
        yield [] if {*cells} <= {"", MERGED} else cells


def _write_rows(rows: Iterable[Iterable[Any]], out: TextIO) -> None:
    csv.writer(out, lineterminator="\n").writerows(map(text_of, row) for row in rows)


def gaps_of(stream: BinaryIO, place: int) -> Gaps:
    """What looks empty in the sheet at a place from 0, and is not."""
    with ZipFile(stream) as packed:
        if gaps_ods.CONTENT in packed.namelist():
            return gaps_ods.gaps_in(packed, place)
        return gaps_xlsx.gaps_in(packed, place)


def _names(sheet: CalamineSheet, wanted: Iterable[str]) -> int:
    """How many of the wanted names the beginning of a sheet has."""
    rows = islice(sheet.iter_rows(), MAX_LINES_ABOVE + 1)
    return len({text_of(cell).lower() for row in rows for cell in row} & {*wanted})


def _fits(sheet: CalamineSheet, wanted: Mapping[str, bool]) -> bool:
    head = io.StringIO()
    _write_rows(islice(sheet.iter_rows(), MAX_LINES_ABOVE + 1), head)
    found = find_header(Lines(io.BytesIO(head.getvalue().encode())), wanted)
    return isinstance(found, Header)


def main(columns: str) -> dict[str, object]:
    """Convert standard input to standard output; returns what standard error says."""
    wanted = json.loads(columns)
    try:
        with open(0, "rb", closefd=False) as stream:
            check_size(stream)
            book = load_workbook(stream)
            taken, others = sheets_with(book, wanted)
            with open(1, "w", encoding="utf-8", newline="", closefd=False) as out:
                gaps = gaps_of(stream, taken - 1)
                write(book.get_sheet_by_index(taken - 1), out, gaps)
    except Refused as refused:
        return {"refused": refused.args[0]}
    except MemoryError:
        return {"refused": "SHEET_LIMIT"}
    except (CalamineError, ExpatError, ParseError):
        return {"refused": "SHEET_BROKEN"}
    return {"taken": taken, "others": others, "hidden": gaps.hidden}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    sys.stderr.write(json.dumps(main(sys.argv[1])))
