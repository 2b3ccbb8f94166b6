"""What readings answer: memberships that wait, and the ministry's own lists."""

from datetime import date

from pydantic import BaseModel

from services.cooperative.domain import Ending
from shared.events.base import BusinessType
from shared.events.cooperative import CooperativeKind, CooperativeStatus, GroupStatus


class MembershipLine(BaseModel):
    """A membership; name and telephone are masked."""

    id: str
    """The membership's id as a short text: what the address of its identity names."""
    cooperative_number: str
    cooperative_name: str
    region: str
    village: str
    name: str
    phone: str
    applied_on: date
    approved_on: date | None
    activated_on: date | None
    ended_on: date | None
    ending: Ending | None


class MembershipList(BaseModel):
    """One page of memberships; ask again with `after` = `next` until it is empty."""

    memberships: list[MembershipLine]
    next: str | None


class UnrecordedSavings(BaseModel):
    """One page of members of whom nobody has said whether a month's savings are paid."""

    month: str
    """Which month: the one that was named, or the last that has ended."""
    memberships: list[MembershipLine]
    next: str | None


class MemberIdentity(BaseModel):
    """Who a member is; only for the own office."""

    id: str
    name: str
    national_id: str
    phone: str | None


class MemberIdentityList(BaseModel):
    """Who some members are."""

    members: list[MemberIdentity]


class CooperativeLine(BaseModel):
    """A cooperative."""

    cooperative_number: str
    name: str
    kind: CooperativeKind
    region: str
    village: str
    registered_on: date
    status: CooperativeStatus
    members: int
    """Members today."""


class CooperativeList(BaseModel):
    """One page of cooperatives; ask again with `after` = `next` until it is empty."""

    cooperatives: list[CooperativeLine]
    next: str | None


class GroupLine(BaseModel):
    """A household-business group."""

    group_number: str
    region: str
    village: str
    business_type: BusinessType
    formed_on: date
    status: GroupStatus
    went_into: str | None
    """Number of the group into which it merged, or of the cooperative that it became."""


class GroupList(BaseModel):
    """One page of groups; ask again with `after` = `next` until it is empty."""

    groups: list[GroupLine]
    next: str | None
