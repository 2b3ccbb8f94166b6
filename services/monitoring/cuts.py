"""Take a cut of the log and compute the cells of all indicators as of it.

Nothing is locked while DuckDB computes: it reads files that stay, and rows of one snapshot.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

from duckdb import DuckDBPyConnection
from sqlalchemy import Engine

from services.monitoring import store
from services.monitoring.domain import Cut
from services.monitoring.figures import compute
from services.monitoring.figures.definitions import DEFINITIONS, Definition
from services.monitoring.log.duck import open_log
from services.monitoring.log.snapshot import LogSnapshot, take_snapshot
from shared.database.engine import snapshot, transaction
from shared.inbox.seen import watermarks

MEMORY = "2GB"
"""What DuckDB may hold before it spills to disk."""
THREADS = 2


@dataclass(frozen=True)
class CutMaker:
    """Makes cuts of one log; one at a time in a process."""

    engine: Engine
    directory: Path
    """The log's folder."""
    _one: Lock = field(default_factory=Lock, compare=False, repr=False)

    def current(self, now: datetime) -> Cut:
        """The cut of everything that is known now, with its cells; taken unless it is there."""
        with self._one:
            with snapshot(self.engine) as connection:
                marks, rows = watermarks(connection), store.log_rows(connection)
                newest = store.newest_cut(connection)
                if newest and (newest.marks, newest.log_rows) == (marks, rows):
                    return newest
                log = take_snapshot(connection, self.directory)
            cells, latest = _computed(log, marks, self.directory, now)
            with transaction(self.engine) as connection:
                return store.save_cut(connection, marks, latest, rows, cells, now)


def cells_as_of(
    engine: Engine,
    directory: Path,
    marks: Mapping[str, int],
    definitions: Iterable[Definition] = DEFINITIONS.values(),
) -> list[compute.Cell]:
    """The cells of definitions as of any cut that the log reaches; nothing is stored."""
    with snapshot(engine) as connection:
        log = take_snapshot(connection, directory)
    with _opened(log, marks, directory) as duck:
        return list(compute.cells(duck, definitions))


def _computed(
    log: LogSnapshot, marks: Mapping[str, int], directory: Path, now: datetime
) -> tuple[list[compute.Cell], dict[str, datetime]]:
    with _opened(log, marks, directory) as duck:
        cells = [*compute.cells(duck), *compute.nil_denied(duck)]
        return cells, compute.latest_times(duck, now)


def _opened(log: LogSnapshot, marks: Mapping[str, int], directory: Path) -> DuckDBPyConnection:
    return open_log(log, marks, memory=MEMORY, threads=THREADS, spill=directory / "spill")
