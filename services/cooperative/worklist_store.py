"""The SQL of worklists and of what is read back. It decides nothing."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, exists, func, or_, select

from services.cooperative.months import Matter
from services.cooperative.tables import (
    cooperative,
    group_link,
    household_group,
    member_month,
    membership,
    status_entry,
)
from shared.database.areas import within
from shared.events.lineage import LineageKind


def memberships(
    connection: Connection, area: str, *, waiting: bool, after: UUID | None, limit: int
) -> Sequence[Any]:
    """Memberships of an area with their cooperative, or those alone that wait to begin."""
    query = _memberships().where(within(membership.c.region, area)).order_by(membership.c.id)
    if waiting:
        query = query.where(membership.c.activated_on.is_(None), membership.c.ended_on.is_(None))
    if after is not None:
        query = query.where(membership.c.id > after)
    return connection.execute(query.limit(limit)).all()


def without_savings(
    connection: Connection,
    area: str,
    month: str,
    days: tuple[date, date],
    *,
    after: UUID | None,
    limit: int,
) -> Sequence[Any]:
    """Memberships between the first and the last day of a month whose savings nobody has recorded.

    One that was broken off in just that month and goes on since is among them.
    """
    first, last = days
    recorded = exists().where(
        member_month.c.membership == membership.c.id,
        member_month.c.month == month,
        member_month.c.matter == Matter.SAVINGS.value,
        or_(member_month.c.denied, member_month.c.confirmed),
    )
    open_then = or_(membership.c.ended_on.is_(None), membership.c.ended_on >= first)
    query = (
        _memberships()
        .where(within(membership.c.region, area), membership.c.activated_on <= last)
        .where(open_then, ~recorded)
        .order_by(membership.c.id)
        .limit(limit)
    )
    return connection.execute(query.where(membership.c.id > after) if after else query).all()


def membership_row(connection: Connection, one: UUID) -> Any:
    """A membership with its cooperative, if there is one."""
    return connection.execute(_memberships().where(membership.c.id == one)).one_or_none()


def cooperatives(
    connection: Connection, area: str, *, after: UUID | None, limit: int
) -> Sequence[Any]:
    """The cooperatives of an area with their status and how many members they have."""
    members = select(func.count()).where(
        membership.c.cooperative == cooperative.c.id,
        membership.c.activated_on.is_not(None),
        membership.c.ended_on.is_(None),
    )
    query = (
        select(cooperative, _status(cooperative.c.id), members.scalar_subquery().label("members"))
        .where(within(cooperative.c.region, area))
        .order_by(cooperative.c.id)
        .limit(limit)
    )
    return connection.execute(query.where(cooperative.c.id > after) if after else query).all()


def groups(connection: Connection, area: str, *, after: UUID | None, limit: int) -> Sequence[Any]:
    """The household-business groups of an area with their last step, and into what they went."""
    into = func.coalesce(_merged_into(), _became()).label("went_into")
    query = (
        select(household_group, _status(household_group.c.id), into)
        .where(within(household_group.c.region, area))
        .order_by(household_group.c.id)
        .limit(limit)
    )
    return connection.execute(query.where(household_group.c.id > after) if after else query).all()


def place_of(connection: Connection, number: str) -> Any:
    """Id and region of the cooperative or group under a number, if there is one."""
    for table in (cooperative, household_group):
        query = select(table.c.id, table.c.region).where(table.c.number == number)
        if row := connection.execute(query).one_or_none():
            return row
    return None


def _memberships() -> Select[Any]:
    at = membership.c.cooperative == cooperative.c.id
    return select(
        membership, cooperative.c.number, cooperative.c.name.label("cooperative_name")
    ).join(cooperative, at)


def _merged_into() -> Any:
    """The number of the group into which a group merged."""
    later = household_group.alias("later")
    link = (group_link.c.predecessor == household_group.c.id) & (
        group_link.c.kind == LineageKind.MERGED.value
    )
    query = select(later.c.number).join(group_link, group_link.c.successor == later.c.id)
    return query.where(link).correlate(household_group).scalar_subquery()


def _became() -> Any:
    """The number of the cooperative that a group became."""
    query = select(cooperative.c.number).where(cooperative.c.id == household_group.c.cooperative)
    return query.scalar_subquery()


def _status(owner: Any) -> Any:
    """The status of the highest version that counts; none was recorded since the first."""
    query = select(status_entry.c.status).where(
        status_entry.c.owner == owner, status_entry.c.taken_back.is_(False)
    )
    last = query.order_by(status_entry.c.version.desc()).limit(1)
    return last.scalar_subquery().label("last_status")
