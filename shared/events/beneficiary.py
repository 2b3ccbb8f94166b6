"""Events of Social Affairs: families, facilitators and targets, referrals, graduations, exits.

The subject of family events is the family's pseudonym, of referrals the person's, of targets the
facilitator's id.
"""

from datetime import date
from enum import StrEnum
from functools import partial
from typing import Annotated

from pydantic import Field

from shared.events import story
from shared.events.base import (
    AgeBand,
    BusinessType,
    DecileBand,
    DistrictCode,
    Flag,
    Id,
    Payload,
    Programme,
    Pseudonym,
    VillageCode,
    Whole,
)
from shared.events.days import ANNOUNCED_YEAR, AnnouncedOn, HappenedOn
from shared.events.event_type import event_type, id_of, pseudonym_of
from shared.events.story import sample

SOURCE = "urn:lintas:beneficiary"
_event = partial(event_type, source=SOURCE)


class ExitReason(StrEnum):
    """Why a family left otherwise than by self-sufficient graduation: never a success."""

    NATURAL = "NATURAL"
    DECEASED = "DECEASED"
    MOVED = "MOVED"
    DATA_INVALID = "DATA_INVALID"
    INELIGIBLE_DECILE = "INELIGIBLE_DECILE"
    REVOKED = "REVOKED"


class FamilyPerson(Payload):
    """One adult of a family, by pseudonym."""

    person: Pseudonym
    representative: Flag
    """Whether this person represents the family (pengurus)."""
    age_band: AgeBand
    """Age band on the day the record was made."""


class FamilyEnrolled(Payload):
    """A family was enrolled in a programme. This is version 1 of the family's record."""

    EVENT = _event(
        "id.lintas.family.enrolled.v1",
        sample("a family is enrolled", story.FAMILY, **story.ENROLMENT),
        sample(
            "a family without registered identities",
            story.UNKNOWN_FAMILY,
            **{**story.ENROLMENT, "enrolled_on": "2025-01-16", "persons": ()},
        ),
        subject=pseudonym_of("family"),
        happened="enrolled_on",
    )

    programme: Programme
    """The programme that took the family in."""
    region: VillageCode
    enrolled_on: HappenedOn
    """First day of enrolment."""
    decile_band: DecileBand
    """Welfare decile band at enrolment."""
    persons: tuple[FamilyPerson, ...] = Field(max_length=20)
    """Adults registered by identity. Empty: nobody was, so membership of this family is unknown."""


class FamilyChanged(Payload):
    """A family's record changed: the whole new record. The highest version in force counts."""

    EVENT = _event(
        "id.lintas.family.changed.v1",
        sample(
            "the family moved",
            story.FAMILY,
            version=2,
            effective_on="2025-09-01",
            region=story.NEXT_VILLAGE,
            decile_band="D3_4",
            persons=story.PERSONS,
        ),
        subject=pseudonym_of("family"),
        happened="effective_on",
    )

    version: Whole = Field(ge=2, description="2, 3, 4 ... for each family")
    effective_on: AnnouncedOn
    """First day on which this version holds."""
    region: VillageCode
    decile_band: DecileBand
    """Welfare decile band of this version."""
    persons: tuple[FamilyPerson, ...] = Field(max_length=20)
    """Adults registered by identity in this version."""


class FacilitatorAssigned(Payload):
    """A facilitator took over a family; any earlier assignment ends the day before."""

    EVENT = _event(
        "id.lintas.facilitator.assigned.v1",
        sample(
            "a facilitator takes over",
            story.FAMILY,
            facilitator=story.FACILITATOR,
            assigned_on="2025-01-20",
        ),
        subject=pseudonym_of("family"),
        happened="assigned_on",
    )

    facilitator: Id
    """Id of the facilitator (pendamping); it names nobody."""
    assigned_on: HappenedOn
    """First day of the assignment."""


