"""The bytes of a release: canonical JSON and CSV, the same for everyone who has the same rows."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from services.monitoring.release import K
from services.monitoring.release.figure import FigureId, Row

FORMAT = "lintas-figures/1"
COLUMNS = ("indicator", "measure", "region", "period", "band", "value", "status")


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
    one = row.id
    return (*one[:4], one.band, row.value, row.status)


def read_figures(body: bytes) -> tuple[str, list[Row]]:
    """Until when, and the rows, from the bytes of `figures.json`.

    Raises:
        ValueError: not this format.
    """
    content = json.loads(body)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f"not {FORMAT}")
    rows = [
        Row(FigureId(**{name: line[name] for name in COLUMNS[:5]}), line["value"], line["status"])
        for line in content["rows"]
    ]
    return content["until"], rows
