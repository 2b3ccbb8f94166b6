"""The peers' cells, counted by SQL from monitoring's log: the same answer from what it has kept."""

from pathlib import Path

from duckdb import DuckDBPyConnection

from benchmarks.peers.expected import ATTENDED, COMES, LEAVES, Cells
from services.monitoring.log.columns import HEARD, table_name
from services.monitoring.log.duck import open_log
from services.monitoring.log.snapshot import take_snapshot
from shared.database.engine import open_engine, snapshot
from shared.inbox.seen import watermarks

QUERY = Path(__file__).with_name("cells.sql")
_OTHERS = [one for one in HEARD if one not in {*COMES, *LEAVES, ATTENDED}]
"""Types that count as they are; one that joins the contract is among them by itself."""


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
    others = (f"from {table_name(one)} select '{one}' as type, time" for one in _OTHERS)
    duck.execute(f"create or replace temp view other as {' union all '.join(others)}")
    return dict(duck.execute(QUERY.read_text(encoding="utf-8")).fetchall())
