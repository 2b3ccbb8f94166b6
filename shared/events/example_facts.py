"""The facts behind the examples: one small story in Jember, told by each source."""

import base64
import hashlib
from datetime import date
from uuid import UUID

from shared.events import beneficiary as social
from shared.events import cooperative, corrections, monitoring, training
from shared.events.base import AgeBand, BusinessType, DecileBand, Payload, Programme
from shared.events.catalogue import TYPE_OF

Story = tuple[tuple[str, str, date, Payload], ...]
"""Name, subject, day and payload."""


def example_id(number: int) -> UUID:
    """A UUID of version 7 made from a counter."""
    return UUID(f"0199e000-{number:04x}-7000-8000-0000000{number:05x}")


def pseudonym(word: str) -> str:
    """A pseudonym of nobody, made from a word."""
    digest = hashlib.sha256(f"lintas example {word}".encode()).digest()
    return "k1." + base64.b32encode(digest).decode().rstrip("=").lower()


FAMILY, PERSON, OTHER_PERSON = map(pseudonym, ("family", "person", "other person"))
FACILITATOR, COOPERATIVE, GROUP, SESSION, MEMBERSHIP, REFERRAL, GRADUATION = (
    example_id(n) for n in range(1, 8)
)
VILLAGE, NEXT_VILLAGE, DISTRICT, SUBDISTRICT = "35.09.30.2009", "35.09.30.2001", "35.09", "35.09.30"

