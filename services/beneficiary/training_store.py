"""The SQL of training offered to families, and of those who were not trained. It decides nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, exists, func, or_, select

from services.beneficiary.eligibility import ELIGIBLE_TO_TRAIN
from services.beneficiary.readiness import Kind
from services.beneficiary.tables import family, family_person, family_version, heard, training_offer
from services.beneficiary.training_offers import Offer
from services.beneficiary.worklist_store import IN_PROGRAMME
from shared.database.bulk import among, upsert
from shared.events.base import AgeBand
from shared.events.beneficiary import TrainingAnswer


def offers(connection: Connection, families: Collection[str]) -> dict[str, list[Offer]]:
    """Every offer to these families, in the order of their numbers."""
    query = select(training_offer).where(among(connection, training_offer.c.family, families))
    found = defaultdict[str, list[Offer]](list)
    for row in connection.execute(query.order_by(training_offer.c.number)):
        found[row.family].append(Offer(**(row._asdict() | {"answer": TrainingAnswer(row.answer)})))
    return found


def save_offers(connection: Connection, some: Iterable[Offer]) -> None:
    """Write these offers."""
    upsert(
        connection, training_offer, [dict(vars(one)) | {"answer": one.answer.value} for one in some]
    )


def forget_offer(connection: Connection, one: Offer) -> None:
    """Delete an offer that was taken back."""
    same = (training_offer.c.family == one.family) & (training_offer.c.number == one.number)
    connection.execute(delete(training_offer).where(same))


def untrained(
    connection: Connection, families: Select[Any], *, after: str | None, limit: int
) -> Sequence[Any]:
    """Families in the programme of these deciles with an adult of productive age, none trained.

    Not those that declined since they were enrolled: the last answer counts.
    """
    last = _last_offer()
    current = and_(
        family_version.c.family == family.c.id, family_version.c.version == family.c.current
    )
    query = (
        families.join(family_version, current)
        .outerjoin(training_offer, last)
        .add_columns(training_offer.c.day, training_offer.c.answer)
        .where(
            IN_PROGRAMME,
            family_version.c.band.in_([one.value for one in ELIGIBLE_TO_TRAIN]),
            _has_adult(family_person.c.age_band != AgeBand.OTHER.value),
            ~_has_adult(_trained()),
            or_(
                training_offer.c.answer.is_(None),
                training_offer.c.answer != TrainingAnswer.DECLINES.value,
            ),
        )
        .order_by(family.c.subject)
        .limit(limit)
    )
    return connection.execute(query.where(family.c.subject > after) if after else query).all()


def _last_offer() -> Any:
    """The offer of the latest day in the family's spell."""
    other, began = training_offer.alias("other"), family_version.alias("began")
    of_spell = and_(began.c.family == family.c.id, began.c.version == family.c.spell)
    in_spell = and_(of_spell, began.c.effective_on <= other.c.day)
    latest = (
        select(func.max(other.c.day))
        .where(other.c.family == family.c.subject, in_spell)
        .correlate(family)
    )
    return and_(
        training_offer.c.family == family.c.subject,
        training_offer.c.day == latest.scalar_subquery(),
    )


def _has_adult(which: Any) -> Any:
    """Whether an adult of the family as it is now is one of these."""
    return exists().where(
        family_person.c.family == family.c.id,
        family_person.c.version == family.c.current,
        which,
    )


def _trained() -> Any:
    return exists().where(
        heard.c.person == family_person.c.person,
        heard.c.kind == Kind.TRAINED.value,
        heard.c.day.is_not(None),
    )
