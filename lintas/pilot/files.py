"""Writing the pilot's inputs: CSV files as an officer exports them, and HTTP requests one a line."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_ITEMS = 1_000


@dataclass(frozen=True)
class Upload:
    """A CSV file for one import endpoint."""

    service: str
    kind: str
    path: Path
    rows: int


@dataclass(frozen=True)
class Request:
    """One HTTP request of the pilot."""

    stage: str
    service: str
    path: str
    body: Mapping[str, Any]


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write one CSV file with a header; returns the number of rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(columns)
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last count is the answer
            writer.writerow(row)
    return count


def batches(
    stage: str, service: str, path: str, items: Sequence[Mapping[str, Any]]
) -> Iterable[Request]:
    """The items in as few requests as the services accept."""
    for start in range(0, len(items), MAX_ITEMS):
        yield Request(stage, service, path, {"items": list(items[start : start + MAX_ITEMS])})


def write_requests(path: Path, requests: Iterable[Request]) -> None:
    """Write the requests in order, one JSON object a line."""
    with path.open("w", encoding="utf-8") as stream:
        for request in requests:
            json.dump(vars(request), stream, sort_keys=True, separators=(",", ":"))
            stream.write("\n")
