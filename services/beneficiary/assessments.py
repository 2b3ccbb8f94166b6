"""What a rule of eligibility said of a family, and when that is news. Pure."""

from dataclasses import dataclass, replace
from datetime import date

from services.beneficiary.eligibility import RULE, Candidate
from shared.errors import Refusal
from shared.events.beneficiary import EligibilityAssessed, IneligibleReason


@dataclass(frozen=True)
class Assessment:
    """One assessment of a family that was published."""

    family: str
    number: int
    """1, 2, 3 ... for each family."""
    spell: int
    """The spell in which the family was assessed: the number of its enrolment."""
    rule: str
    day: date
    reasons: tuple[IneligibleReason, ...]


def assessed(
    candidate: Candidate,
    spell: int,
    day: date,
    failed: tuple[IneligibleReason, ...],
    last: Assessment | None,
) -> tuple[Assessment, EligibilityAssessed] | None:
    """The assessment to publish; none when the last one said the same or is of a later day."""
    number = last.number + 1 if last else 1
    new = Assessment(candidate.family, number, spell, RULE, day, failed)
    if last is not None and (
        last.day > day or replace(new, number=last.number, day=last.day) == last
    ):
        return None
    fact = EligibilityAssessed(
        rule=RULE,
        assessed_on=day,
        region=candidate.region,
        decile_band=candidate.band,
        eligible=not failed,
        reasons=failed,
    )
    return new, fact


def correct_assessment(
    one: Assessment, replacement: EligibilityAssessed | None
) -> Assessment | None:
    """The assessment after its correction; none when it is taken back."""
    if replacement is None:
        return None
    if replacement.eligible == bool(replacement.reasons):
        raise Refusal("ELIGIBLE_REASONS", "replacement.reasons")
    return replace(
        one,
        rule=replacement.rule,
        day=replacement.assessed_on,
        reasons=replacement.reasons,
    )
