"""The bytes of a release: canonical JSON and CSV, the same for everyone who has the same rows."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from services.monitoring.disclosure import K
from services.monitoring.release.figure import FigureId, Row

FORMAT = "lintas-figures/2"
EARLIER = "lintas-figures/1"
"""Releases that the former program made; its values stayed where a table was held back."""
COLUMNS = (*FigureId._fields, *Row._fields[1:])


def canonical(content: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8, and a newline at the end."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{text}\n".encode()


def figures_json(until: str, rows: Sequence[Row]) -> bytes:
    """`figures.json` of rows that are already in order."""
    lines = [dict(zip(COLUMNS, _fields(row), strict=True)) for row in rows]
    return canonical({"format": FORMAT, "k": K, "until": until, "rows": lines})


def figures_csv(rows: Sequence[Row]) -> bytes:
    """`figures.csv` of the same rows; a hidden value is an empty field."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_fields(row) for row in rows)
    return text.getvalue().encode()


def _fields(row: Row) -> tuple[str | int | None, ...]:
    return (*row.id, *row[1:])


def read_figures(body: bytes) -> tuple[str, list[Row]]:
    """Until when, and the rows, from the bytes of `figures.json`, also of one that is older.

    Raises:
        ValueError: not this format.
    """
    content = json.loads(body)
    if not isinstance(content, dict) or content.get("format") not in (FORMAT, EARLIER):
        raise ValueError(f"not {FORMAT}")
    return content["until"], [_read(line) for line in content["rows"]]


def _read(line: Mapping[str, Any]) -> Row:
    one = FigureId(**{name: line[name] for name in FigureId._fields if name in line})
    others = {name: line[name] for name in Row._fields[1:] if name in line}
    if others["status"] == "held":
        others["status"] = "published"
    return Row(one, **others)
