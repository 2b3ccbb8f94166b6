"""Events of Social Affairs: families and their spells, facilitators, referrals, graduations.

The subject of family events is the family's pseudonym, of referrals the person's, of a
facilitator's target the facilitator's id, of a district's target an id of its own.
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
from shared.events.event_type import PersonalData, event_type, id_of, pseudonym_of
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


class ContactChannel(StrEnum):
    """How a referred person was reached."""

    VISIT = "VISIT"
    TELEPHONE = "TELEPHONE"
    MESSAGE = "MESSAGE"
    SESSION = "SESSION"


class DeclineReason(StrEnum):
    """Why a referred person does not want to join, as coarse as it can be.

    A refusal has no consequence for assistance.
    """

    NO_TIME = "NO_TIME"
    NO_MONEY = "NO_MONEY"
    NO_TRUST = "NO_TRUST"
    TOO_FAR = "TOO_FAR"
    NO_BUSINESS = "NO_BUSINESS"
    ALREADY_MEMBER = "ALREADY_MEMBER"
    FAMILY_REFUSES = "FAMILY_REFUSES"
    OTHER = "OTHER"


class IneligibleReason(StrEnum):
    """A condition of the rule of eligibility that a family did not meet."""

    REPRESENTATIVE_UNKNOWN = "REPRESENTATIVE_UNKNOWN"
    AGE_UNKNOWN = "AGE_UNKNOWN"
    AGE_OUTSIDE_17_64 = "AGE_OUTSIDE_17_64"
    NO_EMBRYO_BUSINESS = "NO_EMBRYO_BUSINESS"
    DECILE_ABOVE_5 = "DECILE_ABOVE_5"


class TargetMeasure(StrEnum):
    """What a programme counts against its target of a year, in families."""

    JOINED = "JOINED"
    GRADUATED = "GRADUATED"


class TrainingAnswer(StrEnum):
    """What a family said when training was offered to it; no answer has a consequence for assistance."""

    WANTS = "WANTS"
    DECLINES = "DECLINES"
    NOT_MET = "NOT_MET"


class VisitOutcome(StrEnum):
    """What came of a visit to a family that graduated."""

    FOUND = "FOUND"
    NOT_FOUND = "NOT_FOUND"
    MOVED = "MOVED"
    DECEASED = "DECEASED"


class SelfReliance(StrEnum):
    """Whether a family that graduated still lives by its own means, as the visitor found it."""

    STILL = "STILL"
    NO_LONGER = "NO_LONGER"


class BusinessState(StrEnum):
    """What has become of a family's business."""

    ALIVE = "ALIVE"
    STOPPED = "STOPPED"
    NONE = "NONE"


RuleName = Annotated[str, Field(max_length=64, pattern=r"^[a-z]+([-_+][a-z]+)*[-/][0-9]{1,3}$")]


class FamilyPerson(Payload):
    """One adult of a family, by pseudonym."""

    person: Pseudonym
    representative: Flag
    """Whether this person represents the family (pengurus)."""
    age_band: AgeBand
    """Age band on the day the record was made."""


