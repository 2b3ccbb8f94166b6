"""Locks that keep two batches from deciding about the same rows."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, select

from shared.database.bulk import among


def lock_table(connection: Connection, table: Table) -> None:
    """Allow one writer of a table at a time, and readers; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE")


def locked_rows(
    connection: Connection, table: Table, column: Column[Any], wanted: Collection[Any]
) -> Sequence[Row[Any]]:
    """Lock and return the rows with these values in a column, until the transaction ends."""
    # all batches lock in one order, so that two cannot wait for each other
    query = (
        select(table)
        .where(among(connection, column, wanted))
        .order_by(table.c.id)
        .with_for_update()
    )
    return connection.execute(query).all()
