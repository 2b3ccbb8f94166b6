"""Which sessions a family group had: the SQL of attendance by group."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select

from services.training.tables import session
from shared.database.bulk import among


def numbers_by_day(
    connection: Connection, groups: Collection[UUID]
) -> dict[tuple[UUID, date], list[str]]:
    """The numbers of the sessions of these groups, by group and day; nothing is locked."""
    query = select(session.c.group, session.c.held_on, session.c.number).where(
        among(connection, session.c.group, groups)
    )
    found: dict[tuple[UUID, date], list[str]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.group, row.held_on].append(row.number)
    return found
