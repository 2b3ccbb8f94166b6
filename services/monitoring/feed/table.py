"""The table of a release as bytes: CSV, JSON and Parquet with the same lines. Pure."""

import csv
import io
import json
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from services.monitoring.feed import forms
from services.monitoring.feed.columns import COLUMNS, NAMES, Line, as_record

_TYPES = {"string": pa.string(), "integer": pa.int64()}
SCHEMA = pa.schema([pa.field(one.name, _TYPES[one.type]) for one in COLUMNS])
ROWS_OF_A_GROUP = 20_000
"""A filter passes over whole groups: rows lie in order of indicator and region."""


def csv_bytes(lines: Iterable[Line]) -> bytes:
    """RFC 4180 in UTF-8; a value that is not shown is an empty field."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(NAMES)
    writer.writerows(lines)
    return text.getvalue().encode()


def json_bytes(lines: Iterable[Line]) -> bytes:
    """An array of records with the names of the columns."""
    records = [as_record(line) for line in lines]
    return json.dumps(records, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def parquet_bytes(lines: Sequence[Line]) -> bytes:
    """The same bytes for the same lines and the same version of the writer."""
    columns = zip(*lines, strict=True) if lines else ([] for _ in COLUMNS)
    arrays = [pa.array(list(c), f.type) for c, f in zip(columns, SCHEMA, strict=True)]
    return _written(pa.Table.from_arrays(arrays, schema=SCHEMA))


def selected(parquet: bytes, *, indicator: str, region: str, period: str) -> list[Line]:
    """The lines of an indicator, of a region with all that lies in it, and of a period; '' is any."""
    wanted = pc.scalar(True)
    if indicator:
        wanted &= pc.field("indicator") == indicator
    if region:
        here = pc.field("region_code")
        inside = pc.starts_with(here, f"{region}.")
        wanted &= (here == region) | inside
    if period:
        wanted &= pc.field("period") == period
    found = pq.read_table(io.BytesIO(parquet), filters=wanted)
    return [tuple(record[name] for name in NAMES) for record in found.to_pylist()]


def district_lines(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The lines of each kabupaten with its kecamatan, by its code."""
    length = len(forms.region_code("35.09"))
    at, found = NAMES.index("region_code"), dict[str, list[Line]]()
    for line in lines:
        code = str(line[at])
        if len(code) >= length:
            found.setdefault(code[:length], []).append(line)
    return found


def _written(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        row_group_size=ROWS_OF_A_GROUP,
        data_page_version="2.0",
        store_schema=False,
    )
    return sink.getvalue()
