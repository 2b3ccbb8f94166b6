"""What the log holds at one moment: the names of files and the recent rows, from one snapshot."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from pyroaring import BitMap64
from sqlalchemy import Connection

from services.monitoring.log import segments
from services.monitoring.log.columns import tables_of
from services.monitoring.log.files import sequences_of
from services.monitoring.log.reread import read_again
from services.monitoring.log.segments import Range

Repeated = Mapping[str, BitMap64]
"""Sequences by source that a table holds more than once."""


@dataclass(frozen=True)
class LogSnapshot:
    """Every applied event, by table; the files stay on disk for hours after they are replaced."""

    files: Mapping[str, Sequence[Path]]
    recent: Mapping[str, pa.Table]
    repeated: Mapping[str, Repeated] = field(default_factory=dict)
    """By table, and only where there are any: two workers may have applied one event at once."""


def take_snapshot(connection: Connection, directory: Path) -> LogSnapshot:
    """Read the log in the caller's transaction, which must see one state (`engine.snapshot`)."""
    files = segments.counting(connection)
    recent = tables_of(read_again(segments.recent_events(connection)))
    return LogSnapshot(
        {table: [directory / path for path in paths] for table, paths in files.items()},
        recent,
        _repeated(connection, recent),
    )


def _repeated(connection: Connection, recent: Mapping[str, pa.Table]) -> Mapping[str, Repeated]:
    """What is there twice. Bitmaps are read only of files whose ranges overlap: hardly any."""
    held = {table: sequences_of(rows) for table, rows in recent.items()}
    places = segments.ranges(connection)
    for table, by_source in held.items():
        places.setdefault(table, []).extend(_recent_ranges(by_source))
    meeting = {table: list(overlapping(ranges)) for table, ranges in places.items()}
    paths = {one.path for ranges in meeting.values() for one in ranges if one.path}
    known = segments.sequences(connection, paths) if paths else {}
    found = {}
    for table, ranges in meeting.items():
        twice = more_than_once(
            (one.source, known[one.path, one.source] if one.path else held[table][one.source])
            for one in ranges
        )
        if twice:
            found[table] = twice
    return found


def _recent_ranges(sequences: Mapping[str, BitMap64]) -> Iterator[Range]:
    for source, some in sequences.items():
        yield Range(source, some.min(), some.max(), None)


def overlapping(ranges: Iterable[Range]) -> Iterator[Range]:
    """The ranges that have a sequence in common with another of their source."""
    widest: Range | None = None
    shown = False
    for one in sorted(ranges, key=lambda some: some[:3]):
        if widest is None or one.source != widest.source or one.first > widest.last:
            widest, shown = one, False
            continue
        yield from (one,) if shown else (widest, one)
        shown = True
        if one.last > widest.last:
            widest = one


def more_than_once(parts: Iterable[tuple[str, BitMap64]]) -> dict[str, BitMap64]:
    """The sequences that several parts hold, by source."""
    once: dict[str, BitMap64] = {}
    twice: dict[str, BitMap64] = {}
    for source, some in parts:
        both = once.setdefault(source, BitMap64()) & some
        once[source] |= some
        if both:
            twice[source] = twice.get(source, BitMap64()) | both
    return twice
