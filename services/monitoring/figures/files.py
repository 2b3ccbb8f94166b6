"""The SQL files of the figures, and what each of them reads, found in the SQL itself.

A view is `views/NAME.sql`; a query names it like a table. The tables are those of the log.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from sqlglot import exp, parse_one

from services.monitoring.log.columns import SCHEMAS


class UnknownTable(Exception):
    """A query reads a name that is neither a view nor a table of the log."""


def _folder(name: str) -> Mapping[str, str]:
    """The texts of a folder's SQL files by name."""
    found = (files("services.monitoring") / name).iterdir()
    texts = {one.name.removesuffix(".sql"): one.read_text("utf-8") for one in found if _is_sql(one)}
    return MappingProxyType(dict(sorted(texts.items())))


def _is_sql(file: object) -> bool:
    return str(file).endswith(".sql")


VIEWS = _folder("views")
"""Name of a view to its text."""
INDICATORS = _folder("indicators")
"""Name of an indicator's file to its text, header included."""


@cache
def names_read(query: str) -> tuple[str, ...]:
    """The tables and views that a query names itself, in order.

    Raises:
        sqlglot.ParseError: it is not SQL.
    """
    tree = parse_one(query, read="duckdb")
    own = {one.alias for one in tree.find_all(exp.CTE)}
    return tuple(sorted({one.name for one in tree.find_all(exp.Table)} - own))


def views_read(query: str, views: Mapping[str, str] = VIEWS) -> tuple[str, ...]:
    """The views that a query needs, each after those that it reads itself.

    Raises:
        UnknownTable: it, or a view of its, reads a name that does not exist.
    """
    return tuple(dict.fromkeys(_in_order(query, views, ())))


def tables_read(query: str, views: Mapping[str, str] = VIEWS) -> tuple[str, ...]:
    """The tables of the log that a query reads, through its views too, in order."""
    texts = [query, *(views[name] for name in views_read(query, views))]
    return tuple(sorted({name for text in texts for name in names_read(text)} - views.keys()))


def _in_order(query: str, views: Mapping[str, str], readers: tuple[str, ...]) -> Iterator[str]:
    for name in names_read(query):
        if name in readers or not (name in views or name in SCHEMAS):
            way = " <- ".join((name, *reversed(readers)))
            raise UnknownTable(f"{way}: no such view or table that could be read here")
        if name in views:
            yield from _in_order(views[name], views, (*readers, name))
            yield name
