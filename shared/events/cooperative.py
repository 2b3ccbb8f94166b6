"""Events of the Ministry of Cooperatives: cooperatives, groups and memberships.

The subject of membership events is the person's pseudonym, of the others the id of the cooperative
or group.
"""

from enum import StrEnum

from pydantic import Field

from shared.events.base import BusinessType, Id, Payload, VillageCode, Whole, Yes
from shared.events.days import FoundedOn, HappenedOn, StatusSince


class CooperativeKind(StrEnum):
    """What kind of cooperative."""

    MERAH_PUTIH = "MERAH_PUTIH"
    COMMUNITY = "COMMUNITY"


class AreaKind(StrEnum):
    """Whether the cooperative serves a village (desa) or an urban ward (kelurahan)."""

    VILLAGE = "VILLAGE"
    URBAN_WARD = "URBAN_WARD"


class CooperativeStatus(StrEnum):
    """Where a cooperative stands."""

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

    kind: CooperativeKind
    """Kind of cooperative."""
    area: AreaKind
    """Village or urban ward."""
    region: VillageCode
    registered_on: FoundedOn
    """Day of registration."""


class CooperativeStatusChanged(Payload):
    """A cooperative's status changed; the highest version in force on a day counts."""

    status: CooperativeStatus
    """The new status."""
    effective_on: StatusSince
    """First day of the status."""
    version: Whole = Field(ge=1, description="1, 2, 3 ... for each cooperative")


class GroupFormed(Payload):
    """A household-business group was formed."""

    status: GroupStatus
    """Where the group started on the ladder."""
    region: VillageCode
    business_type: BusinessType
    """Main business of the group."""
    formed_on: FoundedOn
    """Day of formation."""


class GroupStatusChanged(Payload):
    """A group moved on the ladder; the highest version in force on a day counts."""

    status: GroupStatus
    """The new status."""
    effective_on: StatusSince
    """First day of the status."""
    version: Whole = Field(ge=1, description="1, 2, 3 ... for each group")


class MembershipApplied(Payload):
    """A person applied for membership, of their own will."""

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
    """Reference of the recorded consent, kept by the cooperative."""
    referral: Id | None = None
    """Id of the referral that led here, if one did."""


class MembershipApproved(Payload):
    """An application was approved by the cooperative."""

    membership: Id
    """Id of the membership."""
    cooperative: Id
    """Id of the cooperative."""
    approved_on: HappenedOn
    """Day of the approval."""


class MembershipActivated(Payload):
    """Principal savings are paid: the person is a member from this day."""

    membership: Id
    """Id of the membership."""
    cooperative: Id
    """Id of the cooperative."""
    region: VillageCode
    activated_on: HappenedOn
    """First day as a member."""


class MembershipLapsed(Payload):
    """A membership lapsed."""

    membership: Id
    """Id of the membership."""
    cooperative: Id
    """Id of the cooperative."""
    lapsed_on: HappenedOn
    """Last day as a member."""


class MembershipResigned(Payload):
    """A member resigned."""

    membership: Id
    """Id of the membership."""
    cooperative: Id
    """Id of the cooperative."""
    resigned_on: HappenedOn
    """Last day as a member."""
