"""All SQL of the training service. Nothing here commits, and nothing decides."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    delete,
    exists,
    func,
    select,
    union_all,
)

from services.training.domain import Attendance, Completion, Session, Training, held
from services.training.groups import FamilyGroup, Joining
from services.training.tables import (
    attendance,
    completion,
    entitlement,
    family_group,
    group_family,
    session,
    training,
)
from shared.application.latest_version import FactVersion, version_columns, version_in
from shared.application.register import Register
from shared.database.bulk import among, among_pairs, upsert
from shared.database.locks import locked_rows
from shared.events.cooperative import MembershipActivated
from shared.events.training import ActivityType, SessionHeld
from shared.security.tokens import ANYWHERE

Entitlement = FactVersion[MembershipActivated]


def groups(
    connection: Connection, wanted: Collection[Any], *, by: str = "number"
) -> dict[str, FamilyGroup]:
    """The family groups with these numbers (or ids), by number, locked to the transaction's end."""
    rows = locked_rows(connection, family_group, family_group.c[by], wanted)
    return {row.number: FamilyGroup(**row._asdict()) for row in rows}


def group_by_id(connection: Connection, group_id: UUID) -> FamilyGroup | None:
    """One family group, locked to the transaction's end."""
    return next(iter(groups(connection, [group_id], by="id").values()), None)


def number_of_group(connection: Connection, group_id: UUID) -> str:
    """The number of a family group that there is."""
    query = select(family_group.c.number).where(family_group.c.id == group_id)
    return str(connection.execute(query).scalar_one())


def save_groups(connection: Connection, some: Iterable[FamilyGroup]) -> None:
    """Write these family groups."""
    upsert(connection, family_group, [asdict(one) for one in some])


def first_day_of_group(connection: Connection, group_id: UUID) -> date | None:
    """The first day on which a family joined it or it met; none when nothing names it."""
    joined = select(group_family.c.joined_on.label("day")).where(group_family.c.group == group_id)
    met = select(session.c.held_on.label("day")).where(session.c.group == group_id)
    days = union_all(joined, met).subquery()
    return connection.execute(select(func.min(days.c.day))).scalar()


def joinings(connection: Connection, families: Collection[str]) -> list[tuple[str, Joining]]:
    """Which groups these families joined, each with the region of the group."""
    query = (
        select(family_group.c.region, group_family)
        .join_from(group_family, family_group)
        .where(among(connection, group_family.c.family, families))
    )
    return [
        (row.region, Joining(row.id, row.group, row.family, row.joined_on))
        for row in connection.execute(query)
    ]


def save_joinings(connection: Connection, some: Iterable[Joining]) -> None:
    """Write these joinings."""
    upsert(connection, group_family, [asdict(one) for one in some])


def sessions(
    connection: Connection, wanted: Collection[Any], *, by: str = "number"
) -> dict[str, Session]:
    """The sessions with these numbers (or ids), by number, locked to the transaction's end."""
    return {
        row.number: _session(row) for row in locked_rows(connection, session, session.c[by], wanted)
    }


def session_by_id(connection: Connection, session_id: UUID) -> Session | None:
    """One session, locked to the transaction's end."""
    return next(iter(sessions(connection, [session_id], by="id").values()), None)


def save_sessions(connection: Connection, some: Iterable[Session]) -> None:
    """Write these sessions."""
    upsert(connection, session, [_session_row(one) for one in some])


def attendances(
    connection: Connection, wanted: Collection[tuple[UUID, str]]
) -> set[tuple[UUID, str]]:
    """Which of these sessions and subjects are recorded already."""
    columns = (attendance.c.session, attendance.c.subject)
    query = select(*columns).where(among_pairs(connection, columns, wanted))
    return {(row.session, row.subject) for row in connection.execute(query)}


def has_attendances(connection: Connection, session_id: UUID) -> bool:
    """Whether anybody's attendance of a session is recorded."""
    query = select(exists().where(attendance.c.session == session_id))
    return bool(connection.execute(query).scalar())


