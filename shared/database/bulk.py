"""Write many rows in one statement, on SQLite and PostgreSQL alike.

On PostgreSQL a statement takes one array per column: one round trip and one plan for any number of
rows. SQLite has no arrays and no network: there a list of values is JSON, and rows are executed one
by one.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import NoneType
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Dialect,
    LargeBinary,
    Table,
    any_,
    bindparam,
    delete,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import UserDefinedType

Row = Mapping[str, Any]
Pair = tuple[Any, Any]


def among(
    connection: Connection, column: Column[Any], values: Collection[Any]
) -> ColumnElement[bool]:
    """The condition that a column of text, numbers or ids has one of these values, however many."""
    listed = _listed(connection, column, values)
    if connection.dialect.name == "postgresql":
        return column == any_(_array(connection, listed, column))
    each = func.json_each(json.dumps(listed)).table_valued("value")
    return column.in_(select(each.c.value))


def among_pairs(
    connection: Connection, columns: tuple[Column[Any], Column[Any]], pairs: Collection[Pair]
) -> ColumnElement[bool]:
    """The condition that two columns together have one of these pairs of values, however many.

    Two conditions, one for each column, would look for every value of one beside every of the other.
    """
    sides = [_listed(connection, one, [pair[n] for pair in pairs]) for n, one in enumerate(columns)]
    if connection.dialect.name == "postgresql":
        written = [_array(connection, side, one) for side, one in zip(sides, columns, strict=True)]
        wanted = func.unnest(*written).table_valued("first", "second").render_derived()
        return tuple_(*columns).in_(select(wanted.c.first, wanted.c.second))
    each = func.json_each(json.dumps(list(zip(*sides, strict=True)))).table_valued("value")
    two = (func.json_extract(each.c.value, f"$[{n}]") for n in range(2))
    return tuple_(*columns).in_(select(*two))


def _listed(connection: Connection, column: Column[Any], values: Iterable[Any]) -> list[Any]:
    """These values as the driver takes them."""
    process = _processor(column.table, column.name, connection.dialect)
    return list(values) if process is None else list(map(process, values))


class _ArrayText(UserDefinedType[str]):
    """An array given as its text: the parameter itself is the array, so it is read once a statement.

    A cast of text would not be: PostgreSQL would read it for each row that it compares.
    """

    cache_ok = True
    render_bind_cast = True

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def get_col_spec(self, **_options: Any) -> str:
        """The array's type in SQL."""
        return f"{self.kind}[]"


def _array(connection: Connection, values: list[Any], column: Column[Any]) -> ColumnElement[Any]:
    kind = column.type.compile(connection.dialect).partition("(")[0]
    return bindparam(None, _literal(values), type_=_ArrayText(kind))


def upsert(
    connection: Connection, table: Table, rows: Sequence[Row], *, replace: bool = True
) -> None:
    """Insert rows by primary key; where the key exists, replace the other columns or leave the row.

    Of several rows with one key the last wins, with `replace=False` the first. Without rows it does nothing.
    """
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    rest = [name for name in rows[0] if name not in keys]
    if connection.dialect.name == "postgresql":
        ordered = rows if replace else list(reversed(rows))
        distinct = {tuple(row[name] for name in keys): row for row in ordered}
        conflict = _conflict(keys, rest if replace else ())
        insert_rows(connection, table, list(distinct.values()), conflict)
        return
    _insert_each(connection, table, rows, _conflict(keys, rest if replace else ()))


def copy_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows with the same columns in this order; on PostgreSQL by COPY, the quickest way in.

    A failure is SQLAlchemy's error, like that of any statement. Without rows it does nothing.
    """
    if not rows:
        return
    names, dialect = tuple(rows[0]), connection.dialect
    if dialect.name != "postgresql":
        _insert_each(connection, table, rows)
        return
    values = zip(*(_processed(table, name, rows, dialect) for name in names), strict=True)
    listed = ", ".join(f'"{name}"' for name in names)
    types = [_type_name(table, name, dialect).partition("(")[0].lower() for name in names]
    _copy(connection, f'COPY "{table.name}" ({listed}) FROM STDIN (FORMAT BINARY)', types, values)


def _insert_each(
    connection: Connection, table: Table, rows: Sequence[Row], after: str = ""
) -> None:
    """Insert rows on SQLite; the driver gets them as they are, without SQLAlchemy's look at each."""
    names = tuple(rows[0])
    columns = (_processed(table, name, rows, connection.dialect) for name in names)
    listed, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    text = f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks}) {after}'  # noqa: S608 - names of our own
    connection.exec_driver_sql(text, list(zip(*columns, strict=True)))


