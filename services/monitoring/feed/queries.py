"""Reading the files of a release: the use cases behind the feeds."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Engine

from services.monitoring.feed import store
from services.monitoring.feed.files import COLUMNAR, OTHERS
from services.monitoring.feed.metadata import Index
from services.monitoring.feed.others import read_others
from services.monitoring.feed.table import csv_bytes, json_bytes, parquet_bytes, selected
from services.monitoring.release.queries import latest_mark
from services.monitoring.release.remainders import Remainder
from shared.database.engine import snapshot
from shared.errors import Refusal

WRITERS: dict[str, Callable[..., bytes]] = {
    "csv": csv_bytes,
    "json": json_bytes,
    "parquet": parquet_bytes,
}


class Choice(NamedTuple):
    """Which lines of the table; an empty field is any."""

    indicator: str = ""
    region: str = ""
    period: str = ""


def latest_number(engine: Engine) -> int:
    """The number of the newest release; refused when there is none."""
    mark = latest_mark(engine)
    if mark is None:
        raise Refusal("NOT_FOUND.release")
    return mark.number


def find_index(engine: Engine, number: int) -> Index:
    """A release without its bytes; refused when there is none of this number."""
    with snapshot(engine) as connection:
        found = store.index_of(connection, number)
    if found is None:
        raise Refusal("NOT_FOUND.release")
    return found


def find_file(engine: Engine, number: int, name: str) -> bytes:
    """One file, byte for byte; refused when the release has none of this name."""
    with snapshot(engine) as connection:
        found = store.file_bytes(connection, number, name)
    if found is None:
        raise Refusal("NOT_FOUND.release")
    return found


def find_others(engine: Engine, number: int) -> list[Remainder]:
    """The hidden kecamatan together; none in a release from before there were any."""
    with snapshot(engine) as connection:
        body = store.file_bytes(connection, number, OTHERS)
    return [] if body is None else read_others(body)


def find_lines(engine: Engine, number: int, choice: Choice, form: str) -> bytes:
    """The lines of a choice in this form; refused when nothing fits."""
    found = selected(find_file(engine, number, COLUMNAR), **choice._asdict())
    if not found:
        raise Refusal("NOT_FOUND.figures")
    return WRITERS[form](found)
