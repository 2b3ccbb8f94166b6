"""The log's upkeep: recent rows become files, small files larger ones, and what nobody needs goes.

Each job reads, writes files that nothing names yet, and lets them count in one short transaction:
whenever it is interrupted, it has changed everything or nothing.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from services.monitoring.log import segments
from services.monitoring.log.columns import tables_of
from services.monitoring.log.files import SUFFIX, DataFile, write_files
from services.monitoring.log.merging import Sequences, merge_files, mergeable
from services.monitoring.log.reread import read_again
from services.monitoring.log.segments import Segment
from shared.database.engine import database_now
from shared.ids import new_uuid7

FOLDED = 1_000
"""So many recent events of one type become a file, so a query reads few rows of the database."""
FOLDED_AT_ONCE = 20_000
GRACE = timedelta(hours=6)
"""How long a replaced file stays: longer than any reader takes."""
UNNAMED = timedelta(days=1)
"""How old a file without a row must be: by then no transaction is open that may still name it."""
T = TypeVar("T")


class Database(Protocol):
    """One transaction for each call; `write` commits only while no other worker does the upkeep."""

    async def read(self, question: Callable[[Connection], T]) -> T:
        """Answer a question from a snapshot."""

    async def write(self, step: Callable[[Connection], T]) -> T:
        """Change something."""


@dataclass(frozen=True)
class Upkeep:
    """The jobs over one directory; each says whether it found something to do."""

    database: Database
    directory: Path
    now: Callable[[Connection], datetime] = database_now
    folded: int = FOLDED

    async def fold(self) -> bool:
        """Write the recent events of types that have many of them to files."""
        foldable = partial(segments.foldable, at_least=self.folded, at_most=FOLDED_AT_ONCE)
        events = await self.database.read(foldable)
        if not events:
            return False
        now = await self.database.read(self.now)
        files = await asyncio.to_thread(
            lambda: write_files(self.directory, tables_of(read_again(events)), now)
        )
        await self.database.write(partial(segments.fold, events=events, files=files))
        return True

    async def merge(self) -> bool:
        """Write files of one table and of like size to one.

        Raises:
            Damaged: a file is not what its transaction recorded.
        """
        old, sequences = await self.database.read(_due)
        if not old:
            return False
        now = await self.database.read(self.now)
        new = await asyncio.to_thread(merge_files, self.directory, old, sequences, new_uuid7(now))
        await self.database.write(partial(self._replace, old=old, new=new))
        return True

    async def sweep(self) -> list[str]:
        """Delete what no transaction names and no reader needs; returns the names."""
        # listed before the names are read: what is named in between is too young to go
        written = await asyncio.to_thread(self._written)
        now = await self.database.read(self.now)
        names = await self.database.read(segments.named)
        forget = partial(segments.forget_replaced, before=now - GRACE)
        replaced = await self.database.write(forget)
        young = (now - UNNAMED).timestamp()
        unnamed = {name for name, moment in written.items() if moment < young} - names
        gone = sorted(unnamed.union(replaced))
        await asyncio.to_thread(self._delete, gone)
        return gone

    def _written(self) -> dict[str, float]:
        """When each file was written."""
        return {path.name: path.stat().st_mtime for path in self.directory.glob(f"*{SUFFIX}")}

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            (self.directory / name).unlink(missing_ok=True)

    def _replace(self, connection: Connection, old: list[Segment], new: DataFile) -> None:
        segments.replace(connection, old, new, self.now(connection))


def _due(connection: Connection) -> tuple[list[Segment], Sequences]:
    old = mergeable(segments.live(connection))
    paths = [one.path for one in old]
    return old, segments.sequences(connection, paths) if paths else {}