class TargetSet(Payload):
    """A facilitator's graduation target for a year was set; the highest version counts."""

    EVENT = _event(
        "id.lintas.facilitator.target_set.v1",
        sample(
            "a target of ten families",
            story.FACILITATOR,
            date(2026, 1, 5),
            district=story.DISTRICT,
            year=2026,
            target=10,
            version=1,
        ),
        subject=id_of("facilitator"),
        happened=None,
    )

    district: DistrictCode
    year: Annotated[Whole, ANNOUNCED_YEAR] = Field(
        ge=2000, le=2100, description="Calendar year of the target"
    )
    target: Whole = Field(ge=0, le=1000, description="Families to graduate in that year")
    version: Whole = Field(ge=1, description="1, 2, 3 ... for each facilitator and year")


class ReferralIssued(Payload):
    """A person of a family was referred to the cooperative of the village."""

    EVENT = _event(
        "id.lintas.referral.issued.v1",
        sample(
            "a referral",
            story.PERSON,
            referral=story.REFERRAL,
            family=story.FAMILY,
            region=story.VILLAGE,
            decile_band="D1_2",
            business_type="10",
            rule="productive-age-and-embryo-business/1",
            issued_on="2025-11-17",
        ),
        subject=pseudonym_of("person"),
        happened="issued_on",
    )

    referral: Id
    """Id of the referral."""
    family: Pseudonym
    region: VillageCode
    decile_band: DecileBand
    """The family's decile band on that day."""
    business_type: BusinessType
    """Type of the embryo business."""
    rule: str = Field(
        max_length=64,
        pattern=r"^[a-z]+([-_+][a-z]+)*[-/][0-9]{1,3}$",
        description="Name and version of the eligibility rule that was met",
    )
    issued_on: HappenedOn
    """Day of the referral."""


class GraduationProposed(Payload):
    """A self-sufficient graduation was proposed."""

    EVENT = _event(
        "id.lintas.graduation.proposed.v1",
        sample(
            "a graduation is proposed",
            story.FAMILY,
            graduation=story.GRADUATION,
            proposed_on="2026-03-02",
        ),
        subject=pseudonym_of("family"),
        happened="proposed_on",
    )

    graduation: Id
    """Id of the graduation case."""
    proposed_on: HappenedOn
    """Day of the proposal."""


class GraduationVerified(Payload):
    """A proposed graduation was verified in the field."""

    EVENT = _event(
        "id.lintas.graduation.verified.v1",
        sample(
            "a graduation is verified",
            story.FAMILY,
            graduation=story.GRADUATION,
            verified_on="2026-03-16",
        ),
        subject=pseudonym_of("family"),
        happened="verified_on",
    )

    graduation: Id
    """Id of the graduation case."""
    verified_on: HappenedOn
    """Day of the verification."""


class GraduationApproved(Payload):
    """A self-sufficient graduation was approved: the family leaves the programme on that day."""

    EVENT = _event(
        "id.lintas.graduation.approved.v1",
        sample(
            "a graduation is approved",
            story.FAMILY,
            graduation=story.GRADUATION,
            approved_on="2026-04-01",
        ),
        subject=pseudonym_of("family"),
        happened="approved_on",
    )

    graduation: Id
    """Id of the graduation case."""
    approved_on: HappenedOn
    """Day of the approval, the family's last day in the programme."""


class FamilyExited(Payload):
    """A family left the programme for another reason than self-sufficient graduation."""

    EVENT = _event(
        "id.lintas.family.exited.v1",
        sample(
            "a family left otherwise",
            story.UNKNOWN_FAMILY,
            reason="NATURAL",
            exited_on="2026-02-03",
        ),
        subject=pseudonym_of("family"),
        happened="exited_on",
    )

    reason: ExitReason
    """Why the family left."""
    exited_on: HappenedOn
    """The family's last day in the programme."""


EVENTS: tuple[type[Payload], ...] = (
    FamilyEnrolled,
    FamilyChanged,
    FamilyExited,
    FacilitatorAssigned,
    TargetSet,
    ReferralIssued,
    GraduationProposed,
    GraduationVerified,
    GraduationApproved,
)
