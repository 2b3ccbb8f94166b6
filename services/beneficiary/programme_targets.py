"""Targets of a programme for a district and a year. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import NAMESPACE_URL, UUID, uuid5

from services.beneficiary import CARD
from shared.errors import Refusal
from shared.events.base import Payload, Programme
from shared.events.beneficiary import ProgrammeTargetSet, TargetMeasure


@dataclass(frozen=True)
class ProgrammeTarget:
    """One version of a target."""

    id: UUID
    version: int
    district: str
    programme: Programme
    measure: TargetMeasure
    year: int
    value: int
    taken_back: bool = False


def target_id(district: str, programme: Programme, measure: TargetMeasure, year: int) -> UUID:
    """The id of a target: the same for everyone who counts the same thing."""
    name = f"{CARD.source}/target/{district}/{programme.value}/{measure.value}/{year}"
    return uuid5(NAMESPACE_URL, name)


def set_programme_target(
    past: Sequence[ProgrammeTarget], wanted: ProgrammeTarget
) -> tuple[ProgrammeTarget, tuple[Payload, ...]]:
    """The next version of a target, after the past ones; its number is given here."""
    live = [one for one in past if not one.taken_back]
    if live and live[-1].value == wanted.value:
        return live[-1], ()
    new = replace(wanted, version=past[-1].version + 1 if past else 1)
    fact = ProgrammeTargetSet(
        target=new.id,
        district=new.district,
        programme=new.programme,
        measure=new.measure,
        year=new.year,
        value=new.value,
        version=new.version,
    )
    return new, (fact,)


def correct_programme_target(
    one: ProgrammeTarget, replacement: ProgrammeTargetSet | None
) -> ProgrammeTarget:
    """A version after its correction; one that is taken back keeps its number.

    Raises:
        Refusal: CORRECTION_SUBJECT: the replacement speaks of another target.
    """
    if replacement is None:
        return replace(one, taken_back=True)
    for field in ("district", "programme", "measure"):
        if getattr(replacement, field) != getattr(one, field):
            raise Refusal("CORRECTION_SUBJECT", f"replacement.{field}")
    return replace(one, value=replacement.value)
