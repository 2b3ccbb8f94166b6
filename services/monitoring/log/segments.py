"""All SQL of the log: recent events, data files and their ranges."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from pyroaring import BitMap64
from sqlalchemy import Connection, delete, func, select, update

from services.monitoring.log.files import DataFile
from services.monitoring.log.tables import recent_event, segment, segment_range
from shared.database.bulk import among, delete_rows, upsert
from shared.events.envelope import Event


class Range(NamedTuple):
    """Between which sequences of a source the rows of a table lie in one place."""

    source: str
    first: int
    last: int
    path: str | None
    """The data file; None for recent events."""


class Recent(NamedTuple):
    """A recent event."""

    source: str
    sequence: int
    value: bytes


class Segment(NamedTuple):
    """A data file that counts."""

    path: str
    event_table: str
    rows: int
    bytes: int
    sha256: str


class Overtaken(Exception):
    """What a job has read is not there any more; its files are garbage, and it begins again."""


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


def foldable(connection: Connection, at_least: int, at_most: int) -> list[Recent]:
    """Recent events of the types that have many of them, by source and sequence."""
    table = recent_event.c
    many = select(table.type).group_by(table.type).having(func.count() >= at_least)
    query = select(table.source, table.sequence, table.value).where(table.type.in_(many))
    found = connection.execute(query.order_by(table.source, table.sequence).limit(at_most))
    return [Recent(*row) for row in found]


def fold(connection: Connection, events: Sequence[Recent], files: Sequence[DataFile]) -> None:
    """Let files count instead of the recent events that they hold.

    Raises:
        Overtaken: somebody else has taken these events away.
    """
    keys = [{"source": one.source, "sequence": one.sequence} for one in events]
    if delete_rows(connection, recent_event, keys) != len(keys):
        raise Overtaken("recent events")
    insert_segments(connection, files)


def replace(connection: Connection, old: Sequence[Segment], new: DataFile, now: datetime) -> None:
    """Let one file count instead of others, which stay on disk for their readers.

    Raises:
        Overtaken: one of them does not count any more.
    """
    paths = [one.path for one in old]
    live = (segment.c.path.in_(paths), segment.c.replaced_at.is_(None))
    if connection.execute(update(segment).where(*live).values(replaced_at=now)).rowcount != len(
        old
    ):
        raise Overtaken("data files")
    insert_segments(connection, [new])


def forget_replaced(connection: Connection, before: datetime) -> list[str]:
    """Forget the files that were replaced before this moment; returns their names."""
    old = segment.c.replaced_at < before
    gone = list(connection.execute(select(segment.c.path).where(old)).scalars())
    connection.execute(delete(segment_range).where(segment_range.c.path.in_(gone)))
    connection.execute(delete(segment).where(segment.c.path.in_(gone)))
    return gone


def named(connection: Connection) -> set[str]:
    """Every file that has a row, replaced or not."""
    return set(connection.execute(select(segment.c.path)).scalars())


def live(connection: Connection) -> list[Segment]:
    """The data files that count, in the order of their names."""
    table = segment.c
    query = select(table.path, table.event_table, table.rows, table.bytes, table.sha256)
    found = connection.execute(query.where(table.replaced_at.is_(None)).order_by(table.path))
    return [Segment(*row) for row in found]


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


def recent_events(connection: Connection) -> list[Recent]:
    """Every recent event, by source and sequence."""
    table = recent_event.c
    query = select(table.source, table.sequence, table.value)
    return [
        Recent(*row) for row in connection.execute(query.order_by(table.source, table.sequence))
    ]


def recent_counts(connection: Connection) -> dict[str, int]:
    """How many recent events of each type there are."""
    query = select(recent_event.c.type, func.count()).group_by(recent_event.c.type)
    return {row[0]: row[1] for row in connection.execute(query)}


def replaced_bytes(connection: Connection) -> int:
    """How much disk the replaced files take that readers may still have open."""
    query = select(func.coalesce(func.sum(segment.c.bytes), 0))
    return int(connection.execute(query.where(segment.c.replaced_at.is_not(None))).scalar_one())
