"""Append a batch of new events to the log, in the transaction that marks them as seen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from services.monitoring.log.columns import tables_of
from services.monitoring.log.files import write_files
from services.monitoring.log.segments import insert_recent, insert_segments
from shared.events.envelope import Event

LARGE = 500
"""From so many events of one type a file of their own costs less than rows of the database."""


@dataclass(frozen=True)
class EventLog:
    """Where the data files of monitoring lie, for all its processes."""

    directory: Path
    large: int = LARGE


def append(connection: Connection, events: Sequence[Event], now: datetime, log: EventLog) -> None:
    """Keep every field of these events; the caller's transaction commits it.

    Types with many events become files, which are complete on disk before their rows are written;
    a transaction that is rolled back leaves files that nothing names. `now` only names the files.

    Raises:
        InvalidEvent: a correction names a type that its source does not own.
        OverflowError: a whole number has more than 64 bits.
        ValueError: an event without the bytes that it was read from.
    """
    counts = Counter(one.type for one in events)
    many = [one for one in events if counts[one.type] >= log.large]
    few = [one for one in events if counts[one.type] < log.large]
    tables = tables_of(many)
    tables_of(few)  # what no table can hold must fail here, for later there is no way to refuse it
    insert_segments(connection, write_files(log.directory, tables, now))
    insert_recent(connection, few)
