"""The peers' cells, counted by SQL from monitoring's log: the same answer from what it has kept."""

from pathlib import Path

from duckdb import DuckDBPyConnection

from benchmarks.peers.expected import Cells
from services.monitoring.log.duck import open_log
from services.monitoring.log.snapshot import take_snapshot
from shared.database.engine import open_engine, snapshot
from shared.inbox.seen import watermarks

QUERY = Path(__file__).with_name("cells.sql")


def cells_of_log(database: str, directory: Path, spill: Path) -> Cells:
    """Everything up to the watermarks."""
    engine = open_engine(database)
    try:
        with snapshot(engine) as connection:
            log, cut = take_snapshot(connection, directory), watermarks(connection)
    finally:
        engine.dispose()
    with open_log(log, cut, memory="1GB", threads=1, spill=spill) as duck:
        return count(duck)


def count(duck: DuckDBPyConnection) -> Cells:
    """Of the events that these views show."""
    return dict(duck.execute(QUERY.read_text(encoding="utf-8")).fetchall())
