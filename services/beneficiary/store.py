"""All SQL of the beneficiary service. Nothing here commits, and nothing decides."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, delete, exists, func, or_, select

from services.beneficiary.domain import Facilitator, Target
from services.beneficiary.family import Family
from services.beneficiary.programme_targets import ProgrammeTarget
from services.beneficiary.readiness import Kind, Progress
from services.beneficiary.rows import (
    assignment_rows,
    family_row,
    person_rows,
    progress_row,
    row_to_progress,
    rows_to_families,
    spell_rows,
    version_rows,
)
from services.beneficiary.tables import (
    assignment,
    facilitator,
    family,
    family_person,
    family_version,
    heard,
    past_spell,
    programme_target,
    referral,
    target,
)
from shared.application.register import Register
from shared.database.areas import within
from shared.database.bulk import among, upsert
from shared.events.base import Programme
from shared.events.beneficiary import TargetMeasure
from shared.outbox import archive

_PARTS = (
    (family_version, family_version.c.version),
    (family_person, family_person.c.position),
    (assignment, assignment.c.assigned_on),
    (past_spell, past_spell.c.spell),
)
"""What a family is made of, and the order in which it is read."""


def families(connection: Connection, subjects: Collection[str]) -> dict[str, Family]:
    """The families under these pseudonyms; who changes them holds the register."""
    named = among(connection, family.c.subject, subjects)
    rows = connection.execute(select(family).where(named)).all()
    if not rows:
        return {}
    found = [row.id for row in rows]
    parts = [
        connection.execute(
            select(table).where(among(connection, table.c.family, found)).order_by(column)
        ).all()
        for table, column in _PARTS
    ]
    return rows_to_families(rows, *parts)


def save_families(connection: Connection, some: Collection[Family]) -> None:
    """Write these families with all their parts."""
    upsert(connection, family, [family_row(one) for one in some])
    upsert(connection, family_version, [row for one in some for row in version_rows(one)])
    upsert(connection, family_person, [row for one in some for row in person_rows(one)])
    upsert(connection, assignment, [row for one in some for row in assignment_rows(one)])
    upsert(connection, past_spell, [row for one in some for row in spell_rows(one)])


def last_family_id(connection: Connection) -> int:
    """The highest id in use; whoever adds families holds the register."""
    return connection.execute(select(func.max(family.c.id))).scalar() or 0


def rewrite_families(connection: Connection, some: Collection[Family]) -> None:
    """Write families whose parts may have become fewer."""
    for one in some:
        _forget_parts(connection, one)
    save_families(connection, some)


def forget_family(connection: Connection, one: Family) -> None:
    """Delete a family whose enrolment was taken back; its events stay in the outbox."""
    _forget_parts(connection, one)
    connection.execute(delete(family).where(family.c.id == one.id))


def facilitators(
    connection: Connection, wanted: Collection[Any], *, by: str = "number"
) -> dict[str, Facilitator]:
    """The facilitators with these numbers (or ids), by number."""
    query = select(facilitator).where(among(connection, facilitator.c[by], wanted))
    rows = connection.execute(query)
    return {row.number: Facilitator(**row._asdict()) for row in rows}


def number_of_facilitator(connection: Connection, one: UUID) -> str:
    """The number of a facilitator that there is."""
    query = select(facilitator.c.number).where(facilitator.c.id == one)
    return str(connection.execute(query).scalar_one())


def save_facilitators(connection: Connection, some: Iterable[Facilitator]) -> None:
    """Write these facilitators."""
    upsert(connection, facilitator, [dict(vars(one)) for one in some])


def targets(
    connection: Connection, facilitator_ids: Collection[UUID]
) -> dict[tuple[UUID, int], list[Target]]:
    """Every version of these facilitators' targets, by facilitator and year, in order."""
    found: dict[tuple[UUID, int], list[Target]] = defaultdict(list)
    query = select(target).where(among(connection, target.c.facilitator, facilitator_ids))
    for row in connection.execute(query.order_by(target.c.version)):
        found[row.facilitator, row.year].append(Target(**row._asdict()))
    return found


def save_targets(connection: Connection, some: Iterable[Target]) -> None:
    """Write these versions of targets."""
    upsert(connection, target, [asdict(one) for one in some])


def programme_targets(
    connection: Connection, ids: Collection[UUID]
) -> dict[UUID, list[ProgrammeTarget]]:
    """Every version of these targets, in order."""
    found: dict[UUID, list[ProgrammeTarget]] = defaultdict(list)
    query = select(programme_target).where(among(connection, programme_target.c.id, ids))
    for row in connection.execute(query.order_by(programme_target.c.version)):
        values = row._asdict()
        programme, measure = Programme(row.programme), TargetMeasure(row.measure)
        one = ProgrammeTarget(**(values | {"programme": programme, "measure": measure}))
        found[row.id].append(one)
    return found