_PERSONS = (
    social.FamilyPerson(person=PERSON, representative=True, age_band=AgeBand.A30_44),
    social.FamilyPerson(person=OTHER_PERSON, representative=False, age_band=AgeBand.A45_64),
)
_FIRST_DAY = date(2025, 1, 15)
_ENROLLED = social.FamilyEnrolled(
    programme=Programme.PKH,
    region=VILLAGE,
    enrolled_on=_FIRST_DAY,
    decile_band=DecileBand.D1_2,
    persons=_PERSONS,
)
SOCIAL: Story = (
    ("a family is enrolled", FAMILY, _FIRST_DAY, _ENROLLED),
    (
        "a family without registered identities",
        pseudonym("unknown family"),
        date(2025, 1, 16),
        _ENROLLED.model_copy(update={"persons": (), "enrolled_on": date(2025, 1, 16)}),
    ),
    (
        "the family moved",
        FAMILY,
        date(2025, 9, 1),
        social.FamilyChanged(
            version=2,
            effective_on=date(2025, 9, 1),
            region=NEXT_VILLAGE,
            decile_band=DecileBand.D3_4,
            persons=_PERSONS,
        ),
    ),
    (
        "a family left otherwise",
        pseudonym("unknown family"),
        date(2026, 2, 3),
        social.FamilyExited(reason=social.ExitReason.NATURAL, exited_on=date(2026, 2, 3)),
    ),
    (
        "a facilitator takes over",
        FAMILY,
        date(2025, 1, 20),
        social.FacilitatorAssigned(facilitator=FACILITATOR, assigned_on=date(2025, 1, 20)),
    ),
    (
        "a target of ten families",
        str(FACILITATOR),
        date(2026, 1, 5),
        social.TargetSet(district=DISTRICT, year=2026, target=10, version=1),
    ),
    (
        "a referral",
        PERSON,
        date(2025, 11, 17),
        social.ReferralIssued(
            referral=REFERRAL,
            family=FAMILY,
            region=VILLAGE,
            decile_band=DecileBand.D1_2,
            business_type=BusinessType.FOOD,
            rule="productive-age-and-embryo-business/1",
            issued_on=date(2025, 11, 17),
        ),
    ),
    (
        "a graduation is proposed",
        FAMILY,
        date(2026, 3, 2),
        social.GraduationProposed(graduation=GRADUATION, proposed_on=date(2026, 3, 2)),
    ),
    (
        "a graduation is verified",
        FAMILY,
        date(2026, 3, 16),
        social.GraduationVerified(graduation=GRADUATION, verified_on=date(2026, 3, 16)),
    ),
    (
        "a graduation is approved",
        FAMILY,
        date(2026, 4, 1),
        social.GraduationApproved(graduation=GRADUATION, approved_on=date(2026, 4, 1)),
    ),
    (
        "an enrolment date is mended",
        FAMILY,
        date(2025, 1, 15),
        corrections.FactCorrected(
            corrected=example_id(1000),
            corrected_type=TYPE_OF[social.FamilyEnrolled],
            reason=corrections.CorrectionReason.DATA_ENTRY,
            replacement=_ENROLLED.model_copy(update={"enrolled_on": date(2025, 1, 14)}).model_dump(
                mode="json"
            ),
        ),
    ),
    (
        "a referral is taken back",
        PERSON,
        date(2025, 11, 17),
        corrections.FactCorrected(
            corrected=example_id(1006),
            corrected_type=TYPE_OF[social.ReferralIssued],
            reason=corrections.CorrectionReason.CANCELLED,
        ),
    ),
)
COOPERATIVES: Story = (
    (
        "a village cooperative",
        str(COOPERATIVE),
        date(2025, 6, 2),
        cooperative.CooperativeRegistered(
            kind=cooperative.CooperativeKind.MERAH_PUTIH,
            area=cooperative.AreaKind.VILLAGE,
            region=VILLAGE,
            registered_on=date(2025, 6, 2),
        ),
    ),
    (
        "it operates",
        str(COOPERATIVE),
        date(2025, 10, 1),
        cooperative.CooperativeStatusChanged(
            status=cooperative.CooperativeStatus.OPERATING,
            effective_on=date(2025, 10, 1),
            version=1,
        ),
    ),
    (
        "a household-business group",
        str(GROUP),
        date(2024, 9, 18),
        cooperative.GroupFormed(
            status=cooperative.GroupStatus.INCOME_GROUP,
            region=VILLAGE,
            business_type=BusinessType.FOOD,
            formed_on=date(2024, 9, 18),
        ),
    ),
    (
        "the group becomes a pre-cooperative",
        str(GROUP),
        date(2025, 3, 1),
        cooperative.GroupStatusChanged(
            status=cooperative.GroupStatus.PRE_COOPERATIVE, effective_on=date(2025, 3, 1), version=1
        ),
    ),
    (
        "a person applies after a referral",
        PERSON,
        date(2025, 11, 24),
        cooperative.MembershipApplied(
            membership=MEMBERSHIP,
            cooperative=COOPERATIVE,
            region=VILLAGE,
            applied_on=date(2025, 11, 24),
            voluntary_declaration=True,
            consent=example_id(9),
            referral=REFERRAL,
        ),
    ),
    (
        "the application is approved",
        PERSON,
        date(2025, 12, 1),
        cooperative.MembershipApproved(
            membership=MEMBERSHIP, cooperative=COOPERATIVE, approved_on=date(2025, 12, 1)
        ),
    ),
    (
        "the membership is active",
        PERSON,
        date(2025, 12, 8),
        cooperative.MembershipActivated(
            membership=MEMBERSHIP,
            cooperative=COOPERATIVE,
            region=VILLAGE,
            activated_on=date(2025, 12, 8),
        ),
    ),
    (
        "a membership lapses",
        OTHER_PERSON,
        date(2026, 5, 31),
        cooperative.MembershipLapsed(
            membership=example_id(10), cooperative=COOPERATIVE, lapsed_on=date(2026, 5, 31)
        ),
    ),
    (
        "a member resigns",
        PERSON,
        date(2026, 6, 30),
        cooperative.MembershipResigned(
            membership=MEMBERSHIP, cooperative=COOPERATIVE, resigned_on=date(2026, 6, 30)
        ),
    ),
)
TRAININGS: Story = (
    (
        "a monthly session",
        str(SESSION),
        date(2026, 1, 12),
        training.SessionHeld(
            activity=training.ActivityType.P2K2,
            district=DISTRICT,
            region=VILLAGE,
            held_on=date(2026, 1, 12),
            modules=(training.Module.FAMILY_FINANCE,),
        ),
    ),
    (
        "an outreach counted by category",
        str(example_id(11)),
        date(2024, 9, 18),
        training.SessionHeld(
            activity=training.ActivityType.OUTREACH,
            district=DISTRICT,
            held_on=date(2024, 9, 18),
            objectives=(training.Objective.GROUP_GROWTH,),
            participants=(
                training.ParticipantCount(
                    category=training.ParticipantCategory.POSYANDU_CADRE_SUBDISTRICT,
                    subdistrict=SUBDISTRICT,
                    count=4,
                ),
            ),
        ),
    ),
    (
        "a family attended",
        FAMILY,
        date(2026, 1, 12),
        training.SessionAttended(
            session=SESSION,
            unit=training.Unit.FAMILY,
            activity=training.ActivityType.P2K2,
            held_on=date(2026, 1, 12),
            modules=(training.Module.FAMILY_FINANCE,),
        ),
    ),
    (
        "a new member completed a training",
        PERSON,
        date(2026, 1, 30),
        training.TrainingCompleted(
            training=example_id(12),
            activity=training.ActivityType.TRAINING,
            completed_on=date(2026, 1, 30),
            entitlement=MEMBERSHIP,
        ),
    ),
)
RELEASES: Story = (
    (
        "a release",
        str(example_id(13)),
        date(2026, 7, 5),
        monitoring.ReleasePublished(
            release=example_id(13),
            number=1,
            until="2026-06",
            sha256=hashlib.sha256(b"lintas example release").hexdigest(),
            watermarks=(monitoring.SourceMark(source="urn:lintas:beneficiary", sequence=12),),
        ),
    ),
)
