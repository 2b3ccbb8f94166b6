"""What a service has recorded of a list in a month: a month with records is not nil.

RECORDS: Records = {
    ReportList.SESSIONS: (Dated(session, session.c.district, (session.c.held_on,)),),
}

Each service says for every list that it reports where its records lie; the rule is in `rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, FromClause, func, or_, select, true

from shared.database.areas import within
from shared.events.days import days_of_month
from shared.events.reporting import LISTS_OF, ReportList


@dataclass(frozen=True)
class Dated:
    """Rows that belong to a month by any of their days, and to a district by their region."""

    rows: FromClause
    region: Column[str]
    days: tuple[Column[Any], ...]
    holds: ColumnElement[bool] = field(default_factory=true)
    """Which rows count: not what was taken back."""
    noted: tuple[Column[Any], ...] = ()
    """Columns of text in which more days stand, as JSON."""


Records = Mapping[ReportList, tuple[Dated, ...]]


def require_every_list(source: str, records: Records) -> None:
    """Raise ValueError where a list that the source reports has no records: nil would be a guess."""
    if missing := [one.value for one in LISTS_OF.get(source, ()) if one not in records]:
        raise ValueError(f"{source}: no records declared of {', '.join(missing)}")


def recorded(
    connection: Connection, records: Records, name: ReportList, district: str, month: str
) -> int:
    """How many records of a list lie in a month of a district."""
    return sum(_count(connection, one, district, month) for one in records[name])


def _count(connection: Connection, one: Dated, district: str, month: str) -> int:
    first, last = days_of_month(month)
    dated = or_(
        *(day.between(first, last) for day in one.days),
        *(days.contains(f'"{month}-') for days in one.noted),
    )
    query = select(func.count()).select_from(one.rows)
    where = within(one.region, district), dated, one.holds
    return int(connection.execute(query.where(*where)).scalar_one())
