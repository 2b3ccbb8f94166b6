"""An export: the tables of a cut as Parquet files, with every view and definition beside them.

    DIR/tables/family_enrolled_v1.parquet   one file a table, also of those without a row
    DIR/views/stay.sql                      as in this version of Lintas
    DIR/indicators/linked_members.sql
    DIR/views.sql                           opens all of it in DuckDB alone

The persons in it are pseudonyms, which remain personal data: files and folders are for their owner.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from services.monitoring.figures.compute import STORED, prepare
from services.monitoring.figures.files import INDICATORS, VIEWS, views_read
from services.monitoring.log.columns import SCHEMAS

PRIVATE = 0o700
OPENS = "views.sql"


def export(duck: DuckDBPyConnection, directory: Path) -> int:
    """Write an export into a new or empty directory; returns the number of events.

    Raises:
        FileExistsError: there is something in the directory.
    """
    directory.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise FileExistsError(f"{directory} is not empty")
    directory.chmod(PRIVATE)
    rows = sum(_write_table(duck, table, directory / "tables") for table in SCHEMAS)
    _write_texts(directory / "views", VIEWS)
    _write_texts(directory / "indicators", INDICATORS)
    (directory / OPENS).write_text("\n".join(_opening()), encoding="utf-8")
    return rows


def open_export(directory: Path) -> DuckDBPyConnection:
    """The tables of an export.

    Raises:
        FileNotFoundError: a table is missing: this is no export.
    """
    duck = duckdb.connect(config={"autoinstall_known_extensions": False})
    duck.execute("SET TimeZone = 'UTC'")
    for table in SCHEMAS:
        file = directory / "tables" / f"{table}.parquet"
        if not file.is_file():
            raise FileNotFoundError(f"{file}: missing; `export --to {directory}` writes it")
        duck.read_parquet(str(file)).create_view(table)
    return duck


def ask(duck: DuckDBPyConnection, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Names of columns and rows of a query over tables and views, in the order of all columns.

    Raises:
        UnknownTable: it reads what does not exist.
        sqlglot.ParseError, duckdb.Error: it cannot be run.
    """
    prepare(duck, {name: VIEWS[name] for name in views_read(query)})
    found = duck.execute(f"select * from (\n{query}\n) order by all")  # noqa: S608  the asker's own query
    return [one[0] for one in found.description or ()], found.fetchall()


def _write_table(duck: DuckDBPyConnection, table: str, folder: Path) -> int:
    folder.mkdir(mode=PRIVATE, exist_ok=True)
    rows = duck.table(table)
    file = str(folder / f"{table}.parquet")
    rows.order("source, sequence, corrects").write_parquet(file, compression="zstd")
    return int(rows.filter("corrects is null").count("*").fetchall()[0][0])


def _write_texts(folder: Path, texts: Any) -> None:
    folder.mkdir(mode=PRIVATE)
    for name, text in texts.items():
        (folder / f"{name}.sql").write_text(text, encoding="utf-8")


def _opening() -> Iterator[str]:
    """Statements that make every table and view, in the order in which they need each other."""
    yield "-- duckdb -init views.sql    in the directory of the export"
    for table in SCHEMAS:
        yield f"create view {table} as from 'tables/{table}.parquet';"
    made = dict.fromkeys(one for name in VIEWS for one in (*views_read(VIEWS[name]), name))
    for name in made:
        kind = "temp table" if name in STORED else "view"
        yield f"create {kind} {name} as\n{VIEWS[name].rstrip()}\n;"
