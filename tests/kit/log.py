"""A log in columns on a database and a folder of its own, and what a query sees in it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from lintas.registry import CARDS, PUBLISHERS
from services.monitoring.log.append import EventLog, append
from services.monitoring.log.columns import SCHEMAS, tables_of
from services.monitoring.log.duck import Cut, open_log
from services.monitoring.log.snapshot import LogSnapshot, take_snapshot
from services.monitoring.tables import METADATA
from shared.database.engine import snapshot, transaction
from shared.events.envelope import Event
from tests import parts
from tests.kit.story import NOW

SOURCES = tuple(CARDS[one].source for one in PUBLISHERS)
EVERYTHING = dict.fromkeys(SOURCES, 10**9)
Rows = dict[str, list[tuple[Any, ...]]]
T = TypeVar("T")


class Kept:
    """A database with a folder of data files."""

    def __init__(self, folder: Path, engine: Engine | None = None) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.engine = engine or parts.quick_engine(self)
        METADATA.create_all(self.engine)

    def take(self, events: Sequence[Event], large: int, now: datetime = NOW) -> None:
        """Apply one batch."""
        with transaction(self.engine) as connection:
            append(connection, events, now, EventLog(self.folder, large))

    async def read(self, question: Callable[[Connection], T]) -> T:
        """As the upkeep reads."""
        with snapshot(self.engine) as connection:
            return question(connection)

    async def write(self, step: Callable[[Connection], T]) -> T:
        """As the upkeep writes, without a lease."""
        with transaction(self.engine) as connection:
            return step(connection)

    def look(self) -> LogSnapshot:
        """What the log holds now."""
        with snapshot(self.engine) as connection:
            return take_snapshot(connection, self.folder)

    def rows(self, cut: Cut = EVERYTHING) -> Rows:
        """Every row of every table, sorted."""
        return rows_of(self.look(), self.folder, cut)

    def files(self) -> set[str]:
        """The data files that are there, whether something names them or not."""
        return {path.name for path in self.folder.glob("*.parquet")}


def rows_of(seen: LogSnapshot, folder: Path, cut: Cut = EVERYTHING) -> Rows:
    """The rows of each view of the log in DuckDB."""
    with open_log(seen, cut, memory="200MB", threads=1, spill=folder / "spill") as duck:
        return {
            name: sorted(duck.sql(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in SCHEMAS
        }


def expected(events: Iterable[Event]) -> Rows:
    """The same rows straight from the events."""
    tables = tables_of(list(events))
    return {
        name: sorted((tuple(row.values()) for row in _rows_in(tables, name)), key=repr)
        for name in SCHEMAS
    }


def _rows_in(tables: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    yield from tables[name].to_pylist() if name in tables else ()