def _copy(
    connection: Connection, text: str, types: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(text) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        # SQLAlchemy knows no COPY; its errors, and what listens to them, are as after a statement
        connection._handle_dbapi_exception(error, text, None, None, None)  # noqa: SLF001


def _processed(table: Table, name: str, rows: Sequence[Row], dialect: Dialect) -> list[Any]:
    """The values of a column as the driver takes them."""
    process = _processor(table, name, dialect)
    values = [row[name] for row in rows]
    return values if process is None else list(map(process, values))


def add_up(connection: Connection, table: Table, rows: Sequence[Row], number: str) -> None:
    """Add each row's number to the stored row with its primary key; delete rows that reach zero.

    Each key occurs once; the rows are locked in the given order.
    """
    if not rows:
        return
    names = [column.name for column in table.primary_key]
    keys = [{name: row[name] for name in names} for row in rows]
    if connection.dialect.name == "postgresql":
        _add_up_arrays(connection, table, rows, keys, number)
        return
    statement = sqlite.insert(table)
    added = {number: table.c[number] + statement.excluded[number]}
    connection.execute(
        statement.on_conflict_do_update(index_elements=names, set_=added), list(rows)
    )
    same = [table.c[name] == bindparam(f"b_{name}") for name in names]
    bound = [{f"b_{name}": key[name] for name in names} for key in keys]
    connection.execute(delete(table).where(*same, table.c[number] == 0), bound)


def delete_rows(connection: Connection, table: Table, keys: Sequence[Row]) -> int:
    """Delete the rows with these values, all keys naming the same columns; returns how many there were."""
    if not keys:
        return 0
    names = tuple(keys[0])
    if connection.dialect.name == "postgresql":
        same = " AND ".join(f'"{table.name}"."{one}" = gone."{one}"' for one in names)
        listed = ", ".join(f'"{one}"' for one in names)
        source = arrays(table, names, connection.dialect)
        text = f'DELETE FROM "{table.name}" USING {source} AS gone ({listed}) WHERE {same}'  # noqa: S608 - names of our own
        return execute_rows(connection, table, text, keys)
    bound = [{f"b_{name}": key[name] for name in names} for key in keys]
    same_key = [table.c[name] == bindparam(f"b_{name}") for name in names]
    return connection.execute(delete(table).where(*same_key), bound).rowcount


def _add_up_arrays(
    connection: Connection, table: Table, rows: Sequence[Row], keys: Sequence[Row], number: str
) -> None:
    names, name = tuple(keys[0]), table.name
    target = ", ".join(names)
    add = f"ON CONFLICT ({target}) DO UPDATE SET {number} = {name}.{number} + excluded.{number}"
    insert_rows(connection, table, rows, add)
    same = " AND ".join(f"{name}.{one} = gone.{one}" for one in names)
    source = arrays(table, names, connection.dialect)
    gone = f"DELETE FROM {name} USING {source} AS gone ({target}) WHERE {same}"  # noqa: S608 - names of our own
    execute_rows(connection, table, f"{gone} AND {name}.{number} = 0", keys)


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row], after: str = "") -> int:
    """Insert rows on PostgreSQL in this order; `after` ends the statement, for example ON CONFLICT.

    Returns the number of rows inserted or updated.
    """
    names = tuple(rows[0])
    listed = ", ".join(f'"{name}"' for name in names)
    source = arrays(table, names, connection.dialect)
    text = f'INSERT INTO "{table.name}" ({listed}) SELECT * FROM {source} {after}'  # noqa: S608 - names of our own
    return execute_rows(connection, table, text, rows)


def execute_rows(connection: Connection, table: Table, text: str, rows: Sequence[Row]) -> int:
    """Run a statement that reads `arrays` on PostgreSQL; returns the number of rows it touched."""
    values = _columns(table, tuple(rows[0]), rows, connection.dialect)
    return connection.exec_driver_sql(text, values).rowcount


def arrays(table: Table, names: Iterable[str], dialect: Dialect) -> str:
    """The table expression `unnest(...)` with one array parameter for each of these columns."""
    types = (_type_name(table, name, dialect) for name in names)
    return f"unnest({', '.join(f'%s::{name}[]' for name in types)})"


def _conflict(keys: Sequence[str], replaced: Sequence[str]) -> str:
    values = ", ".join(f'"{name}" = excluded."{name}"' for name in replaced)
    target = ", ".join(f'"{name}"' for name in keys)
    return f"ON CONFLICT ({target}) DO " + (f"UPDATE SET {values}" if replaced else "NOTHING")


def _columns(
    table: Table, names: Sequence[str], rows: Sequence[Row], dialect: Dialect
) -> tuple[list[Any], ...]:
    """The rows' values by column, each as one parameter."""
    return tuple(_literal(_processed(table, name, rows, dialect)) for name in names)


def _literal(values: list[Any]) -> Any:
    """Write a column as a PostgreSQL array literal; the driver is several times slower."""
    kinds = set(map(type, values))
    kind = next(iter(kinds - {NoneType}), str)
    write = _quoted if issubclass(kind, str) else _WRITTEN.get(kind)
    if write is None or not kinds <= {kind, NoneType}:
        return values
    texts = map(write, values) if NoneType not in kinds else _with_nulls(write, values)
    return f"{{{','.join(texts)}}}"


def _with_nulls(write: Callable[[Any], str], values: list[Any]) -> Iterator[str]:
    return ("NULL" if value is None else write(value) for value in values)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    int: str,
    bytes: lambda value: f'"\\\\x{value.hex()}"',
    bool: lambda value: "t" if value else "f",
    date: date.isoformat,
    UUID: lambda value: value.hex,
}
"""How a value that is no text is written in an array literal."""


@lru_cache(maxsize=1024)
def _processor(table: Table, name: str, dialect: Dialect) -> Any:
    kind = table.c[name].type
    if isinstance(kind, LargeBinary):
        return None  # `_literal` writes bytes; the driver's wrapper would hide them
    return kind.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(maxsize=1024)
def _type_name(table: Table, name: str, dialect: Dialect) -> str:
    return table.c[name].type.compile(dialect)
