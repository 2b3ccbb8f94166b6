"""Commands for analysts: write an export, run a query on one or on the log itself."""

import csv
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from duckdb import DuckDBPyConnection
from sqlglot.errors import SqlglotError

from services.monitoring.figures.export import ask, export, open_export
from services.monitoring.figures.files import UnknownTable
from services.monitoring.log.duck import open_log
from services.monitoring.log.opened import open_existing
from services.monitoring.log.snapshot import take_snapshot
from services.monitoring.settings import MonitoringSettings
from shared.database.engine import snapshot
from shared.inbox.seen import watermarks
from shared.service.cli_errors import one_line_errors

MEMORY, THREADS = "2GB", 2


def add_figure_commands(app: typer.Typer) -> None:
    """`export` and `query`, for those who may read every event: they need the service's own settings."""
    app.command("export", epilog="Example: lintas monitoring export --to export-2026-06")(_export)
    app.command(
        "query", epilog="Example: lintas monitoring query mine.sql --on export-2026-06 > mine.csv"
    )(_query)


def _export(
    to: Annotated[Path, typer.Option(help="A new directory; only you will be able to read it.")],
) -> None:
    """Write all complete events as Parquet tables, with every view and definition beside them."""
    with one_line_errors("monitoring"), _log() as duck:
        rows = export(duck, to)
    typer.echo(f"monitoring: {rows} events in {to}; they name persons by pseudonym: keep them so")


def _query(
    file: Annotated[Path, typer.Argument(help="A definition, or any query over the same views.")],
    on: Annotated[
        Path | None, typer.Option(help="An export; without it, the service's own log.")
    ] = None,
) -> None:
    """Run one SQL file and print its rows as CSV."""
    with one_line_errors("monitoring"), _tables(on) as duck:
        try:
            columns, rows = ask(duck, file.read_text("utf-8"))
        except (UnknownTable, SqlglotError, duckdb.Error) as error:
            raise ValueError(f"{file}: {error}") from None
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)


@contextmanager
def _tables(export_directory: Path | None) -> Iterator[DuckDBPyConnection]:
    if export_directory is None:
        with _log() as duck:
            yield duck
    else:
        with open_export(export_directory) as duck:
            yield duck


@contextmanager
def _log() -> Iterator[DuckDBPyConnection]:
    """The log of this service, up to where each source is complete."""
    settings = MonitoringSettings.load()
    engine = open_existing(settings)
    with snapshot(engine) as connection:
        taken = take_snapshot(connection, settings.log_directory)
        cut = watermarks(connection)
    engine.dispose()
    with (
        tempfile.TemporaryDirectory(prefix="lintas-spill-") as spill,
        open_log(taken, cut, memory=MEMORY, threads=THREADS, spill=Path(spill)) as duck,
    ):
        yield duck
