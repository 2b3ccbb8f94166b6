"""The SQL of worklists and of what is read back. It decides nothing."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, exists, func, or_, select

from services.beneficiary.outcomes import ReferralOutcome
from services.beneficiary.readiness import Kind
from services.beneficiary.store import has_ended
from services.beneficiary.tables import (
    assignment,
    facilitator,
    family,
    family_person,
    heard,
    referral,
    referral_step,
    target,
    visit,
)
from shared.database.areas import within
from shared.database.bulk import among
from shared.events.beneficiary import VisitOutcome

IN_PROGRAMME = and_(family.c.approved_on.is_(None), family.c.exited_on.is_(None))
_OPEN = (ReferralOutcome.CONTACTED.value, ReferralOutcome.INTERESTED.value)


def assigned(day: date) -> Any:
    """The facilitator of a family on a day, as a subquery of one value."""
    query = select(assignment.c.facilitator).where(
        assignment.c.family == family.c.id, assignment.c.assigned_on <= day
    )
    latest = query.order_by(assignment.c.assigned_on.desc()).limit(1)
    return latest.correlate(family).scalar_subquery()  # also where it is within a subquery


def about_families(area: str, mine: UUID | None, day: date) -> Select[Any]:
    """Families of an area, or those of one facilitator in it, with what a list says of each."""
    person = family_person.alias("head")
    head = select(person.c.person).where(
        person.c.family == family.c.id,
        person.c.version == family.c.current,
        person.c.representative.is_(True),
    )
    number = select(facilitator.c.number).where(facilitator.c.id == assigned(day))
    query = select(
        family.c.subject,
        family.c.region,
        family.c.sealed,
        head.limit(1).scalar_subquery().label("head"),
        number.scalar_subquery().label("facilitator_number"),
    ).where(within(family.c.region, area))
    return query if mine is None else query.where(assigned(day) == mine)


def to_contact(
    connection: Connection, families: Select[Any], *, after: UUID | None, limit: int
) -> Sequence[Any]:
    """Referred families that may still apply, the oldest referral first, with the last step."""
    of_spell = and_(referral.c.family == family.c.subject, referral.c.spell == family.c.spell)
    step = referral_step.alias("step")
    latest = select(func.max(step.c.position)).where(step.c.referral == referral.c.id)
    last = and_(
        referral_step.c.referral == referral.c.id,
        referral_step.c.position == latest.scalar_subquery(),
    )
    query = (
        families.join(referral, of_spell)
        .outerjoin(referral_step, last)
        .add_columns(
            referral.c.id.label("referral"),
            referral.c.person,
            referral.c.issued_on,
            referral_step.c.outcome,
            referral_step.c.day,
        )
        .where(
            IN_PROGRAMME,
            or_(referral_step.c.outcome.is_(None), referral_step.c.outcome.in_(_OPEN)),
            ~_has_applied(),
        )
        .order_by(referral.c.id)
        .limit(limit)
    )
    return connection.execute(query.where(referral.c.id > after) if after else query).all()


def _has_applied() -> Any:
    """Whether the referred person applied for a membership that has not ended."""
    return exists().where(
        heard.c.person == referral.c.person,
        heard.c.kind.in_([Kind.APPLIED.value, Kind.ACTIVATED.value]),
        heard.c.day.is_not(None),
        ~has_ended(),
    )


def cases(
    connection: Connection, families: Select[Any], *, after: str | None, limit: int
) -> Sequence[Any]:
    """Families with a graduation that is proposed and not approved."""
    query = (
        families.add_columns(family.c.proposed_on, family.c.verified_on)
        .where(family.c.proposed_on.is_not(None), IN_PROGRAMME)
        .order_by(family.c.subject)
        .limit(limit)
    )
    return connection.execute(query.where(family.c.subject > after) if after else query).all()


def unseen(
    connection: Connection,
    families: Select[Any],
    graduated: tuple[date, date],
    *,
    after: str | None,
    limit: int,
) -> Sequence[Any]:
    """Families that graduated between two days and were not found since the later one."""
    first, last = graduated
    found = exists().where(
        visit.c.family == family.c.subject,
        visit.c.day > last,
        visit.c.outcome == VisitOutcome.FOUND.value,
    )
    query = (
        families.add_columns(family.c.approved_on)
        .where(family.c.approved_on.between(first, last), family.c.exited_on.is_(None), ~found)
        .order_by(family.c.subject)
        .limit(limit)
    )
    return connection.execute(query.where(family.c.subject > after) if after else query).all()


def listed(
    connection: Connection, families: Select[Any], *, after: str | None, limit: int
) -> Sequence[Any]:
    """Every family, in the programme or not."""
    query = (
        families.add_columns(
            family.c.programme, family.c.approved_on, family.c.exited_on, family.c.exit_reason
        )
        .order_by(family.c.subject)
        .limit(limit)
    )
    return connection.execute(query.where(family.c.subject > after) if after else query).all()


def facilitators(
    connection: Connection, area: str, mine: UUID | None, *, after: UUID | None, limit: int
) -> Sequence[Any]:
    """The facilitators of the districts in an area, or one of them."""
    query = select(facilitator).where(within(facilitator.c.district, area))
    if mine is not None:
        query = query.where(facilitator.c.id == mine)
    if after is not None:
        query = query.where(facilitator.c.id > after)
    return connection.execute(query.order_by(facilitator.c.id).limit(limit)).all()


def targets(connection: Connection, some: Collection[UUID], year: int) -> dict[UUID, int]:
    """The targets of these facilitators for a year, without those that were taken back."""
    named = among(connection, target.c.facilitator, some)
    query = select(target.c.facilitator, target.c.target).where(
        named, target.c.year == year, target.c.taken_back.is_(False)
    )
    # of the versions of a target the last one counts
    rows = connection.execute(query.order_by(target.c.version))
    return {row.facilitator: row.target for row in rows}


def families_of(connection: Connection, some: Collection[UUID], day: date) -> dict[UUID, int]:
    """How many families in the programme these facilitators have on a day."""
    return _counted(connection, some, day, IN_PROGRAMME)


def graduated(
    connection: Connection, some: Collection[UUID], first: date, last: date
) -> dict[UUID, int]:
    """How many families graduated in these days while they were these facilitators'."""
    in_time = family.c.approved_on.between(first, last)
    return _counted(connection, some, family.c.approved_on, in_time)


def _counted(
    connection: Connection, some: Collection[UUID], day: Any, which: Any
) -> dict[UUID, int]:
    other = assignment.alias("other")
    latest = select(func.max(other.c.assigned_on)).where(
        other.c.family == family.c.id, other.c.assigned_on <= day
    )
    query = (
        select(assignment.c.facilitator, func.count().label("families"))
        .join(family, family.c.id == assignment.c.family)
        .where(
            among(connection, assignment.c.facilitator, some),
            assignment.c.assigned_on == latest.scalar_subquery(),
            which,
        )
        .group_by(assignment.c.facilitator)
    )
    return {row.facilitator: row.families for row in connection.execute(query)}
