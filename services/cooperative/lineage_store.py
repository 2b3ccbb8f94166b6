"""The SQL of lineage: in which groups groups went on. It decides nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, delete, exists, or_, select

from services.cooperative.status import Group, Link
from services.cooperative.tables import group_link, household_group
from shared.database.bulk import among, upsert
from shared.events.lineage import LineageKind


def links(connection: Connection, groups: Collection[UUID]) -> dict[UUID, tuple[Link, ...]]:
    """In which groups these groups went on, in the order of days."""
    found: dict[UUID, list[Link]] = defaultdict(list)
    query = select(group_link).where(among(connection, group_link.c.predecessor, groups))
    for row in connection.execute(query.order_by(group_link.c.happened_on, group_link.c.id)):
        link = Link(row.id, row.successor, LineageKind(row.kind), row.happened_on)
        found[row.predecessor].append(link)
    return {one: tuple(some) for one, some in found.items()}


def save_links(connection: Connection, some: Iterable[Group]) -> None:
    """Write where these groups went on."""
    rows = [asdict(link) | {"predecessor": one.id} for one in some for link in one.links]
    upsert(connection, group_link, rows)


def rewrite_links(connection: Connection, some: Collection[Group]) -> None:
    """Write where these groups went on, without the steps that were taken back."""
    ids = [one.id for one in some]
    connection.execute(delete(group_link).where(group_link.c.predecessor.in_(ids)))
    save_links(connection, some)


def incoming(connection: Connection, group: UUID) -> list[date]:
    """The days on which other groups went on in this one."""
    query = select(group_link.c.happened_on).where(group_link.c.successor == group)
    return [*connection.execute(query).scalars()]


def names_cooperative(connection: Connection, cooperative: UUID) -> bool:
    """Whether a group became this cooperative."""
    query = select(exists().where(household_group.c.cooperative == cooperative))
    return bool(connection.execute(query).scalar())


def has_way(connection: Connection, group: UUID) -> bool:
    """Whether the group went on in another, or another in it."""
    mine = or_(group_link.c.predecessor == group, group_link.c.successor == group)
    return bool(connection.execute(select(exists().where(mine))).scalar())
