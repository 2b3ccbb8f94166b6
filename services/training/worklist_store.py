"""The SQL of worklists and of what is read back. It decides nothing."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
)

from services.training.store import Entitlement
from services.training.tables import (
    attendance,
    completion,
    entitlement,
    family_group,
    group_family,
    session,
)
from shared.application.latest_version import version_in
from shared.database.areas import within
from shared.events.cooperative import MembershipActivated
from shared.events.training import SessionHeld
from shared.regions import level

Days = tuple[date, date]
"""The first and the last day."""
_DISTRICT = 2


def open_entitlements(
    connection: Connection,
    area: str,
    *,
    after: UUID | None,
    limit: int,
    activated: Days | None = None,
) -> list[Entitlement]:
    """Rights in an area that no training took up, in order of event id.

    A training that came before its activation was received names no right: it takes up every right
    of its person that was open on its day, in the areas of the office that recorded it.
    """
    taken_up = exists().where(
        or_(
            completion.c.entitlement == entitlement.c.membership,
            and_(
                completion.c.entitlement.is_(None),
                completion.c.person == entitlement.c.person,
                completion.c.completed_on >= entitlement.c.activated_on,
                _recorded_for(entitlement.c.region),
            ),
        )
    )
    query = (
        select(entitlement)
        .where(within(entitlement.c.region, area), entitlement.c.granted.is_not(None), ~taken_up)
        .order_by(entitlement.c.event)
        .limit(limit)
    )
    if activated is not None:
        query = query.where(entitlement.c.activated_on.between(*activated))
    if after is not None:
        query = query.where(entitlement.c.event > after)
    rows = connection.execute(query)
    return [version_in(row, MembershipActivated, content="granted") for row in rows]


def groups(
    connection: Connection,
    area: str,
    today: date,
    *,
    without_session: Days | None = None,
    after: UUID | None,
    limit: int,
) -> Sequence[Any]:
    """The family groups of an area with the number of their families.

    `without_session`: only those that were there by the last of these days and met on none of them.
    """
    query = (
        select(family_group, _families(today))
        .where(within(family_group.c.region, area))
        .order_by(family_group.c.id)
        .limit(limit)
    )
    if without_session is not None:
        met = exists().where(
            session.c.group == family_group.c.id, session.c.held_on.between(*without_session)
        )
        query = query.where(family_group.c.formed_on <= without_session[1], ~met)
    return connection.execute(query.where(family_group.c.id > after) if after else query).all()


def sessions(
    connection: Connection, area: str, held: Days, *, after: UUID | None, limit: int
) -> Sequence[Any]:
    """The sessions of an area in these days, with their group and how many attended."""
    attended = select(func.count()).where(attendance.c.session == session.c.id)
    query: Select[Any] = (
        select(
            session,
            family_group.c.number.label("group_number"),
            attended.scalar_subquery().label("attended"),
        )
        .outerjoin(family_group, family_group.c.id == session.c.group)
        .where(_held_in(area), session.c.held_on.between(*held))
        .order_by(session.c.id)
        .limit(limit)
    )
    return connection.execute(query.where(session.c.id > after) if after else query).all()


def places_of(connection: Connection, number: str) -> list[tuple[UUID, str]]:
    """Id and place of the session and of the family group under a number."""
    held = select(session.c.id, session.c.content).where(session.c.number == number)
    formed = select(family_group.c.id, family_group.c.region).where(family_group.c.number == number)
    found = [
        (row.id, SessionHeld.model_validate_json(row.content)) for row in connection.execute(held)
    ]
    groups = [(row.id, row.region) for row in connection.execute(formed)]
    return [(one, data.region or data.district) for one, data in found] + groups


def _held_in(area: str) -> ColumnElement[bool]:
    """Whether a session lies in an area; below the kabupaten its payload alone says so."""
    if level(area) <= _DISTRICT:
        return within(session.c.district, area)
    return or_(
        session.c.content.contains(f'"region":"{area}"', autoescape=True),
        session.c.content.contains(f'"region":"{area}.', autoescape=True),
    )


def _families(today: date) -> Any:
    """How many families belong to a group: those that joined no other one since."""
    later = group_family.alias("later")
    moved = exists().where(
        later.c.family == group_family.c.family,
        later.c.joined_on > group_family.c.joined_on,
        later.c.joined_on <= today,
    )
    query = select(func.count()).where(
        group_family.c.group == family_group.c.id, group_family.c.joined_on <= today, ~moved
    )
    return query.scalar_subquery().label("families")


def _recorded_for(region: Column[Any]) -> Any:
    """Whether one of a completion's areas is that region or lies around it."""
    areas = " " + completion.c.areas + " "
    around = [literal("*"), region, *(func.substr(region, 1, length) for length in (8, 5, 2))]
    return or_(
        completion.c.areas.is_(None),
        *(areas.like(literal("% ") + one + " %") for one in around),
    )