def save_attendances(connection: Connection, some: Iterable[Attendance]) -> None:
    """Write new attendances."""
    rows = [{"session": one.session.id, "subject": one.subject} for one in some]
    upsert(connection, attendance, rows, replace=False)


def forget_attendance(connection: Connection, one: Attendance) -> None:
    """Delete an attendance that was taken back."""
    connection.execute(
        delete(attendance).where(
            attendance.c.session == one.session.id, attendance.c.subject == one.subject
        )
    )


def trainings(connection: Connection, numbers: Collection[str]) -> dict[str, Training]:
    """The courses with these numbers, locked to the transaction's end."""
    rows = locked_rows(connection, training, training.c.number, numbers)
    return {row.number: Training(row.id, row.number, ActivityType(row.activity)) for row in rows}


def save_trainings(connection: Connection, some: Iterable[Training]) -> None:
    """Write these courses."""
    rows = [{"id": one.id, "number": one.number, "activity": one.activity.value} for one in some]
    upsert(connection, training, rows)


def completions_of(
    connection: Connection, persons: Collection[str]
) -> dict[tuple[UUID, str], Completion]:
    """Everything that these persons completed, by training and person."""
    query = select(completion).where(among(connection, completion.c.person, persons))
    return {
        (row.training, row.person): Completion(**row._asdict()) for row in connection.execute(query)
    }


def save_completions(connection: Connection, some: Iterable[Completion]) -> None:
    """Write these completions."""
    upsert(connection, completion, [dict(vars(one)) for one in some])


def forget_completion(connection: Connection, one: Completion) -> None:
    """Delete a completion that was taken back."""
    connection.execute(
        delete(completion).where(
            completion.c.training == one.training, completion.c.person == one.person
        )
    )


def entitlements(connection: Connection, event_ids: Collection[UUID]) -> dict[UUID, Entitlement]:
    """What is known of these activations, by event id."""
    query = select(entitlement).where(among(connection, entitlement.c.event, event_ids))
    return {row.event: _entitlement(row) for row in connection.execute(query)}


def rights_of(
    connection: Connection, persons: Collection[str]
) -> dict[str, list[MembershipActivated]]:
    """The rights of these persons, without those that were taken back."""
    found: dict[str, list[MembershipActivated]] = defaultdict(list)
    query = select(entitlement).where(among(connection, entitlement.c.person, persons))
    for row in connection.execute(query):
        if row.granted:
            found[row.person].append(MembershipActivated.model_validate_json(row.granted))
    return found


def save_entitlements(connection: Connection, some: Iterable[Entitlement]) -> None:
    """Write the latest versions of these activations."""
    upsert(connection, entitlement, [_entitlement_row(one) for one in some])


def region_of_right(connection: Connection, membership: UUID, person: str) -> str | None:
    """Where the membership of a person is that gave a right."""
    mine = (entitlement.c.membership == membership) & (entitlement.c.person == person)
    return connection.execute(select(entitlement.c.region).where(mine).limit(1)).scalar()


def _session(row: Row[Any]) -> Session:
    content = SessionHeld.model_validate_json(row.content)
    return Session(id=row.id, number=row.number, **dict(content))


def _session_row(one: Session) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.number,
        "district": one.district,
        "held_on": one.held_on,
        "content": held(one).model_dump_json(),
        "group": one.group,
    }


def _entitlement(row: Row[Any]) -> Entitlement:
    return version_in(row, MembershipActivated, content="granted")


def _entitlement_row(one: Entitlement) -> dict[str, Any]:
    return version_columns(one, "membership", "region", "activated_on", content="granted")


SESSIONS = Register(
    table=session,
    load=sessions,
    save=save_sessions,
    key=lambda one: one.number,
    subject=lambda one: str(one.id),
    region=lambda one: one.place,
)
GROUPS = Register(
    table=family_group,
    load=groups,
    save=save_groups,
    key=lambda one: one.number,
    subject=lambda one: str(one.id),
    region=lambda one: one.region,
)
TRAININGS = Register(
    table=training,
    load=trainings,
    save=save_trainings,
    key=lambda one: one.number,
    subject=lambda one: str(one.id),
    region=lambda _: ANYWHERE,
)
"""A course is held for everybody."""
