"""Events of training: family groups, sessions (P2K2, guidance, outreach), attendance, completed training.

The subject of a session is its id, of attendance and completion the pseudonym of the family or
person.
"""

from enum import StrEnum
from functools import partial

from pydantic import Field

from shared.events import story
from shared.events.base import DistrictCode, Id, Payload, SubdistrictCode, VillageCode, Whole
from shared.events.days import HappenedOn
from shared.events.event_type import PersonalData, event_type, id_of, pseudonym_of
from shared.events.story import sample

SOURCE = "urn:lintas:training"
_event = partial(event_type, source=SOURCE)


class ActivityType(StrEnum):
    """What kind of activity a session is; P2K2 is the monthly family development session."""

    P2K2 = "P2K2"
    TECHNICAL_GUIDANCE = "TECHNICAL_GUIDANCE"
    OUTREACH = "OUTREACH"
    TRAINING = "TRAINING"
    COACHING = "COACHING"
    MENTORING = "MENTORING"


class Module(StrEnum):
    """The six modules of P2K2."""

    HEALTH_NUTRITION = "HEALTH_NUTRITION"
    EDUCATION_PARENTING = "EDUCATION_PARENTING"
    FAMILY_FINANCE = "FAMILY_FINANCE"
    CHILD_PROTECTION = "CHILD_PROTECTION"
    SOCIAL_WELFARE = "SOCIAL_WELFARE"
    STUNTING_PREVENTION = "STUNTING_PREVENTION"


class Objective(StrEnum):
    """What a guidance session is for."""

    BUSINESS_MANAGEMENT = "BUSINESS_MANAGEMENT"
    WORK_QUALITY = "WORK_QUALITY"
    GROUP_COACHING = "GROUP_COACHING"
    GROUP_GROWTH = "GROUP_GROWTH"


class ParticipantCategory(StrEnum):
    """Who took part, where a session is counted by category and not by person."""

    WORKING_GROUP_1 = "WORKING_GROUP_1"
    WORKING_GROUP_2 = "WORKING_GROUP_2"
    WORKING_GROUP_3 = "WORKING_GROUP_3"
    WORKING_GROUP_4 = "WORKING_GROUP_4"
    LOCAL_AGENCY = "LOCAL_AGENCY"
    WOMENS_MOVEMENT_SUBDISTRICT = "WOMENS_MOVEMENT_SUBDISTRICT"
    POSYANDU_CADRE_SUBDISTRICT = "POSYANDU_CADRE_SUBDISTRICT"
    FAMILY_REPRESENTATIVE = "FAMILY_REPRESENTATIVE"
    COOPERATIVE_MEMBER = "COOPERATIVE_MEMBER"


class Unit(StrEnum):
    """What the subject of an attendance is."""

    FAMILY = "FAMILY"
    PERSON = "PERSON"


class ParticipantCount(Payload):
    """How many of one category (and kecamatan, where known) took part."""

    category: ParticipantCategory
    """Who."""
    subdistrict: SubdistrictCode | None = None
    """Where they came from, if the category is counted by kecamatan."""
    count: Whole = Field(ge=1, le=10_000, description="Participants")


class FamilyGroupFormed(Payload):
    """A family group was formed: the families that meet every month for P2K2."""

    EVENT = _event(
        "id.lintas.family.group_formed.v1",
        sample(
            "a group of families",
            story.FAMILY_GROUP,
            group=story.FAMILY_GROUP,
            district=story.DISTRICT,
            region=story.VILLAGE,
            formed_on="2025-02-03",
        ),
        subject=id_of("family group"),
        happened="formed_on",
        personal=PersonalData.NONE,
    )

    group: Id
    """Id of the family group."""
    district: DistrictCode
    region: VillageCode
    formed_on: HappenedOn
    """Day of formation."""


class FamilyGroupJoined(Payload):
    """A family joined a family group; it leaves its earlier group the day before."""

    EVENT = _event(
        "id.lintas.family.group_joined.v1",
        sample(
            "a family joins a group",
            story.FAMILY,
            group=story.FAMILY_GROUP,
            joined_on="2025-02-03",
        ),
        subject=pseudonym_of("family"),
        happened="joined_on",
    )

    group: Id
    """Id of the family group."""
    joined_on: HappenedOn
    """First day in the group."""


class SessionHeld(Payload):
    """A session was held."""

    EVENT = _event(
        "id.lintas.session.held.v1",
        sample(
            "a monthly session",
            story.SESSION,
            activity="P2K2",
            district=story.DISTRICT,
            region=story.VILLAGE,
            held_on="2026-01-12",
            modules=["FAMILY_FINANCE"],
            group=story.FAMILY_GROUP,
        ),
        sample(
            "an outreach counted by category",
            story.OUTREACH,
            activity="OUTREACH",
            district=story.DISTRICT,
            held_on="2024-09-18",
            objectives=["GROUP_GROWTH"],
            participants=[
                {
                    "category": "POSYANDU_CADRE_SUBDISTRICT",
                    "subdistrict": story.SUBDISTRICT,
                    "count": 4,
                }
            ],
        ),
        subject=id_of("session"),
        happened="held_on",
        personal=PersonalData.COUNTS,
    )

    activity: ActivityType
    """Kind of session."""
    district: DistrictCode
    region: VillageCode | None = None
    """Village of the group; none for a session of a whole district."""
    held_on: HappenedOn
    """Day of the session."""
    modules: tuple[Module, ...] = Field(default=(), max_length=6)
    """P2K2 modules that were taught."""
    objectives: tuple[Objective, ...] = Field(default=(), max_length=4)
    """Objectives of a guidance session."""
    participants: tuple[ParticipantCount, ...] = Field(default=(), max_length=200)
    """Participants by category, where nobody is recorded by identity."""
    group: Id | None = None
    """Id of the family group that met, for P2K2."""


class SessionAttended(Payload):
    """A family (P2K2) or a person attended a session: one event for each, mended one by one."""

    EVENT = _event(
        "id.lintas.session.attended.v1",
        sample(
            "a family attended",
            story.FAMILY,
            session=story.SESSION,
            unit="FAMILY",
            activity="P2K2",
            held_on="2026-01-12",
            modules=["FAMILY_FINANCE"],
        ),
        subject=pseudonym_of("family", "person"),
        happened="held_on",
    )

    session: Id
    """Id of the session."""
    unit: Unit
    """Whether the subject is a family or a person."""
    activity: ActivityType
    """Kind of the session, repeated so that the event needs no other."""
    held_on: HappenedOn
    """Day of the session."""
    modules: tuple[Module, ...] = Field(default=(), max_length=6)
    """Modules taught."""


class TrainingCompleted(Payload):
    """A person completed a training."""

    EVENT = _event(
        "id.lintas.training.completed.v1",
        sample(
            "a new member completed a training",
            story.PERSON,
            training=story.COURSE,
            activity="TRAINING",
            completed_on="2026-01-30",
            entitlement=story.MEMBERSHIP,
        ),
        subject=pseudonym_of("person"),
        happened="completed_on",
    )

    training: Id
    """Id of the training."""
    activity: ActivityType
    """Kind of training."""
    completed_on: HappenedOn
    """Day of completion."""
    entitlement: Id | None = None
    """Id of the membership that gave the right to this training, if one did."""


EVENTS: tuple[type[Payload], ...] = (
    FamilyGroupFormed,
    FamilyGroupJoined,
    SessionHeld,
    SessionAttended,
    TrainingCompleted,
)
