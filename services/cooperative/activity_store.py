"""The SQL of what is recorded of members' months and benefits, and of support. It decides nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Table, delete, select

from services.cooperative.months import Benefit, Matter, MonthRecord
from services.cooperative.support import Support
from services.cooperative.tables import member_benefit, member_month, support
from shared.database.bulk import among, upsert
from shared.events.membership import BenefitKind

MonthKey = tuple[UUID, str, Matter]


def months(connection: Connection, memberships: Collection[UUID]) -> dict[MonthKey, MonthRecord]:
    """Everything that counts of these memberships' months."""
    query = select(member_month).where(among(connection, member_month.c.membership, memberships))
    found = (_month(row) for row in connection.execute(query))
    return {(one.membership, one.month, one.matter): one for one in found}


def save_months(connection: Connection, some: Iterable[MonthRecord]) -> None:
    """Write what counts of these months."""
    upsert(connection, member_month, [_month_row(one) for one in some])


def benefits(connection: Connection, memberships: Collection[UUID]) -> dict[UUID, list[Benefit]]:
    """The benefits of these memberships."""
    found: dict[UUID, list[Benefit]] = defaultdict(list)
    query = select(member_benefit).where(
        among(connection, member_benefit.c.membership, memberships)
    )
    for row in connection.execute(query):
        found[row.membership].append(Benefit(**row._asdict() | {"kind": BenefitKind(row.kind)}))
    return found


def save_benefits(connection: Connection, some: Iterable[Benefit]) -> None:
    """Write these benefits."""
    upsert(connection, member_benefit, [asdict(one) for one in some])


def support_of(connection: Connection, cooperatives: Collection[UUID]) -> dict[UUID, list[Support]]:
    """The support of these cooperatives."""
    found: dict[UUID, list[Support]] = defaultdict(list)
    query = select(support).where(among(connection, support.c.cooperative, cooperatives))
    for row in connection.execute(query):
        found[row.cooperative].append(Support(**row._asdict()))
    return found


def save_support(connection: Connection, some: Iterable[Support]) -> None:
    """Write this support."""
    upsert(connection, support, [asdict(one) for one in some])


def forget(table: Table, connection: Connection, one: Any) -> None:
    """Delete a row that was taken back; its events stay in the outbox."""
    connection.execute(delete(table).where(table.c.id == one.id))


def _month(row: Row[Any]) -> MonthRecord:
    said = {answer for answer, is_said in ((False, row.denied), (True, row.confirmed)) if is_said}
    return MonthRecord(row.membership, row.month, Matter(row.matter), frozenset(said))


def _month_row(one: MonthRecord) -> dict[str, Any]:
    return {
        "membership": one.membership,
        "month": one.month,
        "matter": one.matter.value,
        "denied": False in one.said,
        "confirmed": True in one.said,
    }
