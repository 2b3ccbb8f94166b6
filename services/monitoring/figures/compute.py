"""The cells of all figures over the tables of one cut, and how far each source has come.

    duck = open_log(snapshot, cut, memory="2GB", threads=2, spill=folder)
    for cell in cells(duck): ...

A connection serves one cut: what it has stored is not computed again.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from duckdb import DuckDBPyConnection

from services.monitoring.figures.definitions import DEFINITIONS, Definition
from services.monitoring.figures.files import VIEWS, views_read
from shared.clock import noon
from shared.events.days import jakarta_day

STORED = frozenset(
    {
        "correction",
        "departure",
        "enrolled_again",
        "repeated_enrolment",
        "membership",
        "member",
        "link",
        "recipient",
    }
)
"""Views that are computed once: small, and read by several others. The rest is cheaper read again
than kept in memory: `family_version` of ten million families is two gigabytes."""
KEYS = "part, region, period, coalesce(programme, '') as programme, band"
_NO_PROGRAMME = "select null::varchar as programme where false"
"""A definition without the column counts what belongs to no programme."""
_LATEST = "select source, max(moment) from mark where moment <= ? group by source order by source"

NIL_DENIED = "report.nil_denied"
_NIL_DENIED = "select list, district, month from report_nil_denied order by all"


class Cell(NamedTuple):
    """One cell: an indicator's part, where, when, which programme and band, and a whole number."""

    part: str
    region: str
    period: str
    programme: str
    band: str
    value: int


def cells(
    duck: DuckDBPyConnection, definitions: Iterable[Definition] = DEFINITIONS.values()
) -> Iterator[Cell]:
    """The cells that are not zero: definition by definition, each in the order of its keys."""
    for one in definitions:
        yield from cells_of(duck, one)


def cells_of(duck: DuckDBPyConnection, definition: Definition) -> list[Cell]:
    """The cells of one definition that are not zero, in the order of their keys."""
    prepare(duck, definition.views)
    counted = f"from ({_NO_PROGRAMME} union all by name ({definition.text})) where value <> 0"
    query = f"select {KEYS}, value::bigint as value {counted} order by all"
    return [Cell(*row) for row in duck.execute(query).fetchall()]


def latest_times(duck: DuckDBPyConnection, now: datetime) -> dict[str, datetime]:
    """The latest moment of each source at which a fact that counts happened.

    Facts of a day later than `now` in Jakarta are left out: earlier versions took them in.
    """
    prepare(duck, {name: VIEWS[name] for name in (*views_read(VIEWS["mark"]), "mark")})
    until = max(now, noon(jakarta_day(now))).astimezone(UTC).replace(tzinfo=None)
    found = duck.execute(_LATEST, [until]).fetchall()
    return {source: moment.replace(tzinfo=UTC) for source, moment in found}


def nil_denied(duck: DuckDBPyConnection) -> list[Cell]:
    """Months that an office closed as nil and that have records: cells of no figure.

    They are for the offices and never published: a 0 that may have become a small number would be
    one that has.
    """
    prepare(duck, {name: VIEWS[name] for name in views_read(_NIL_DENIED, VIEWS)})
    return [
        Cell(NIL_DENIED, district, month, "", name, 1)
        for name, district, month in duck.execute(_NIL_DENIED).fetchall()
    ]


def prepare(duck: DuckDBPyConnection, views: Mapping[str, str]) -> None:
    """Make these views, each after those that it reads; what is there already stays."""
    for name, text in views.items():
        kind = "table" if name in STORED else "view"
        duck.execute(f"create temp {kind} if not exists {name} as {text}")
