"""What the ministry reads of its own: memberships that wait, and its lists."""

import json
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.cooperative import worklist_store
from services.cooperative.answers import (
    CooperativeLine,
    CooperativeList,
    GroupLine,
    GroupList,
    MemberIdentity,
    MemberIdentityList,
    MembershipLine,
    MembershipList,
    UnrecordedSavings,
)
from shared.application.context import Context
from shared.application.looks import MOST_LOOKS, initials, last_digits, record_looks
from shared.application.submissions import EventList, events_about
from shared.errors import Refusal
from shared.events.cooperative import CooperativeStatus
from shared.events.days import days_of_month, last_ended_month
from shared.http.cursors import CURSOR, cursor_after, id_before


def list_waiting_memberships(
    context: Context, area: str, *, after: UUID | None, limit: int
) -> MembershipList:
    """Applications of an area that wait for approval, and approved ones that wait for payment."""
    return _memberships(context, area, waiting=True, after=after, limit=limit)


def list_memberships(
    context: Context, area: str, *, after: UUID | None, limit: int
) -> MembershipList:
    """Every membership of an area, also those that ended."""
    return _memberships(context, area, waiting=False, after=after, limit=limit)


def list_unrecorded_savings(
    context: Context, area: str, *, after: UUID | None, limit: int, month: str | None = None
) -> UnrecordedSavings:
    """Members of an area of whom nobody has said whether a month's savings are paid.

    The last month that has ended, unless an earlier one is named.
    """
    ended = last_ended_month(context.today)
    asked = min(month or ended, ended)
    rows = worklist_store.without_savings(
        context.connection, area, asked, days_of_month(asked), after=after, limit=limit
    )
    found = [_line(context, row) for row in rows]
    return UnrecordedSavings(month=asked, memberships=found, next=_rest(rows, limit))


def list_cooperatives(
    context: Context, area: str, *, after: UUID | None, limit: int
) -> CooperativeList:
    """The cooperatives of an area."""
    rows = worklist_store.cooperatives(context.connection, area, after=after, limit=limit)
    found = [
        CooperativeLine(
            cooperative_number=row.number,
            name=row.name,
            kind=row.kind,
            region=row.region,
            village=context.regions.name(row.region),
            registered_on=row.registered_on,
            status=row.last_status or CooperativeStatus.REGISTERED,
            members=row.members,
        )
        for row in rows
    ]
    return CooperativeList(cooperatives=found, next=_rest(rows, limit))


def list_groups(context: Context, area: str, *, after: UUID | None, limit: int) -> GroupList:
    """The household-business groups of an area."""
    rows = worklist_store.groups(context.connection, area, after=after, limit=limit)
    found = [
        GroupLine(
            group_number=row.number,
            region=row.region,
            village=context.regions.name(row.region),
            business_type=row.business_type,
            formed_on=row.formed_on,
            status=row.last_status or row.status,
            went_into=row.went_into,
        )
        for row in rows
    ]
    return GroupList(groups=found, next=_rest(rows, limit))


def show_members(context: Context, ids: Sequence[UUID]) -> MemberIdentityList:
    """Names, identity numbers and telephones of members; the audit keeps each look."""
    rows = [require_membership(context, one) for one in ids[:MOST_LOOKS]]
    record_looks(context, [row.person for row in rows])
    found = []
    for row in rows:
        says = json.loads(context.keys.cipher.decrypt(row.sealed))
        found.append(MemberIdentity(id=cursor_after(row.id), **says))
    return MemberIdentityList(members=found)


def require_membership(context: Context, one: UUID) -> Any:
    """The row of a membership; one outside the caller's area is unknown too (NOT_FOUND)."""
    row = worklist_store.membership_row(context.connection, one)
    if row is None or not context.may_act_in(row.region):
        raise Refusal("NOT_FOUND", "membership")
    return row


def member_of(context: Context, one: UUID) -> tuple[str, str]:
    """Identity number and cooperative number of a membership: what a step of it names."""
    row = require_membership(context, one)
    return json.loads(context.keys.cipher.decrypt(row.sealed))["national_id"], row.number


def show_history(context: Context, number: str) -> EventList:
    """The events about a cooperative or group, by its number, or a membership by its short id."""
    place = worklist_store.place_of(context.connection, number)
    if place is not None and context.may_act_in(place.region):
        return events_about(context, [str(place.id)])
    member = id_before(number) if re.fullmatch(CURSOR, number) else None
    if member is None:
        raise Refusal("NOT_FOUND", "of")
    row = require_membership(context, member)
    return events_about(
        context, [row.person], lambda event: getattr(event.data, "membership", None) == member
    )


def _memberships(
    context: Context, area: str, *, waiting: bool, after: UUID | None, limit: int
) -> MembershipList:
    rows = worklist_store.memberships(
        context.connection, area, waiting=waiting, after=after, limit=limit
    )
    return MembershipList(
        memberships=[_line(context, row) for row in rows], next=_rest(rows, limit)
    )


def _line(context: Context, row: Any) -> MembershipLine:
    says = json.loads(context.keys.cipher.decrypt(row.sealed))
    return MembershipLine(
        id=cursor_after(row.id),
        cooperative_number=row.number,
        cooperative_name=row.cooperative_name,
        region=row.region,
        village=context.regions.name(row.region),
        name=initials(says["name"]),
        phone=last_digits(says["phone"]),
        applied_on=row.applied_on,
        approved_on=row.approved_on,
        activated_on=row.activated_on,
        ended_on=row.ended_on,
        ending=row.ending,
    )


def _rest(rows: Sequence[Any], limit: int) -> str | None:
    return cursor_after(rows[-1].id) if len(rows) == limit else None