class FamilyEnrolled(Payload):
    """A family was enrolled in a programme: a new spell, and a version of the family's record.

    The spell ends with the day of the family's exit or of its approved graduation. A family that
    left may be enrolled again, in the programme that this event names.
    """

    EVENT = _event(
        "id.lintas.family.enrolled.v1",
        sample("a family is enrolled", story.FAMILY, **story.ENROLMENT),
        sample(
            "a family without registered identities",
            story.UNKNOWN_FAMILY,
            **{**story.ENROLMENT, "enrolled_on": "2025-01-16", "persons": ()},
        ),
        sample(
            "a family is enrolled again after it left",
            story.UNKNOWN_FAMILY,
            **{**story.ENROLMENT, "enrolled_on": "2026-05-04", "persons": (), "version": 2},
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
    version: Whole = Field(
        default=1,
        ge=1,
        description="1 at the first enrolment; the next number of the family's record when it is "
        "enrolled again after it left",
    )


class FamilyChanged(Payload):
    """A family's record changed: the whole new record. The highest version in force counts.

    Versions are counted over all spells of the family.
    """

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

    version: Whole = Field(ge=2, description="The next number of the family's record: 2, 3, 4 ...")
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
    rule: RuleName
    """Name and version of the eligibility rule that was met."""
    issued_on: HappenedOn
    """Day of the referral."""


class ReferralContacted(Payload):
    """A referred person was reached, for the first time or again."""

    EVENT = _event(
        "id.lintas.referral.contacted.v1",
        sample(
            "a referred person is visited",
            story.PERSON,
            referral=story.REFERRAL,
            contacted_on="2025-11-20",
            channel="VISIT",
        ),
        subject=pseudonym_of("person"),
        happened="contacted_on",
    )

    referral: Id
    """Id of the referral."""
    contacted_on: HappenedOn
    """Day of the contact."""
    channel: ContactChannel
    """How the person was reached."""


class ReferralInterested(Payload):
    """A referred person wants to join a cooperative."""

    EVENT = _event(
        "id.lintas.referral.interested.v1",
        sample(
            "a referred person wants to join",
            story.PERSON,
            referral=story.REFERRAL,
            interested_on="2025-11-24",
        ),
        subject=pseudonym_of("person"),
        happened="interested_on",
    )

    referral: Id
    """Id of the referral."""
    interested_on: HappenedOn
    """Day on which the person said so."""


class ReferralDeclined(Payload):
    """A referred person does not want to join now; this has no consequence for assistance."""

    EVENT = _event(
        "id.lintas.referral.declined.v1",
        sample(
            "a referred person has no time",
            story.OTHER_PERSON,
            referral=story.REFERRAL,
            declined_on="2025-11-24",
            reason="NO_TIME",
        ),
        subject=pseudonym_of("person"),
        happened="declined_on",
    )

    referral: Id
    """Id of the referral."""
    declined_on: HappenedOn
    """Day on which the person said so."""
    reason: DeclineReason
    """The coarse reason that the person gave."""


class EligibilityAssessed(Payload):
    """A family was looked at by a rule of eligibility; the latest assessment of a rule counts."""

    EVENT = _event(
        "id.lintas.eligibility.assessed.v1",
        sample(
            "a family meets the rule",
            story.FAMILY,
            rule="productive_age+business_embryo/1",
            assessed_on="2025-11-17",
            region=story.VILLAGE,
            decile_band="D1_2",
            eligible=True,
            reasons=(),
        ),
        sample(
            "a family without a business",
            story.UNKNOWN_FAMILY,
            rule="productive_age+business_embryo/1",
            assessed_on="2025-11-17",
            region=story.VILLAGE,
            decile_band="D6_10",
            eligible=False,
            reasons=("NO_EMBRYO_BUSINESS", "DECILE_ABOVE_5"),
        ),
        subject=pseudonym_of("family"),
        happened="assessed_on",
    )

    rule: RuleName
    """Name and version of the rule."""
    assessed_on: HappenedOn
    """The day for which the rule was applied."""
    region: VillageCode
    """Where the family lived on that day."""
    decile_band: DecileBand
    """The family's decile band on that day."""
    eligible: Flag
    """Whether every condition was met."""
    reasons: tuple[IneligibleReason, ...] = Field(max_length=20)
    """Every condition that was not met; empty for a family that is eligible."""


class ProgrammeTargetSet(Payload):
    """A programme's target of a district for a year was set; the highest version counts."""

    EVENT = _event(
        "id.lintas.programme.target_set.v1",
        sample(
            "four hundred families are to join",
            story.PROGRAMME_TARGET,
            date(2026, 1, 5),
            target=story.PROGRAMME_TARGET,
            district=story.DISTRICT,
            programme="PKH",
            measure="JOINED",
            year=2026,
            value=400,
            version=1,
        ),
        subject=id_of("target"),
        happened=None,
        personal=PersonalData.NONE,
    )

    target: Id
    """Id of the target: the same for every version of this district, programme, measure, year."""
    district: DistrictCode
    programme: Programme
    """The programme whose families are counted."""
    measure: TargetMeasure
    """What is counted."""
    year: Annotated[Whole, ANNOUNCED_YEAR] = Field(
        ge=2000, le=2100, description="Calendar year of the target"
    )
    value: Whole = Field(ge=0, le=10_000_000, description="Families to reach in that year")
    version: Whole = Field(ge=1, description="1, 2, 3 ... for each target")


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


class TrainingOffered(Payload):
    """Training was offered to a family in the programme; of its offers the one of the latest day counts."""

    EVENT = _event(
        "id.lintas.family.training_offered.v1",
        sample(
            "a family wants to be trained",
            story.FAMILY,
            offered_on="2026-02-10",
            answer="WANTS",
        ),
        subject=pseudonym_of("family"),
        happened="offered_on",
    )

    offered_on: HappenedOn
    """Day of the offer."""
    answer: TrainingAnswer
    """What the family said; NOT_MET: nobody was there."""


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


class FamilyVisited(Payload):
    """A family was visited after its self-sufficient graduation; it has one visit a day.

    It speaks of the graduation that counts on that day. What the visitor saw is there when the family
    was found, and only then.
    """

    EVENT = _event(
        "id.lintas.family.visited.v1",
        sample(
            "a graduate is found self-reliant, with its business",
            story.FAMILY,
            visited_on="2026-07-02",
            outcome="FOUND",
            self_reliance="STILL",
            business="ALIVE",
            decile_band="D5",
            facilitator=story.FACILITATOR,
        ),
        sample(
            "nobody is met",
            story.FAMILY,
            visited_on="2026-10-05",
            outcome="NOT_FOUND",
        ),
        subject=pseudonym_of("family"),
        happened="visited_on",
    )

    visited_on: HappenedOn
    """Day of the visit."""
    outcome: VisitOutcome
    """What came of it."""
    self_reliance: SelfReliance | None = None
    """Whether the family still lives by its own means; none when it was not found."""
    business: BusinessState | None = None
    """What has become of its business; none when it was not found."""
    decile_band: DecileBand | None = None
    """The family's decile band on that day, where it is known."""
    facilitator: Id | None = None
    """Id of the facilitator who made the visit; none when somebody of the office did."""


EVENTS: tuple[type[Payload], ...] = (
    FamilyEnrolled,
    FamilyChanged,
    FamilyExited,
    FacilitatorAssigned,
    TargetSet,
    ReferralIssued,
    ReferralContacted,
    ReferralInterested,
    ReferralDeclined,
    EligibilityAssessed,
    GraduationProposed,
    GraduationVerified,
    GraduationApproved,
    ProgrammeTargetSet,
    TrainingOffered,
    FamilyVisited,
)
