"""All SQL of reporting. Nothing here commits, and nothing decides."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    exists,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
)

from shared.application.register import Register
from shared.application.reporting import tables
from shared.application.reporting.rules import Declaration, Obligation, Report
from shared.database.areas import within
from shared.database.bulk import among_pairs, upsert
from shared.database.locks import locked_rows
from shared.events.reporting import DeclaredMeasure, ReportList
from shared.security.tokens import ANYWHERE


def obligations(connection: Connection, keys: Collection[str]) -> dict[str, Obligation]:
    """The obligations with these ids, locked to the transaction's end."""
    return {str(row.id): _obligation(row) for row in _locked(connection, tables.obligation, keys)}


def reports(connection: Connection, keys: Collection[str]) -> dict[str, Report]:
    """The reports with these ids, locked to the transaction's end."""
    return {str(row.id): _report(row) for row in _locked(connection, tables.report, keys)}


def declarations(connection: Connection, keys: Collection[str]) -> dict[str, Declaration]:
    """The declarations with these ids, locked to the transaction's end."""
    found = _locked(connection, tables.declaration, keys)
    return {str(row.id): _declaration(row) for row in found}


def obligations_in(
    connection: Connection, areas: Collection[str], after: tuple[str, str]
) -> Iterator[Obligation]:
    """The obligations in these areas that hold, by district and list, from this pair on."""
    table = tables.obligation
    pair = tuple_(table.c.district, table.c.list)
    query = (
        select(table)
        .where(_in_any(areas), table.c.first_month.is_not(None), pair >= after)
        .order_by(table.c.district, table.c.list)
    )
    return map(_obligation, connection.execute(query))


def _in_any(areas: Collection[str]) -> ColumnElement[bool]:
    if ANYWHERE in areas:
        return true()
    return or_(false(), *(within(tables.obligation.c.district, area) for area in areas))


def count_open(connection: Connection, areas: Collection[str], month: str) -> int:
    """How many lists of districts in these areas are reported for a month and not closed."""
    owed, done = tables.obligation.c, tables.report.c
    closed = (
        exists()
        .where(done.district == owed.district, done.list == owed.list)
        .where(done.month == month, done.closed)
    )
    covers = owed.first_month <= month, or_(owed.last_month.is_(None), owed.last_month >= month)
    query = select(func.count()).select_from(tables.obligation)
    return int(connection.execute(query.where(_in_any(areas), *covers, ~closed)).scalar_one())


def reports_of(
    connection: Connection, some: Collection[Obligation]
) -> dict[tuple[str, str], dict[str, Report]]:
    """Every month that was ever closed, by district and list of these obligations and by month."""
    table = tables.report
    pairs = [(one.district, one.list.value) for one in some]
    own = among_pairs(connection, (table.c.district, table.c.list), pairs)
    found: dict[tuple[str, str], dict[str, Report]] = {pair: {} for pair in pairs}
    for row in connection.execute(select(table).where(own)):
        found[row.district, row.list][row.month] = _report(row)
    return found


def closed_in(
    connection: Connection, area: str, after: tuple[str, str, str], limit: int
) -> list[Report]:
    """The months in an area that are closed, after this district, list and month."""
    table = tables.report
    place = tuple_(table.c.district, table.c.list, table.c.month)
    query = (
        select(table)
        .where(within(table.c.district, area), table.c.closed, place > after)
        .order_by(table.c.district, table.c.list, table.c.month)
        .limit(limit)
    )
    return [_report(row) for row in connection.execute(query)]


def save_obligations(connection: Connection, some: Iterable[Obligation]) -> None:
    """Write these obligations."""
    upsert(connection, tables.obligation, [dict(vars(one)) for one in some])


def save_reports(connection: Connection, some: Iterable[Report]) -> None:
    """Write these reports."""
    upsert(connection, tables.report, [dict(vars(one)) for one in some])


def save_declarations(connection: Connection, some: Iterable[Declaration]) -> None:
    """Write these declarations."""
    upsert(connection, tables.declaration, [dict(vars(one)) for one in some])


def _locked(connection: Connection, table: Table, keys: Collection[str]) -> Any:
    return locked_rows(connection, table, table.c.id, [UUID(key) for key in keys])


def _obligation(row: Any) -> Obligation:
    return Obligation(**{**row._asdict(), "list": ReportList(row.list)})


def _report(row: Any) -> Report:
    return Report(**{**row._asdict(), "list": ReportList(row.list)})


def _declaration(row: Any) -> Declaration:
    return Declaration(**{**row._asdict(), "measure": DeclaredMeasure(row.measure)})


OBLIGATIONS = Register(
    table=tables.obligation,
    load=obligations,
    save=save_obligations,
    key=lambda one: str(one.id),
    subject=lambda one: str(one.id),
    region=lambda one: one.district,
)
REPORTS = Register(
    table=tables.report,
    load=reports,
    save=save_reports,
    key=lambda one: str(one.id),
    subject=lambda one: str(one.id),
    region=lambda one: one.district,
)
DECLARATIONS = Register(
    table=tables.declaration,
    load=declarations,
    save=save_declarations,
    key=lambda one: str(one.id),
    subject=lambda one: str(one.id),
    region=lambda one: one.district,
)
