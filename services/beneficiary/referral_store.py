"""The SQL of referrals, of what became of them, and of assessments. It decides nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, exists, func, select

from services.beneficiary.assessments import Assessment
from services.beneficiary.outcomes import Referral, ReferralOutcome, Step
from services.beneficiary.tables import assessment, referral, referral_step
from shared.database.bulk import among, upsert
from shared.events.beneficiary import IneligibleReason


def referrals(
    connection: Connection, wanted: Collection[Any], *, by: str = "family"
) -> dict[str, tuple[Referral, ...]]:
    """The referrals of these families (or with these ids), by family."""
    rows = connection.execute(select(referral).where(among(connection, referral.c[by], wanted)))
    found, steps = rows.all(), defaultdict[UUID, list[Step]](list)
    named = among(connection, referral_step.c.referral, [row.id for row in found])
    query = select(referral_step).where(named).order_by(referral_step.c.position)
    for row in connection.execute(query) if found else ():
        steps[row.referral].append(Step(ReferralOutcome(row.outcome), row.day, row.code))
    by_family = defaultdict[str, list[Referral]](list)
    for row in found:
        by_family[row.family].append(Referral(**row._asdict(), steps=tuple(steps[row.id])))
    return {family: tuple(some) for family, some in by_family.items()}


def save_referrals(connection: Connection, some: Collection[Referral]) -> None:
    """Write these referrals with their steps."""
    rows = [{name: value for name, value in vars(one).items() if name != "steps"} for one in some]
    upsert(connection, referral, rows)
    steps = [
        {
            "referral": one.id,
            "position": position,
            "outcome": step.outcome.value,
            "day": step.day,
            "code": step.code,
        }
        for one in some
        for position, step in enumerate(one.steps)
    ]
    upsert(connection, referral_step, steps)


def rewrite_referrals(connection: Connection, some: Collection[Referral]) -> None:
    """Write referrals whose steps may have become fewer."""
    for one in some:
        connection.execute(delete(referral_step).where(referral_step.c.referral == one.id))
    save_referrals(connection, some)


def forget_referral(connection: Connection, one: Referral) -> None:
    """Delete a referral that was taken back; the family may be referred again."""
    connection.execute(delete(referral).where(referral.c.id == one.id))


def was_referred(connection: Connection, subject: str, spell: int) -> bool:
    """Whether the family was referred in a spell."""
    found = exists().where(referral.c.family == subject, referral.c.spell == spell)
    return bool(connection.execute(select(found)).scalar())


def last_assessments(connection: Connection, families: Collection[str]) -> dict[str, Assessment]:
    """The last assessment of each of these families."""
    newest = (
        select(assessment.c.family, func.max(assessment.c.number).label("number"))
        .where(among(connection, assessment.c.family, families))
        .group_by(assessment.c.family)
        .subquery()
    )
    same = (assessment.c.family == newest.c.family) & (assessment.c.number == newest.c.number)
    rows = connection.execute(select(assessment).join(newest, same))
    return {row.family: _assessment(row) for row in rows}


def assessments(connection: Connection, family: str) -> list[Assessment]:
    """Every assessment of a family, in order."""
    query = select(assessment).where(assessment.c.family == family).order_by(assessment.c.number)
    return [_assessment(row) for row in connection.execute(query)]


def save_assessments(connection: Connection, some: Iterable[Assessment]) -> None:
    """Write these assessments."""
    upsert(
        connection, assessment, [asdict(one) | {"reasons": " ".join(one.reasons)} for one in some]
    )


def forget_assessment(connection: Connection, one: Assessment) -> None:
    """Delete an assessment that was taken back; the next run may publish another."""
    same = (assessment.c.family == one.family) & (assessment.c.number == one.number)
    connection.execute(delete(assessment).where(same))


def _assessment(row: Any) -> Assessment:
    reasons = tuple(IneligibleReason(one) for one in row.reasons.split())
    return Assessment(**(row._asdict() | {"reasons": reasons}))
