"""The pages of training: worklists, and the ministry's own lists read back."""

import re
from collections.abc import Mapping
from typing import Any

from services.training import service
from services.training.correct import CORRECTIONS
from services.training.schemas import RightItem, SessionItem
from shared.application.context import Context
from shared.csv.choices import name_of
from shared.desk.pages import (
    Act,
    Asked,
    DeskPage,
    Given,
    Row,
    Rows,
    act_of,
)
from shared.desk.sent import sent_pages
from shared.errors import Refusal
from shared.events.training import ActivityType, Module
from shared.http.cursors import CURSOR, cursor_after, id_before
from shared.messages import Words

READ, WRITE = "training:read", "training:write"


def _right(_context: Context, given: Given) -> Mapping[str, Any]:
    if not re.fullmatch(CURSOR, given.key):
        raise Refusal("NOT_FOUND", "event_id")
    return {
        "event_id": id_before(given.key),
        "training_number": given.text,
        "activity": given.choice,
        "completed_on": given.day,
    }


def _session(context: Context, given: Given) -> Mapping[str, Any]:
    region = service.group_region(context, given.key)
    return {
        "session_number": given.text,
        "activity": ActivityType.P2K2,
        "district": region[:5],
        "region": region,
        "held_on": given.day,
        "modules": (given.choice,),
        "group_number": given.key,
    }


COMPLETED = Act(
    "completed",
    "training.desk.completed",
    act_of(service.complete_rights, RightItem, _right),
    WRITE,
    choices={one.value: name_of(one) for one in ActivityType if one is not ActivityType.P2K2},
    dated=True,
    text="training.desk.training_number",
)
HELD = Act(
    "held",
    "training.desk.held",
    act_of(service.hold_sessions, SessionItem, _session),
    WRITE,
    choices={one.value: name_of(one) for one in Module},
    dated=True,
    text="training.desk.session_number",
)


def _rights(context: Context, asked: Asked) -> Rows:
    found = service.list_ending_entitlements(
        context, asked.area, after=id_before(asked.after), limit=asked.limit
    )
    rows = [
        Row(
            cursor_after(one.event_id),
            (
                one.person[:11],
                context.regions.name(one.region),
                one.activated_on,
                one.deadline,
                (one.deadline - context.today).days,
            ),
            (COMPLETED.name,),
        )
        for one in found.entitlements
    ]
    return Rows(rows, found.next)


def _idle_groups(context: Context, asked: Asked) -> Rows:
    found = service.list_groups_without_session(
        context, asked.area, after=id_before(asked.after), limit=asked.limit, month=asked.month
    )
    rows = [
        Row(
            one.group_number,
            (one.group_number, one.village, one.families, one.formed_on),
            (HELD.name,),
        )
        for one in found.groups
    ]
    return Rows(rows, found.next)


def _groups(context: Context, asked: Asked) -> Rows:
    found = service.list_groups(
        context, asked.area, after=id_before(asked.after), limit=asked.limit
    )
    rows = [
        Row(
            one.group_number,
            (one.group_number, one.village, one.families, one.formed_on),
            link=f"history?find={one.group_number}",
        )
        for one in found.groups
    ]
    return Rows(rows, found.next)


def _sessions(context: Context, asked: Asked) -> Rows:
    found = service.list_sessions(
        context, asked.area, after=id_before(asked.after), limit=asked.limit, month=asked.month
    )
    rows = [
        Row(
            one.session_number,
            (
                one.session_number,
                Words(name_of(one.activity)),
                one.held_on,
                one.place,
                one.group_number,
                one.attended,
            ),
            link=f"history?find={one.session_number}",
        )
        for one in found.sessions
    ]
    return Rows(rows, found.next)


_GROUP = (
    "training.desk.group",
    "training.desk.village",
    "training.desk.families",
    "training.desk.formed_on",
)
PAGES = (
    DeskPage(
        "rights", "training.desk.rights.title",
        ("training.desk.person", "training.desk.village", "training.desk.member_since",
         "training.desk.deadline", "training.desk.days_left"),
        _rights, READ, (COMPLETED,), help="training.desk.rights.help",
    ),
    DeskPage(
        "idle-groups", "training.desk.idle.title", _GROUP, _idle_groups, READ, (HELD,), months=True,
    ),
    DeskPage(
        "sessions", "training.desk.sessions.title",
        ("training.desk.session_number", "training.desk.activity", "training.desk.held_on",
         "training.desk.place", "training.desk.group", "training.desk.attended"),
        _sessions, READ, months=True,
    ),
    DeskPage("groups", "training.desk.groups.title", _GROUP, _groups, READ),
    *sent_pages("training", CORRECTIONS, service.show_history, "training.desk.search"),
)  # fmt: skip
"""In the order of the desk's first page."""
