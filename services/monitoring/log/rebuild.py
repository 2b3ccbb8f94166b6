"""Read the log again from the topics, beside the living one, and put it in its place.

The same consumer reads into a database and a directory of its own. When these hold all that the
living log holds, one transaction of the living database takes over their rows. Interrupted before
that it goes on where it was; releases, cuts and the quarantine are not touched.
"""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, delete, insert, select, text, update

from services.monitoring import CARD
from services.monitoring.log.append import EventLog, append
from services.monitoring.log.files import SUFFIX, sync_folder
from services.monitoring.log.tables import recent_event, segment, segment_range
from shared.database.bulk import among
from shared.database.engine import SHARED_METADATA, snapshot, transaction
from shared.database.migrations import migrate
from shared.events.topics import Topic
from shared.inbox.consumer import Consumer, Subscription
from shared.inbox.seen import watermarks
from shared.kafka.settings import KafkaSettings
from shared.security.encryption import ColumnCipher
from shared.wire.signatures import Trust

LOOK_SECONDS = 0.5
ROWS_AT_ONCE = 500
GROUP = f"lintas-{CARD.name}-rebuild"


class NotCaughtUp(Exception):
    """The living log holds events that the new one does not; reading has to go on."""


@dataclass(frozen=True)
class StoredLog:
    """A log where it is kept: its database, and the directory of its data files."""

    engine: Engine
    directory: Path


async def read_log_into(
    place: StoredLog,
    until: Mapping[str, int],
    kafka: KafkaSettings,
    *,
    trust: Trust,
    cipher: ColumnCipher,
    topics: tuple[Topic, ...] = CARD.listens_to,
) -> None:
    """Read the topics from where this place stopped, until each source is complete up to `until`."""
    await asyncio.to_thread(migrate, place.engine, CARD.name)
    apply = partial(append, log=EventLog(place.directory))
    subscription = Subscription(GROUP, topics, apply, structs=True)
    consumer = Consumer(place.engine, kafka, subscription, trust=trust, cipher=cipher)
    stop = asyncio.Event()
    reading = asyncio.create_task(consumer.run(stop))
    try:
        while not reading.done() and missing(place.engine, until):
            await asyncio.wait([reading], timeout=LOOK_SECONDS)
    finally:
        stop.set()
        await reading


def missing(engine: Engine, until: Mapping[str, int]) -> dict[str, int]:
    """How many sequences of each source are not complete yet."""
    with snapshot(engine) as connection:
        complete = watermarks(connection)
    left = {source: last - complete.get(source, 0) for source, last in until.items()}
    return {source: count for source, count in left.items() if count > 0}


def take_over(new: StoredLog, living: StoredLog, now: datetime) -> None:
    """Put the new log in the place of the living one, in one transaction of the living database.

    Its consumer may run: it finds its positions moved and reads on from there. The old data files
    stay for their readers, as after a merge.

    Raises:
        NotCaughtUp: the living log has gone on; nothing was changed.
    """
    _link_files(new.directory, living.directory)
    with snapshot(new.engine) as source, transaction(living.engine) as target:
        _lock(target)
        known, complete = watermarks(source), watermarks(target)
        if any(known.get(one, 0) < last for one, last in complete.items()):
            raise NotCaughtUp
        target.execute(
            update(segment).where(segment.c.replaced_at.is_(None)).values(replaced_at=now)
        )
        target.execute(recent_event.delete())
        _forget(target, list(source.execute(select(segment.c.path)).scalars()))
        for table in (recent_event, segment, segment_range):
            _copy(source, target, table)
        for table in _inbox_tables():
            target.execute(table.delete())
            _copy(source, target, table)


def _link_files(new: Path, living: Path) -> None:
    """The same files under the living directory; until the transaction nothing names them there."""
    living.mkdir(parents=True, exist_ok=True)
    for path in new.glob(f"*{SUFFIX}"):
        there = living / path.name
        if not there.exists():
            os.link(path, there)
            os.utime(there)  # young again: the sweeper must leave it until the transaction
    sync_folder(living)


def _inbox_tables() -> list[Table]:
    return [one for one in SHARED_METADATA.sorted_tables if one.name.startswith("inbox_")]


def _lock(connection: Connection) -> None:
    """Nobody appends until we commit; on SQLite the transaction itself keeps them out."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(one.name for one in (*_inbox_tables(), recent_event, segment))
        connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


def _forget(connection: Connection, paths: list[str]) -> None:
    """Files of this rebuild that count already: an earlier one was interrupted after its end."""
    for table in (segment, segment_range):
        connection.execute(delete(table).where(among(connection, table.c.path, paths)))


def _copy(source: Connection, target: Connection, table: Table) -> None:
    for rows in source.execute(select(table)).mappings().partitions(ROWS_AT_ONCE):
        target.execute(insert(table), [dict(row) for row in rows])
