"""Bands, ages and the rule of eligibility: pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.events.base import AgeBand, BusinessType, DecileBand
from shared.events.beneficiary import IneligibleReason, ReferralIssued

RULE = "productive_age+business_embryo/1"
"""Name and version of the rule: productive age and an embryo business, for deciles 1 to 5."""
PRODUCTIVE_AGE = range(17, 65)
"""BPS counts 15 to 64 as productive; cooperatives take members from 17."""
ELIGIBLE_BANDS = frozenset({DecileBand.D1_2, DecileBand.D3_4, DecileBand.D5})
ELIGIBLE_TO_TRAIN = frozenset({DecileBand.D1_2})
"""Whose adults of productive age are registered and trained first: deciles 1 and 2."""

_DECILES = {
    DecileBand.D1_2: range(1, 3),
    DecileBand.D3_4: range(3, 5),
    DecileBand.D5: range(5, 6),
    DecileBand.D6_10: range(6, 11),
}
_BAND_OF_DECILE = {decile: band for band, deciles in _DECILES.items() for decile in deciles}
_AGES = {
    AgeBand.A17_29: range(17, 30),
    AgeBand.A30_44: range(30, 45),
    AgeBand.A45_64: range(45, 65),
}
_BAND_OF_AGE = {age: band for band, ages in _AGES.items() for age in ages}


@dataclass(frozen=True)
class Candidate:
    """What the rule looks at: one family as it stood on the day."""

    family: str
    region: str
    band: DecileBand
    representative: str | None
    born: date | None
    business: BusinessType | None


def decile_band(decile: int) -> DecileBand:
    """The band of a welfare decile from 1 to 10."""
    return _BAND_OF_DECILE[decile]


def age_on(born: date, day: date) -> int:
    """Completed years on a day; who was born on 29 February turns on 1 March in common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_band(born: date | None, day: date) -> AgeBand:
    """The band of the age on a day; OTHER when the age is unknown or not productive."""
    age = -1 if born is None else age_on(born, day)
    return _BAND_OF_AGE.get(age, AgeBand.OTHER)


def assess(candidate: Candidate, day: date) -> tuple[IneligibleReason, ...]:
    """Every reason why the rule is not met on that day; none means eligible."""
    reasons = []
    if candidate.representative is None:
        reasons.append(IneligibleReason.REPRESENTATIVE_UNKNOWN)
    if candidate.born is None:
        reasons.append(IneligibleReason.AGE_UNKNOWN)
    elif age_on(candidate.born, day) not in PRODUCTIVE_AGE:
        reasons.append(IneligibleReason.AGE_OUTSIDE_17_64)
    if candidate.business is None:
        reasons.append(IneligibleReason.NO_EMBRYO_BUSINESS)
    if candidate.band not in ELIGIBLE_BANDS:
        reasons.append(IneligibleReason.DECILE_ABOVE_5)
    return tuple(reasons)


def refer(candidate: Candidate, referral: UUID, day: date) -> ReferralIssued:
    """The referral of an eligible family's representative.

    Raises:
        ValueError: the candidate is not eligible; whoever calls has to assess it first.
    """
    if candidate.business is None or assess(candidate, day):
        raise ValueError("only an eligible candidate is referred")
    return ReferralIssued(
        referral=referral,
        family=candidate.family,
        region=candidate.region,
        decile_band=candidate.band,
        business_type=candidate.business,
        rule=RULE,
        issued_on=day,
    )