def save_programme_targets(connection: Connection, some: Iterable[ProgrammeTarget]) -> None:
    """Write these versions of targets."""
    rows = [
        asdict(one) | {"programme": one.programme.value, "measure": one.measure.value}
        for one in some
    ]
    upsert(connection, programme_target, rows)


def enrolled_families(connection: Connection, area: str, day: date) -> Sequence[Any]:
    """Families of an area as they stood on a day: enrolled, still in, not referred in this spell."""
    referred = (referral.c.family == family.c.subject) & (referral.c.spell == family.c.spell)
    columns = (
        family.c.subject,
        family.c.spell,
        family.c.business,
        family_version.c.region,
        family_version.c.band,
        family_version.c.born,
        family_person.c.person,
    )
    heads = family_version.c.family == family_person.c.family
    heads &= family_version.c.version == family_person.c.version
    query = (
        select(*columns)
        .join(family_version, family_version.c.family == family.c.id)
        .outerjoin(family_person, heads & family_person.c.representative.is_(True))
        .where(
            within(family_version.c.region, area),
            family_version.c.version == _in_force(day),
            family_version.c.version >= family.c.spell,
            family.c.approved_on.is_(None),
            family.c.exited_on.is_(None),
            ~exists().where(referred),
        )
        .order_by(family.c.subject)
    )
    return connection.execute(query).all()


def progress(connection: Connection, events: Collection[UUID]) -> dict[UUID, Progress]:
    """What is known of these events of other ministries."""
    query = select(heard).where(among(connection, heard.c.event, events))
    return {row.event: row_to_progress(row) for row in connection.execute(query)}


def save_progress(connection: Connection, some: Iterable[Progress]) -> None:
    """Write the latest versions of these events."""
    upsert(connection, heard, [progress_row(one) for one in some])


def getting_ready(
    connection: Connection, families: Select[Any], *, after: str | None, limit: int
) -> Sequence[Any]:
    """Of these families those still in, not proposed, with an active member or training."""
    member, trained = _earliest_membership(), _earliest_training()
    since, on = func.min(member.c.day), func.min(trained.c.day)
    listed = family.c.id == family_person.c.family
    listed &= family.c.current == family_person.c.version
    query = (
        families.add_columns(since.label("member_since"), on.label("trained_on"))
        .join(family_person, listed)
        .outerjoin(member, member.c.person == family_person.c.person)
        .outerjoin(trained, trained.c.person == family_person.c.person)
        .where(
            family.c.proposed_on.is_(None),
            family.c.approved_on.is_(None),
            family.c.exited_on.is_(None),
            or_(member.c.day.is_not(None), trained.c.day.is_not(None)),
        )
        .group_by(family.c.id)
        .order_by(family.c.subject)
        .limit(limit)
    )
    return connection.execute(query.where(family.c.subject > after) if after else query).all()


def events_about(connection: Connection, subject: str) -> Sequence[archive.Stored]:
    """All events of this service under a subject, in order."""
    return archive.about(connection, [subject])


def _forget_parts(connection: Connection, one: Family) -> None:
    for part, _ in _PARTS:
        connection.execute(delete(part).where(part.c.family == one.id))


def _in_force(day: date) -> Any:
    other = family_version.alias("other")
    query = select(func.max(other.c.version)).where(
        other.c.family == family_version.c.family,
        other.c.effective_on <= day,
        other.c.taken_back.is_(False),
    )
    return query.scalar_subquery()


def _earliest_membership() -> Any:
    return _earliest(Kind.ACTIVATED).where(~has_ended()).subquery("member")


def has_ended() -> Any:
    """Whether what a row of `heard` names has ended, and nobody came back later."""
    end, back = heard.alias("ending"), heard.alias("return")
    returned = exists().where(
        back.c.kind == Kind.RETURNED.value,
        back.c.reference == end.c.reference,
        back.c.day > end.c.day,
    )
    return exists().where(
        end.c.kind == Kind.ENDED.value,
        end.c.reference == heard.c.reference,
        end.c.day.is_not(None),
        ~returned,
    )


def _earliest_training() -> Any:
    return _earliest(Kind.TRAINED).subquery("trained")


def _earliest(kind: Kind) -> Any:
    return (
        select(heard.c.person, func.min(heard.c.day).label("day"))
        .where(heard.c.kind == kind.value, heard.c.day.is_not(None))
        .group_by(heard.c.person)
    )


FAMILIES = Register(
    table=family,
    load=families,
    save=save_families,
    key=lambda one: one.subject,
    subject=lambda one: one.subject,
    region=lambda one: one.current.region,
)
FACILITATORS = Register(
    table=facilitator,
    load=facilitators,
    save=save_facilitators,
    key=lambda one: one.number,
    subject=lambda one: str(one.id),
    region=lambda one: one.district,
)
