"""Events of the Ministry of Cooperatives: cooperatives, groups and memberships.

The subject of membership events is the person's pseudonym, of the others the id of the cooperative
or group.
"""

from enum import StrEnum
from functools import partial

from pydantic import Field

from shared.events import story
from shared.events.base import BusinessType, Id, Payload, VillageCode, Whole, Yes
from shared.events.days import FoundedOn, HappenedOn, StatusSince
from shared.events.event_type import PersonalData, event_type, id_of, pseudonym_of
from shared.events.story import sample

SOURCE = "urn:lintas:cooperative"
_event = partial(event_type, source=SOURCE)


class CooperativeKind(StrEnum):
    """What kind of cooperative."""

    MERAH_PUTIH = "MERAH_PUTIH"
    COMMUNITY = "COMMUNITY"


class AreaKind(StrEnum):
    """Whether the cooperative serves a village (desa) or an urban ward (kelurahan)."""

    VILLAGE = "VILLAGE"
    URBAN_WARD = "URBAN_WARD"


class CooperativeStatus(StrEnum):
    """The status of a cooperative."""

    REGISTERED = "REGISTERED"
    OPERATING = "OPERATING"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


class GroupStatus(StrEnum):
    """The ladder of a household-business group on its way to a cooperative."""

    INCOME_GROUP = "INCOME_GROUP"
    PRE_COOPERATIVE = "PRE_COOPERATIVE"
    COOPERATIVE = "COOPERATIVE"
    DISSOLVED = "DISSOLVED"


class CooperativeRegistered(Payload):
    """A cooperative was registered."""

    EVENT = _event(
        "id.lintas.cooperative.registered.v1",
        sample(
            "a village cooperative",
            story.COOPERATIVE,
            kind="MERAH_PUTIH",
            area="VILLAGE",
            region=story.VILLAGE,
            registered_on="2025-06-02",
        ),
        subject=id_of("cooperative"),
        happened="registered_on",
        personal=PersonalData.NONE,
    )

    kind: CooperativeKind
    """Kind of cooperative."""
    area: AreaKind
    """Village or urban ward."""
    region: VillageCode
    registered_on: FoundedOn
    """Day of registration."""


class CooperativeStatusChanged(Payload):
    """A cooperative's status changed; the highest version in force on a day counts."""

    EVENT = _event(
        "id.lintas.cooperative.status_changed.v1",
        sample(
            "it operates",
            story.COOPERATIVE,
            status="OPERATING",
            effective_on="2025-10-01",
            version=1,
        ),
        subject=id_of("cooperative"),
        happened="effective_on",
        personal=PersonalData.NONE,
    )

    status: CooperativeStatus
    """The new status."""
    effective_on: StatusSince
    """First day of the status."""
    version: Whole = Field(ge=1, description="1, 2, 3 ... for each cooperative")


class GroupFormed(Payload):
    """A household-business group was formed."""

    EVENT = _event(
        "id.lintas.group.formed.v1",
        sample(
            "a household-business group",
            story.GROUP,
            status="INCOME_GROUP",
            region=story.VILLAGE,
            business_type="10",
            formed_on="2024-09-18",
        ),
        subject=id_of("group"),
        happened="formed_on",
        personal=PersonalData.NONE,
    )

    status: GroupStatus
    """Where the group started on the ladder."""
    region: VillageCode
    business_type: BusinessType
    """Main business of the group."""
    formed_on: FoundedOn
    """Day of formation."""


class GroupStatusChanged(Payload):
    """A group moved on the ladder; the highest version in force on a day counts."""

    EVENT = _event(
        "id.lintas.group.status_changed.v1",
        sample(
            "the group becomes a pre-cooperative",
            story.GROUP,
            status="PRE_COOPERATIVE",
            effective_on="2025-03-01",
            version=1,
        ),
        subject=id_of("group"),
        happened="effective_on",
        personal=PersonalData.NONE,
    )

    status: GroupStatus
    """The new status."""
    effective_on: StatusSince
    """First day of the status."""
    version: Whole = Field(ge=1, description="1, 2, 3 ... for each group")


class MembershipApplied(Payload):
    """A person applied for membership, of their own will."""

    EVENT = _event(
        "id.lintas.membership.applied.v1",
        sample(
            "a person applies after a referral",
            story.PERSON,
            **story.MEMBER,
            region=story.VILLAGE,
            applied_on="2025-11-24",
            voluntary_declaration=True,
            consent=story.CONSENT,
            referral=story.REFERRAL,
        ),
        subject=pseudonym_of("person"),
        happened="applied_on",
    )

    membership: Id
    """Id of the membership, the same in all its events."""
    cooperative: Id
    """Id of the cooperative."""
    region: VillageCode
    applied_on: HappenedOn
    """Day of the application."""
    voluntary_declaration: Yes
    """The applicant declared that the application is voluntary; without it there is no event."""
    consent: Id
    """Id of the recorded consent (`id.lintas.consent.recorded.v1`)."""
    referral: Id | None = None
    """Id of the referral that led here, if one did."""


class MembershipApproved(Payload):
    """An application was approved by the cooperative."""

    EVENT = _event(
        "id.lintas.membership.approved.v1",
        sample(
            "the application is approved", story.PERSON, **story.MEMBER, approved_on="2025-12-01"
        ),
        subject=pseudonym_of("person"),
        happened="approved_on",
    )

    membership: Id
    """Id of the membership."""
    cooperative: Id
    """Id of the cooperative."""
    approved_on: HappenedOn
    """Day of the approval."""


class MembershipActivated(Payload):
    """Principal savings are paid: the person is a member from this day."""

    EVENT = _event(
        "id.lintas.membership.activated.v1",
        sample(
            "the membership is active",
            story.PERSON,
            **story.MEMBER,
            region=story.VILLAGE,
            activated_on="2025-12-08",
        ),
        subject=pseudonym_of("person"),
        happened="activated_on",
    )

    membership: Id
    """Id of the membership."""
    cooperative: Id
    """Id of the cooperative."""
    region: VillageCode
    activated_on: HappenedOn
    """First day as a member."""


class MembershipLapsed(Payload):
    """A membership lapsed."""

    EVENT = _event(
        "id.lintas.membership.lapsed.v1",
        sample(
            "a membership lapses", story.OTHER_PERSON, **story.OTHER_MEMBER, lapsed_on="2026-05-31"
        ),
        subject=pseudonym_of("person"),
        happened="lapsed_on",
    )

    membership: Id
    """Id of the membership."""
    cooperative: Id
    """Id of the cooperative."""
    lapsed_on: HappenedOn
    """Last day as a member."""


class MembershipResigned(Payload):
    """A member resigned."""

    EVENT = _event(
        "id.lintas.membership.resigned.v1",
        sample("a member resigns", story.PERSON, **story.MEMBER, resigned_on="2026-06-30"),
        subject=pseudonym_of("person"),
        happened="resigned_on",
    )

    membership: Id
    """Id of the membership."""
    cooperative: Id
    """Id of the cooperative."""
    resigned_on: HappenedOn
    """Last day as a member."""


EVENTS: tuple[type[Payload], ...] = (
    CooperativeRegistered,
    CooperativeStatusChanged,
    GroupFormed,
    GroupStatusChanged,
    MembershipApplied,
    MembershipApproved,
    MembershipActivated,
    MembershipLapsed,
    MembershipResigned,
)
