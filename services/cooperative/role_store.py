"""The SQL of groups' members. It decides nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import Connection, delete, exists, select

from services.cooperative.roles import Term
from services.cooperative.tables import group_member
from shared.database.bulk import among, upsert
from shared.events.group_members import GroupRole


def terms(connection: Connection, groups: Collection[UUID]) -> dict[tuple[UUID, str], list[Term]]:
    """Every term in these groups, by group and person, in the order of days."""
    found: dict[tuple[UUID, str], list[Term]] = defaultdict(list)
    query = select(group_member).where(among(connection, group_member.c.group, groups))
    for row in connection.execute(query.order_by(group_member.c.joined_on)):
        one = Term(**row._asdict() | {"role": GroupRole(row.role)})
        found[one.group, one.person].append(one)
    return found


def save_terms(connection: Connection, some: Iterable[Term]) -> None:
    """Write these terms."""
    upsert(connection, group_member, [asdict(one) for one in some])


def forget_term(connection: Connection, one: Term) -> None:
    """Delete a term that was taken back; its events stay in the outbox."""
    connection.execute(delete(group_member).where(group_member.c.id == one.id))


def has_members(connection: Connection, group: UUID) -> bool:
    """Whether anybody ever had a role in a group."""
    query = select(exists().where(group_member.c.group == group))
    return bool(connection.execute(query).scalar())
