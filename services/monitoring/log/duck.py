"""The log as SQL tables of DuckDB: one view for each type of event, as of a cut."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa

from services.monitoring.log.columns import HEARD, SCHEMAS, table_name
from services.monitoring.log.snapshot import LogSnapshot, Repeated
from shared.events.catalogue import CATALOGUE, declared

Cut = Mapping[str, int]
"""For each source the sequence up to which its events are read; of any other source none."""

_OWNERS = {table_name(name): declared(CATALOGUE[name]).source for name in HEARD}
"""Table to the only source that publishes its type; none for corrections."""


def open_log(
    snapshot: LogSnapshot,
    cut: Cut,
    *,
    memory: str,
    threads: int,
    spill: Path,
    other_cuts: Mapping[str, Cut] = MappingProxyType({}),
) -> duckdb.DuckDBPyConnection:
    """A database in memory with a view for every type that monitoring applies, also empty ones.

    Each event is in its view once, in no order, if its sequence lies in the cut; tables named in
    `other_cuts` have one of their own. Timestamps are UTC. Beyond `memory` (`2GB`) queries write to
    the directory `spill`.
    """
    duck = connect(memory=memory, threads=threads, spill=spill)
    for table in SCHEMAS:
        _define(duck, table, snapshot, other_cuts.get(table, cut))
    return duck


def connect(*, memory: str, threads: int, spill: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory within these limits."""
    duck = duckdb.connect(
        config={
            "memory_limit": memory,
            "threads": threads,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
        }
    )
    duck.execute("SET TimeZone = 'UTC'")
    return duck


def _define(duck: duckdb.DuckDBPyConnection, table: str, snapshot: LogSnapshot, cut: Cut) -> None:
    """The recent rows name every column, so a file from before a new field has null there."""
    duck.register("arriving", snapshot.recent.get(table, SCHEMAS[table].empty_table()))
    # a union with Arrow's rows, even with none, doubles the processor time of joins over the files
    duck.execute(f"CREATE TABLE recent_{table} AS FROM arriving")
    rows = f"SELECT * FROM recent_{table}"
    files = snapshot.files.get(table)
    if files:
        rows += f" UNION ALL BY NAME {read_files(files)}"
    repeated = snapshot.repeated.get(table)
    if repeated:
        duck.register(f"repeated_{table}", places(repeated))
        rows = once(rows, f"repeated_{table}")
    duck.execute(
        f'CREATE VIEW "{table}" AS SELECT * FROM ({rows}) WHERE {condition(_own(table, cut))}'
    )


def _own(table: str, cut: Cut) -> Cut:
    """The part of a cut that concerns a table: of one source alone, files' statistics can decide it."""
    owner = _OWNERS.get(table)
    return cut if owner is None else {owner: cut[owner]} if owner in cut else {}


def read_files(files: Sequence[Path]) -> str:
    """The query that reads data files of one table, by the names of their columns."""
    listed = ", ".join(text(str(path)) for path in files)
    return f"SELECT * FROM read_parquet([{listed}], union_by_name = true)"


def condition(cut: Cut) -> str:
    """The condition that a row lies in a cut."""
    parts = (f"source = {text(source)} AND sequence <= {last:d}" for source, last in cut.items())
    return " OR ".join(f"({part})" for part in parts) or "false"


def once(rows: str, repeated: str) -> str:
    """The same rows, of those whose place is repeated one each: the copy with the least event id."""
    same = f"(source, sequence) IN (SELECT (source, sequence) FROM {repeated})"
    least = "row_number() OVER (PARTITION BY source, sequence ORDER BY event, recorded, time)"
    return (
        f"WITH rows AS ({rows}) SELECT * FROM rows WHERE NOT {same} "
        f"UNION ALL SELECT * FROM (SELECT * FROM rows WHERE {same} QUALIFY {least} = 1)"
    )


def text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def places(repeated: Repeated) -> pa.Table:
    """Repeated sequences as a table that `once` reads."""
    pairs = [(source, one) for source, found in repeated.items() for one in found]
    sources, sequences = ([pair[n] for pair in pairs] for n in (0, 1))
    return pa.table({"source": pa.array(sources, pa.string()), "sequence": sequences})
