"""Reading CSV files row by row: good rows as models, bad rows with code, reason and remedy.

UTF-8 with or without BOM; comma, semicolon or tab; columns in any order; any line ends. Memory does
not grow with the file. Nothing that was refused is repeated in a message.
"""

import csv
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from pydantic import BaseModel, ValidationError

from shared.csv_fields import (
    Choice,
    DistrictRegion,
    Identifier,
    IsoDate,
    Many,
    Maybe,
    Number,
    Phone,
    PlainText,
    RegionCode,
    SubdistrictRegion,
    VillageRegion,
    Yes,
)
from shared.csv_header import Header, decode, foreign_file, header, without_preamble
from shared.csv_lines import CHUNK, MAX_RECORD_BYTES, Broken, Line, records
from shared.csv_messages import shape_of
from shared.csv_rows import REJECT_COLUMNS, BadRow, FileRefused, GoodRow, M, bad_row

__all__ = [
    "REJECT_COLUMNS",
    "BadRow",
    "Choice",
    "DistrictRegion",
    "FileRefused",
    "GoodRow",
    "Identifier",
    "IsoDate",
    "Many",
    "Maybe",
    "Number",
    "Phone",
    "PlainText",
    "RegionCode",
    "SubdistrictRegion",
    "VillageRegion",
    "Yes",
    "bad_row",
    "columns_of",
    "open_file",
    "read",
]

_MAX_FIELD = 10_000
_LIMITS = {
    "max_length": ("{}", "{}"),
    "ge": ("paling sedikit {}", "at least {}"),
    "le": ("paling banyak {}", "at most {}"),
    "gt": ("lebih dari {}", "more than {}"),
    "lt": ("kurang dari {}", "less than {}"),
}
"""What a limit is called, by its name in the model."""
_ESCAPED = re.compile(r"'[=+\-@\t\r]")
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
        raise FileRefused(bad_row(1, "", "FILE_PATH", found=stat.filemode(mode)[0]))
    return path.open("rb")


def columns_of(row_model: type[BaseModel]) -> dict[str, bool]:
    """The columns of a model (alias, else name), and whether each must be there."""
    fields = row_model.model_fields.items()
    return {info.alias or name: info.is_required() for name, info in fields}


def read(
    stream: BinaryIO, row_model: type[M], columns: Sequence[str] | None = None
) -> Iterator[GoodRow[M] | BadRow]:
    """Every data row in order, good or bad; a file that cannot be read at all is one bad row.

    `columns` are the columns that must be there; without them the model says so.
    """
    wanted = dict.fromkeys(columns, True) if columns is not None else columns_of(row_model)
    start = _start(stream)
    source = without_preamble(records(stream, start))
    head = foreign_file(start) or header(source, wanted)
    if isinstance(head, BadRow):
        yield head
        return
    empty = True
    for record in source:
        row = _row(record, head, row_model)
        if row is not None:
            empty = False
            yield row
    if empty:
        yield bad_row(1, "", "CSV_EMPTY")


def _start(stream: BinaryIO) -> bytes:
    """The first piece; nothing when the stream fails at once, which reading on will tell."""
    try:
        return stream.read(CHUNK)
    except OSError:
        return b""


def _row(record: Line | Broken, head: Header, model: type[M]) -> GoodRow[M] | BadRow | None:
    """The model of one record; nothing for a blank line."""
    cells = _checked_cells(record, head)
    if isinstance(cells, BadRow) or cells is None:
        return cells
    raw = dict(zip(head.names, cells, strict=True))
    for name in head.passed_over:
        del raw[name]
    line = record.number if isinstance(record, Line) else record.line
    try:
        return GoodRow(line, model.model_validate(raw), raw)
    except ValidationError as error:
        return _refused(line, error)


def _checked_cells(record: Line | Broken, head: Header) -> list[str] | BadRow | None:
    """As many cells as the header has, or why not; nothing for a blank line."""
    if isinstance(record, Broken):
        return bad_row(record.line, "", record.code, limit=MAX_RECORD_BYTES)
    text = decode(record)
    return text if isinstance(text, BadRow) else _fitting_cells(record, text, head)


def _fitting_cells(record: Line, text: str, head: Header) -> list[str] | BadRow | None:
    cells = _cells(text, head.separator)
    if cells is None:
        return bad_row(record.number, "", "CSV_QUOTE")
    if not any(cells):
        return None
    if len(cells) != len(head.names):
        return _ragged(record, len(cells), len(head.names))
    if len(text) > _MAX_FIELD and max(map(len, cells)) > _MAX_FIELD:
        return bad_row(record.number, "", "CSV_FIELD_TOO_LONG", limit=_MAX_FIELD)
    return cells


def _cells(text: str, separator: str) -> list[str] | None:
    if '"' not in text:
        cells = [cell.strip() for cell in text.split(separator)]
    else:
        try:
            cells = next(csv.reader([text], delimiter=separator, strict=True))
        except csv.Error:
            return None
        cells = [" ".join(cell.split()) for cell in cells]
    if "'" in text:
        cells = [cell[1:] if _ESCAPED.match(cell) else cell for cell in cells]
    return cells


def _ragged(record: Line, got: int, expected: int) -> BadRow:
    broken_off = got < expected and not record.data.endswith((b"\n", b"\r"))
    code = "CSV_TRUNCATED" if broken_off else "CSV_WIDTH"
    return bad_row(record.number, "", code, got=got, expected=expected)


def _refused(line: int, error: ValidationError) -> BadRow:
    """One bad row for everything that the model refused, without any value."""
    problems = [
        _problem(line, cast("Mapping[str, Any]", item)) for item in error.errors(include_url=False)
    ]
    first = problems[0]
    if len(problems) == 1:
        return first
    message = "; ".join(f"{item.field}: {item.message}" for item in problems)
    remedy = "; ".join(f"{item.field}: {item.remedy}" for item in problems)
    return BadRow(line, first.field, first.code, message, remedy)


def _problem(line: int, item: Mapping[str, Any]) -> BadRow:
    context: dict[str, Any] = {"shape": shape_of(item["input"]), **item.get("ctx", {})}
    code = getattr(context.get("error"), "code", _TYPES.get(item["type"], item["type"]))
    if item["input"] == "":
        code = "FIELD_REQUIRED"
    elif not code.isupper():
        code = "FIELD_FORMAT"
    context = _limit(context) | context
    return bad_row(line, str(item["loc"][0]) if item["loc"] else "", code, **context)


def _limit(context: Mapping[str, Any]) -> dict[str, str]:
    """The limit that the model names, Indonesian and English."""
    name = next((name for name in _LIMITS if name in context), None)
    if name is None:
        return {}
    said, said_en = _LIMITS[name]
    return {"limit": said.format(context[name]), "limit_en": said_en.format(context[name])}
