"""Read a list from a workbook or a CSV file; the first bytes decide which it is."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from shared.csv import reader as csv_reader
from shared.csv.rows import BadRow, GoodRow, M, Notice, bad_file, notice
from shared.sheets.convert import MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED

MEDIA_TYPES = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
)
log = logging.getLogger("lintas.imports")
PACKED = b"PK\x03\x04"
"""How every .xlsx and .ods begins."""
_SECONDS = 300
_LIMITS = {"rows": MAX_ROWS, "columns": MAX_COLUMNS, "size": MAX_UNPACKED // 1024**2}


def read(
    stream: BinaryIO,
    row_model: type[M],
    columns: Sequence[str] | None = None,
    *,
    day_first: bool = False,
) -> Iterator[GoodRow[M] | BadRow | Notice]:
    """Yield the rows of a seekable file as `shared.csv.reader.read` does; lines are rows of the sheet.

    A workbook that cannot be read is one bad row with `whole_file`: SHEET_LIMIT or SHEET_BROKEN.
    """
    start = stream.read(len(PACKED))
    stream.seek(0)
    if start != PACKED:
        yield from csv_reader.read(stream, row_model, columns, day_first=day_first)
        return
    wanted = dict.fromkeys(columns, True) if columns else csv_reader.columns_of(row_model)
    with TemporaryFile() as spooled:
        said = as_csv(stream, spooled, wanted)
        if "refused" in said:
            yield bad_file(1, "", said["refused"], **_LIMITS)
            return
        if said["others"]:
            others = ", ".join(map(str, said["others"]))
            yield notice("SHEET_TAKEN", taken=said["taken"], others=others)
        if said["hidden"]:
            yield notice("SHEET_HIDDEN", count=said["hidden"])
        spooled.seek(0)
        yield from csv_reader.read(spooled, row_model, columns, day_first=day_first)


def as_csv(stream: BinaryIO, spooled: BinaryIO, wanted: Mapping[str, bool]) -> dict[str, Any]:
    """Write the sheet with these columns as CSV, a line a row; gives what the converter says.

    A workbook that ends it by a signal asked for too much memory.
    """
    command = [sys.executable, "-m", "shared.sheets.convert", json.dumps(wanted)]
    try:
        done = subprocess.run(
            command,
            check=False,
            stdin=stream,
            stdout=spooled,
            stderr=subprocess.PIPE,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return {"refused": "SHEET_LIMIT"}
    if done.returncode:
        log.warning("the converter of workbooks ended with %d", done.returncode)
        return {"refused": "SHEET_LIMIT" if done.returncode < 0 else "SHEET_BROKEN"}
    said: dict[str, Any] = json.loads(done.stderr)
    return said
