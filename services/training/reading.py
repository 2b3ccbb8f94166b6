"""What the ministry reads of its own: rights and groups that wait, and its lists."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.training import domain, store, worklist_store
from services.training.answers import GroupLine, GroupList, SessionLine, SessionList
from services.training.schemas import EntitlementItem, EntitlementList
from services.training.worklist_store import Days
from shared.application.context import Context
from shared.application.register import for_reading
from shared.application.submissions import EventList, events_about
from shared.errors import Refusal
from shared.events.cooperative import MembershipActivated
from shared.events.days import days_of_month, month_of
from shared.events.training import SessionHeld
from shared.http.cursors import next_cursor

SOON = timedelta(days=30)
"""So long before its end a right to training is urgent."""


def list_entitlements(
    context: Context, area: str, *, after: UUID | None, limit: int
) -> EntitlementList:
    """One page of the rights in an area that no training took up yet."""
    return _entitlements(context, area, None, after, limit)


def list_ending_entitlements(
    context: Context, area: str, *, after: UUID | None, limit: int
) -> EntitlementList:
    """One page of the rights in an area that end within 30 days and no training took up yet."""
    begun = context.today - domain.TIME_TO_TRAIN
    return _entitlements(context, area, (begun, begun + SOON), after, limit)


def list_groups(context: Context, area: str, *, after: UUID | None, limit: int) -> GroupList:
    """The family groups of an area."""
    rows = worklist_store.groups(context.connection, area, context.today, after=after, limit=limit)
    return _groups(context, rows, limit)


def list_groups_without_session(
    context: Context, area: str, *, after: UUID | None, limit: int, month: str | None = None
) -> GroupList:
    """The family groups of an area that did not meet in a month, this one unless it is named."""
    rows = worklist_store.groups(
        context.connection,
        area,
        context.today,
        without_session=_days(month, context.today),
        after=after,
        limit=limit,
    )
    return _groups(context, rows, limit)


def list_sessions(
    context: Context, area: str, *, after: UUID | None, limit: int, month: str | None = None
) -> SessionList:
    """The sessions of an area in a month, this one unless it is named, with how many attended."""
    days = _days(month, context.today)
    rows = worklist_store.sessions(context.connection, area, days, after=after, limit=limit)
    found = [_session(context, row) for row in rows]
    return SessionList(sessions=found, next=_rest(rows, limit))


def group_region(context: Context, number: str) -> str:
    """The village of a family group; one outside the caller's area is unknown too (NOT_FOUND)."""
    return for_reading(context, store.GROUPS, [number]).require_own(number, "group_number").region


def show_history(context: Context, number: str) -> EventList:
    """The events about a session or a family group, by its number."""
    places = worklist_store.places_of(context.connection, number)
    for one, region in places:
        if context.may_act_in(region):
            return events_about(context, [str(one)])
    raise Refusal("NOT_FOUND", "of")


def _entitlements(
    context: Context, area: str, activated: Days | None, after: UUID | None, limit: int
) -> EntitlementList:
    found = worklist_store.open_entitlements(
        context.connection, area, after=after, limit=limit, activated=activated
    )
    items = [_entitlement_item(one.event, one.subject, one.data) for one in found if one.data]
    following = next_cursor([one.event for one in found], limit)
    return EntitlementList(entitlements=items, next=following)


def _entitlement_item(event: UUID, person: str, granted: MembershipActivated) -> EntitlementItem:
    return EntitlementItem(
        event_id=event,
        person=person,
        membership=granted.membership,
        region=granted.region,
        activated_on=granted.activated_on,
        deadline=domain.deadline(granted),
    )


def _groups(context: Context, rows: Sequence[Any], limit: int) -> GroupList:
    found = [
        GroupLine(
            group_number=row.number,
            region=row.region,
            village=context.regions.name(row.region),
            formed_on=row.formed_on,
            families=row.families,
        )
        for row in rows
    ]
    return GroupList(groups=found, next=_rest(rows, limit))


def _session(context: Context, row: Any) -> SessionLine:
    held = SessionHeld.model_validate_json(row.content)
    place = held.region or held.district
    return SessionLine(
        session_number=row.number,
        activity=held.activity,
        region=place,
        place=context.regions.name(place),
        held_on=held.held_on,
        modules=held.modules,
        group_number=row.group_number,
        attended=row.attended,
    )


def _days(month: str | None, today: date) -> Days:
    """The days of a month that is written `2026-06`; of this one where none is named."""
    return days_of_month(month or month_of(today))


def _rest(rows: Sequence[Any], limit: int) -> str | None:
    return next_cursor([row.id for row in rows], limit)
