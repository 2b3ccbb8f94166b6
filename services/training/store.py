"""All SQL of the training service. Nothing here commits, and nothing decides."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Row,
    Table,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
)

from services.training.domain import Completion, Entitlement, Session, Training, held
from services.training.tables import (
    attendance,
    completion,
    entitlement,
    session,
    training,
)
from shared.database.bulk import upsert
from shared.events.cooperative import MembershipActivated
from shared.events.training import ActivityType, SessionHeld


def sessions(
    connection: Connection, wanted: Collection[Any], *, by: str = "number"
) -> dict[str, Session]:
    """The sessions with these numbers (or ids), by number, locked to the transaction's end."""
    return {row.number: _session(row) for row in _locked(connection, session, by, wanted)}


def session_by_id(connection: Connection, session_id: UUID) -> Session | None:
    """One session, locked to the transaction's end."""
    return next(iter(sessions(connection, [session_id], by="id").values()), None)


def lock_register(connection: Connection, table: Table) -> None:
    """One writer of a register at a time, taken first; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE")


def save_sessions(connection: Connection, some: Iterable[Session]) -> None:
    """Write these sessions."""
    upsert(connection, session, [_session_row(one) for one in some])


def forget_session(connection: Connection, session_id: UUID) -> None:
    """Delete a session that was taken back; the outbox keeps what was told."""
    connection.execute(delete(session).where(session.c.id == session_id))


def attendances(
    connection: Connection, session_ids: Collection[UUID], subjects: Collection[str]
) -> set[tuple[UUID, str]]:
    """Which of these sessions and subjects are recorded already."""
    query = select(attendance.c.session, attendance.c.subject).where(
        attendance.c.session.in_(session_ids), attendance.c.subject.in_(subjects)
    )
    return {(row.session, row.subject) for row in connection.execute(query)}


def has_attendances(connection: Connection, session_id: UUID) -> bool:
    """Whether anybody's attendance of a session stands."""
    query = select(exists().where(attendance.c.session == session_id))
    return bool(connection.execute(query).scalar())


def save_attendances(connection: Connection, some: Iterable[tuple[UUID, str]]) -> None:
    """Write new attendances."""
    rows = [{"session": one, "subject": subject} for one, subject in some]
    upsert(connection, attendance, rows, replace=False)


def forget_attendance(connection: Connection, session_id: UUID, subject: str) -> None:
    """Delete an attendance that was taken back."""
    connection.execute(
        delete(attendance).where(
            attendance.c.session == session_id, attendance.c.subject == subject
        )
    )


def trainings(connection: Connection, numbers: Collection[str]) -> dict[str, Training]:
    """The courses with these numbers, locked to the transaction's end."""
    rows = _locked(connection, training, "number", numbers)
    return {row.number: Training(row.id, row.number, ActivityType(row.activity)) for row in rows}


def save_trainings(connection: Connection, some: Iterable[Training]) -> None:
    """Write these courses."""
    rows = [{"id": one.id, "number": one.number, "activity": one.activity.value} for one in some]
    upsert(connection, training, rows)


def completions_of(
    connection: Connection, persons: Collection[str]
) -> dict[tuple[UUID, str], Completion]:
    """Everything that these persons completed, by training and person."""
    query = select(completion).where(completion.c.person.in_(persons))
    return {
        (row.training, row.person): Completion(**row._asdict()) for row in connection.execute(query)
    }


def save_completions(connection: Connection, some: Iterable[Completion]) -> None:
    """Write these completions."""
    upsert(connection, completion, [dict(vars(one)) for one in some])


def forget_completion(connection: Connection, training_id: UUID, person: str) -> None:
    """Delete a completion that was taken back."""
    connection.execute(
        delete(completion).where(
            completion.c.training == training_id, completion.c.person == person
        )
    )


def entitlements(connection: Connection, event_ids: Collection[UUID]) -> dict[UUID, Entitlement]:
    """What is known of these activations, by event id."""
    query = select(entitlement).where(entitlement.c.event.in_(event_ids))
    return {row.event: _entitlement(row) for row in connection.execute(query)}


def entitlements_of(
    connection: Connection, persons: Collection[str]
) -> dict[str, list[Entitlement]]:
    """The rights of these persons, by person."""
    found: dict[str, list[Entitlement]] = defaultdict(list)
    for row in connection.execute(select(entitlement).where(entitlement.c.person.in_(persons))):
        found[row.person].append(_entitlement(row))
    return found


def save_entitlements(connection: Connection, some: Iterable[Entitlement]) -> None:
    """Write the latest word on these activations."""
    rows = [_entitlement_row(one) for one in sorted(some, key=lambda one: one.event)]
    upsert(connection, entitlement, rows)


def open_entitlements(
    connection: Connection, area: str, *, after: UUID | None, limit: int
) -> list[Entitlement]:
    """Rights in an area that no training took up, in order of event id.

    A training that came before its activation was heard of names no right: it takes up every right
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
        .where(_within(entitlement.c.region, area), entitlement.c.granted.is_not(None), ~taken_up)
        .order_by(entitlement.c.event)
        .limit(limit)
    )
    if after is not None:
        query = query.where(entitlement.c.event > after)
    return [_entitlement(row) for row in connection.execute(query)]


def region_of_right(connection: Connection, membership: UUID, person: str) -> str | None:
    """Where the membership of a person is that gave a right."""
    mine = (entitlement.c.membership == membership) & (entitlement.c.person == person)
    return connection.execute(select(entitlement.c.region).where(mine).limit(1)).scalar()


def _locked(
    connection: Connection, table: Table, by: str, wanted: Collection[Any]
) -> Sequence[Row[Any]]:
    # one order for everybody, so that two chunks cannot wait for each other
    query = select(table).where(table.c[by].in_(wanted)).order_by(table.c.id).with_for_update()
    return connection.execute(query).all()


def _recorded_for(region: Column[Any]) -> Any:
    """Whether one of a completion's areas is that region or lies around it."""
    areas = " " + completion.c.areas + " "
    around = [literal("*"), region, *(func.substr(region, 1, length) for length in (8, 5, 2))]
    return or_(
        completion.c.areas.is_(None),
        *(areas.like(literal("% ") + one + " %") for one in around),
    )


def _within(column: Column[Any], area: str) -> Any:
    return or_(column == area, column.startswith(area + ".", autoescape=True))


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
    }


def _entitlement(row: Row[Any]) -> Entitlement:
    granted = MembershipActivated.model_validate_json(row.granted) if row.granted else None
    rank = (row.corrected_at, row.corrected_by) if row.corrected_at else None
    return Entitlement(row.event, row.person, granted, rank)


def _entitlement_row(one: Entitlement) -> dict[str, Any]:
    corrected_at, corrected_by = one.corrected or (None, None)
    return {
        "event": one.event,
        "person": one.person,
        "membership": one.granted.membership if one.granted else None,
        "region": one.granted.region if one.granted else None,
        "activated_on": one.granted.activated_on if one.granted else None,
        "granted": one.granted.model_dump_json() if one.granted else None,
        "corrected_at": corrected_at,
        "corrected_by": corrected_by,
    }
