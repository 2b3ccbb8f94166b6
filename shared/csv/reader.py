"""Read CSV files row by row: good rows as models, bad rows with code, reason and remedy.

The reader accepts UTF-8 with or without BOM, and Windows-1252 with a notice; comma, semicolon or tab;
columns in any order; any line ends. Every line below the header that is not blank belongs to exactly one
row, good or bad. Memory does not grow with the file. A seekable
file with columns of days is read twice: the whole column proves the order of day and month. No message
repeats a refused value.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Generic, cast

from pydantic import BaseModel, ValidationError

from shared.csv.days import MAY_BE_DAY, day_columns, iso_day, proven
from shared.csv.header import BOM, Header, find_header, foreign_file, notices
from shared.csv.lines import CHUNK, MAX_RECORD_BYTES, Line, Lines, records, trimmed
from shared.csv.lost import lost_cells
from shared.csv.messages import MARKS, shape_of
from shared.csv.rounded import RoundedNumbers, numbers_of, sixteen_digit_columns
from shared.csv.rows import (
    BadRow,
    FileRefused,
    GoodRow,
    M,
    Notice,
    bad_file,
    bad_row,
    marked_row,
    notice,
)
from shared.csv.text import cells_of, lenient_text, plain_cells, text_of
from shared.messages import phrase

_MAX_FIELD = 10_000
_SHOWN_LINES = 5
_BLOCK = 1_000
"""Rows to read before yielding the first: a rounded column shows only in several rows."""
_LIMITS = ("max_length", "ge", "le", "gt", "lt")
"""How a model names its limits."""
_TYPES = {
    "missing": "FIELD_REQUIRED",
    "string_too_short": "FIELD_REQUIRED",
    "string_too_long": "CSV_FIELD_TOO_LONG",
    "too_long": "CSV_FIELD_TOO_LONG",
    "enum": "FIELD_CHOICE",
    "literal_error": "FIELD_CHOICE",
    "greater_than_equal": "AMOUNT_RANGE",
    "greater_than": "AMOUNT_RANGE",
    "less_than_equal": "AMOUNT_RANGE",
    "less_than": "AMOUNT_RANGE",
}


def open_file(path: Path) -> BinaryIO:
    """Open a regular file; links, directories, pipes and devices are refused as FILE_PATH."""
    mode = os.lstat(path).st_mode
    if not stat.S_ISREG(mode):
        raise FileRefused(bad_file(1, "", "FILE_PATH", found=stat.filemode(mode)[0]))
    return path.open("rb")


def columns_of(row_model: type[BaseModel]) -> dict[str, bool]:
    """The columns of a model (alias, else name), and whether each is required."""
    fields = row_model.model_fields.items()
    return {info.alias or name: info.is_required() for name, info in fields}


def read(
    stream: BinaryIO,
    row_model: type[M],
    columns: Sequence[str] | None = None,
    *,
    day_first: bool = False,
) -> Iterator[GoodRow[M] | BadRow | Notice]:
    """Yield every data row in order, good or bad, and notices about what was skipped.

    A file that cannot be read at all is one bad row with `whole_file`, which counts no row.
    `columns` lists the required columns; without it the model decides. `day_first`: the office writes
    day before month, so that a file which does not contradict it needs no proof.
    """
    wanted = dict.fromkeys(columns, True) if columns is not None else columns_of(row_model)
    start = _start(stream)
    lines = Lines(stream, start)
    head = foreign_file(start) or find_header(lines, wanted)
    if isinstance(head, BadRow):
        yield head
        return
    yield from notices(head, wanted)
    rows = _Rows(head, wanted, row_model, must_be_utf8=start.startswith(BOM))
    if rows.days and stream.seekable():
        rows.day_first = proven(_with_days(lines, head, rows.days), rows.days, assumed=day_first)
        stream.seek(0)
        start = _start(stream)
        lines = Lines(stream, start)
        find_header(lines, wanted)
    yield from rows.read(lines)


def _with_days(lines: Lines, head: Header, columns: Sequence[str]) -> Iterator[Mapping[str, str]]:
    """The cells of rows that may hold a day in numbers: the order is proven by the whole column."""
    places = head.places(columns)
    for record in records(lines, head.separator, head.width):
        if not record.fault and MAY_BE_DAY.search(record.data):
            cells = trimmed(cells_of(lenient_text(record.data), head.separator), head.width)
            if len(cells) == head.width:
                yield {name: cells[place] for name, place in places}


def _start(stream: BinaryIO) -> bytes:
    """The first chunk; empty when the stream fails at once: the next read reports that."""
    try:
        return stream.read(CHUNK)
    except OSError:
        return b""


class _Rows(Generic[M]):
    """The rows below a header."""

    def __init__(
        self, head: Header, wanted: Iterable[str], model: type[M], *, must_be_utf8: bool
    ) -> None:
        self._head, self._must_be_utf8 = head, must_be_utf8
        self._validate: Callable[[Mapping[str, str]], M] = (
            model.__pydantic_validator__.validate_python
        )
        self._places = head.places(wanted)
        self._numbering = {place for _, place in head.numbering(wanted)}
        self.days = day_columns(model)
        self.day_first: frozenset[str] = frozenset()
        self._rounded = RoundedNumbers(sixteen_digit_columns(model))
        self._unchecked: list[Mapping[str, str]] = []
        self._checked: set[int] = set()
        self._first_foreign: list[int] = []
        self._foreign = 0

    def read(self, lines: Lines) -> Iterator[GoodRow[M] | BadRow | Notice]:
        """Yield each row, then notices about the file."""
        empty = True
        rows = map(self._row, records(lines, self._head.separator, self._head.width))
        found = (row for row in rows if row is not None)
        while block := list(islice(found, _BLOCK)):
            empty = False
            yield from self._without_rounded(block)
        if empty:
            yield bad_file(1, "", "CSV_EMPTY")
        for column, (zeros, numbers) in self._rounded.unusual().items():
            yield notice("NUMBER_ENDS_IN_ZERO", column=column, zeros=zeros, all=numbers)
        if self._foreign:
            shown = ", ".join(map(str, self._first_foreign))
            more = ", ..." if self._foreign > _SHOWN_LINES else ""
            yield notice("CSV_WINDOWS_1252", count=self._foreign, lines=shown + more)

    def _row(self, record: Line) -> GoodRow[M] | BadRow | None:
        """The row of one record; None for a blank line."""
        if record.fault:
            return self._raw(record, bad_row(record, "", record.fault, limit=MAX_RECORD_BYTES))
        if (mark := self._mark_of(record)) in MARKS:
            return self._raw(record, marked_row(record, mark))
        cells = plain_cells(record.data, self._head.separator)
        if cells is None or len(cells) != self._head.width or len(record.data) > _MAX_FIELD:
            return self._closely(record)
        return self._validated(record, cells) if self._filled(cells) else None

    def _closely(self, record: Line) -> GoodRow[M] | BadRow | None:
        """The same for a record that holds more than plain cells."""
        text = text_of(record, must_be_utf8=self._must_be_utf8)
        if isinstance(text, BadRow):
            return self._raw(record, text)
        cells = trimmed(cells_of(text.text, self._head.separator), self._head.width)
        if not self._filled(cells):
            return None
        if text.windows_1252:
            self._note_foreign(record.number)
        unfit = _unfit(record, cells, self._head.width)
        return self._raw(record, unfit) if unfit else self._validated(record, cells)

    def _raw(self, record: Line, bad: BadRow) -> BadRow:
        """A refused row with its cells, as far as the record has them."""
        cells = cells_of(lenient_text(record.data), self._head.separator)
        raw = {name: cells[place] for name, place in self._places if place < len(cells)}
        return replace(bad, raw=self._dated(raw))

    def _filled(self, cells: Sequence[str]) -> bool:
        """Whether a row says anything besides its running number."""
        if not self._numbering:
            return any(cells)
        return any(cell for place, cell in enumerate(cells) if place not in self._numbering)

    def _without_rounded(
        self, block: Sequence[GoodRow[M] | BadRow]
    ) -> Iterator[GoodRow[M] | BadRow]:
        """Yield the rows of a block; refuse those with numbers that a spreadsheet rounded."""
        suspects = self._rounded.suspects(self._unchecked)
        judged = [
            row
            if isinstance(row, BadRow) or row.line in self._checked
            else self._rounded_row(row, suspects) or row
            for row in block
        ]
        unchecked = (r for r in judged if isinstance(r, GoodRow) and r.line not in self._checked)
        self._rounded.accept(row.raw for row in unchecked)
        yield from judged
        self._unchecked.clear()
        self._checked.clear()

    def _mark_of(self, record: Line) -> str:
        """The code that a row of a reject file still has, whatever else is wrong with it."""
        place = self._head.place_of_mark
        if place is None:
            return ""
        cells = cells_of(lenient_text(record.data), self._head.separator)
        return cells[place].upper() if place < len(cells) else ""

    def _note_foreign(self, line: int) -> None:
        self._foreign += 1
        if self._foreign <= _SHOWN_LINES:
            self._first_foreign.append(line)

    def _validated(self, record: Line, cells: Sequence[str]) -> GoodRow[M] | BadRow:
        raw = {name: cells[place] for name, place in self._places}
        mark = self._head.place_of_mark
        if mark is None or cells[mark]:
            self._unchecked.append(raw)
        else:
            self._checked.add(record.number)
        dated = self._dated(raw)
        if lost := lost_cells(raw):
            return replace(_together([bad_row(record, *one) for one in lost]), raw=dated)
        try:
            return GoodRow(record.number, self._validate(dated), raw, record.lines)
        except ValidationError as error:
            return replace(_refused(record, error), raw=dated)

    def _rounded_row(self, row: GoodRow[M], suspects: Mapping[str, set[str]]) -> BadRow | None:
        for column, numbers in suspects.items():
            if not numbers.isdisjoint(numbers_of(row.raw.get(column, ""))):
                bad = bad_row(Line(row.line, 0, b"", lines=row.lines), column, "NUMBER_ROUNDED")
                return replace(bad, raw=self._dated(row.raw))
        return None

    def _dated(self, raw: Mapping[str, str]) -> Mapping[str, str]:
        """The cells with certain days as ISO days."""
        days = {
            name: iso_day(raw[name], day_first=name in self.day_first)
            for name in self.days
            if name in raw
        }
        return {**raw, **days}


def _unfit(record: Line, cells: Sequence[str], width: int) -> BadRow | None:
    """The refusal of cells that do not fit a table of this width, else None."""
    if len(cells) != width:
        broken_off = len(cells) < width and not record.data.endswith((b"\n", b"\r"))
        code = "CSV_TRUNCATED" if broken_off else "CSV_WIDTH"
        return bad_row(record, "", code, got=len(cells), expected=width)
    if len(record.data) > _MAX_FIELD and max(map(len, cells)) > _MAX_FIELD:
        return bad_row(record, "", "CSV_FIELD_TOO_LONG", limit=_MAX_FIELD)
    return None


def _refused(record: Line, error: ValidationError) -> BadRow:
    """One bad row for all that the model refused, without any value."""
    found = cast("list[Mapping[str, Any]]", error.errors(include_url=False))
    return _together([_problem(record, item) for item in found])


def _together(problems: Sequence[BadRow]) -> BadRow:
    """One bad row for several problems of it."""
    first = problems[0]
    if len(problems) == 1:
        return first
    message = "; ".join(f"{item.field}: {item.message}" for item in problems)
    remedy = "; ".join(f"{item.field}: {item.remedy}" for item in problems)
    every = tuple(one for item in problems for one in item.problems)
    return replace(first, message=message, remedy=remedy, problems=every)


def _problem(record: Line, item: Mapping[str, Any]) -> BadRow:
    context: dict[str, Any] = {
        "shape": shape_of(item["input"]),
        "length": len(str(item["input"])),
        **item.get("ctx", {}),
    }
    code = getattr(context.get("error"), "code", _TYPES.get(item["type"], item["type"]))
    if item["input"] == "" and code != "NOT_DECLARED":
        code = "FIELD_REQUIRED"
    elif not code.isupper():
        code = "FIELD_FORMAT"
    context = _limit(context) | context
    return bad_row(record, str(item["loc"][0]) if item["loc"] else "", code, **context)


def _limit(context: Mapping[str, Any]) -> dict[str, str]:
    """The limit that the model names, Indonesian and English."""
    name = next((name for name in _LIMITS if name in context), None)
    if name is None:
        return {}
    words = phrase(f"list.limit.{name}")
    value = context[name]
    return {"limit": words.of("id", value=value), "limit_en": words.of("en", value=value)}
