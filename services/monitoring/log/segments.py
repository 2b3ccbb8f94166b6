"""All SQL of the log: recent events, data files and their ranges."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from pyroaring import BitMap64
from sqlalchemy import Connection, select

from services.monitoring.log.files import DataFile
from services.monitoring.log.tables import recent_event, segment, segment_range
from shared.database.bulk import among, upsert
from shared.events.envelope import Event


class Range(NamedTuple):
    """Between which sequences of a source the rows of a table lie in one place."""

    source: str
    first: int
    last: int
    path: str | None
    """The data file; None for recent events."""


def insert_recent(connection: Connection, events: Iterable[Event]) -> None:
    """Keep events as they were received; an event that is there already is left.

    Raises:
        ValueError: an event without its bytes.
    """
    rows = [
        {"source": one.source, "sequence": one.sequence, "type": one.type, "value": one.value}
        for one in events
    ]
    if not all(row["value"] for row in rows):
        raise ValueError("a recent event needs the bytes that it was read from")
    upsert(connection, recent_event, rows, replace=False)


def insert_segments(connection: Connection, files: Sequence[DataFile]) -> None:
    """Make finished files count."""
    fields = ("path", "event_table", "rows", "bytes", "sha256")
    rows = [{name: getattr(one, name) for name in fields} for one in files]
    upsert(connection, segment, rows, replace=False)
    ranges = [
        {
            "path": one.path,
            "source": source,
            "first": found.min(),
            "last": found.max(),
            "sequences": found.serialize(),
        }
        for one in files
        for source, found in sorted(one.sequences.items())
    ]
    upsert(connection, segment_range, ranges, replace=False)


def counting(connection: Connection) -> dict[str, list[str]]:
    """The data files that count, by table, in the order of their names."""
    query = select(segment.c.event_table, segment.c.path).where(segment.c.replaced_at.is_(None))
    found: dict[str, list[str]] = {}
    for table, path in connection.execute(query.order_by(segment.c.path)):
        found.setdefault(table, []).append(path)
    return found


def ranges(connection: Connection) -> dict[str, list[Range]]:
    """The ranges of the data files that count, by table."""
    where = (segment.c.path == segment_range.c.path, segment.c.replaced_at.is_(None))
    columns = (segment_range.c[name] for name in ("source", "first", "last", "path"))
    found: dict[str, list[Range]] = {}
    for table, *one in connection.execute(select(segment.c.event_table, *columns).where(*where)):
        found.setdefault(table, []).append(Range(*one))
    return found


def sequences(connection: Connection, paths: Collection[str]) -> dict[tuple[str, str], BitMap64]:
    """The sequences of these data files, by path and source."""
    table = segment_range.c
    query = select(table.path, table.source, table.sequences)
    rows = connection.execute(query.where(among(connection, table.path, paths)))
    return {(path, source): BitMap64.deserialize(found) for path, source, found in rows}


def recent_values(connection: Connection) -> list[bytes]:
    """The bytes of every recent event, by source and sequence."""
    table = recent_event.c
    query = select(table.value).order_by(table.source, table.sequence)
    return list(connection.execute(query).scalars())
