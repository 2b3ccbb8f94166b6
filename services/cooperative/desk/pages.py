"""The pages of the Ministry of Cooperatives: worklists, and its own lists read back."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.cooperative import service
from services.cooperative.activity_schemas import ActivityItem, Reinstatement
from services.cooperative.answers import MembershipLine
from services.cooperative.correct import CORRECTIONS
from services.cooperative.schemas import Activation, Approval, Lapse, Resignation
from shared.application.context import Context
from shared.application.looks import MASK
from shared.csv.choices import name_of
from shared.desk.pages import (
    Act,
    Asked,
    Cell,
    DeskPage,
    Given,
    Reveal,
    Row,
    Rows,
    act_of,
)
from shared.desk.sent import sent_pages
from shared.errors import Refusal
from shared.http.cursors import CURSOR, id_before
from shared.messages import Words

READ, WRITE = "cooperative:read", "cooperative:write"
NAME, PHONE = "cooperative.desk.name", "cooperative.desk.phone"
NIK = "cooperative.desk.national_id"


def _id(key: str) -> UUID:
    """The membership of a row; whatever else somebody sends is none (NOT_FOUND)."""
    found = id_before(key) if re.fullmatch(CURSOR, key) else None
    if found is None:
        raise Refusal("NOT_FOUND", "membership")
    return found


def _fields(day: str) -> Any:
    """The item of a step: the cooperative and the person of the row, and the day."""

    def fields(context: Context, given: Given) -> Mapping[str, Any]:
        person, number = service.member_of(context, _id(given.key))
        return {"cooperative_number": number, "national_id": person, day: given.day}

    return fields


def _members(context: Context, keys: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    found = service.show_members(context, [_id(key) for key in keys]).members
    return {one.id: {NAME: one.name, PHONE: one.phone or "", NIK: one.national_id} for one in found}


def _step(name: str, use_case: Any, item: type[Any], day: str) -> Act:
    """The act of a step of a membership, on a day that the officer gives."""
    label = f"cooperative.desk.{name}"
    return Act(name, label, act_of(use_case, item, _fields(day)), WRITE, dated=True)


def _in_month(key: str) -> tuple[str, str]:
    """The month and the membership's key of a row about a month."""
    month, _, rest = key.partition(".")
    return month, rest


def _savings_fields(context: Context, given: Given) -> Mapping[str, Any]:
    """The item of a month's savings: the member and month of the row, and the answer."""
    month, key = _in_month(given.key)
    person, number = service.member_of(context, _id(key))
    who = {"cooperative_number": number, "national_id": person}
    return who | {"month": month, "savings_paid": given.choice == "paid"}


def _members_of_month(context: Context, keys: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    plain = {_in_month(key)[1]: key for key in keys}
    return {plain[one]: cells for one, cells in _members(context, [*plain]).items()}


SAVINGS = Act(
    "savings",
    "cooperative.desk.savings.act",
    act_of(service.record_activity, ActivityItem, _savings_fields),
    WRITE,
    choices={name: f"cooperative.desk.savings.{name}" for name in ("paid", "unpaid")},
)
APPROVE = _step("approve", service.record_approvals, Approval, "approved_on")
ACTIVATE = _step("activate", service.record_activations, Activation, "activated_on")
RESIGN = _step("resign", service.record_resignations, Resignation, "resigned_on")
LAPSE = _step("lapse", service.record_lapses, Lapse, "lapsed_on")
REINSTATE = _step("reinstate", service.record_reinstatements, Reinstatement, "reinstated_on")
MEMBERS = Reveal(_members, WRITE)


def _candidates(context: Context, asked: Asked) -> Rows:
    found = service.list_candidates(
        context, asked.area, after=id_before(asked.after), limit=asked.limit
    )
    rows = [
        Row(
            str(one.event_id),
            (
                one.referral.hex[-8:],
                context.regions.name(one.region),
                Words(name_of(one.business_type)),
                one.issued_on,
            ),
        )
        for one in found.candidates
    ]
    return Rows(rows, found.next)


def _waiting(context: Context, asked: Asked) -> Rows:
    found = service.list_waiting_memberships(
        context, asked.area, after=id_before(asked.after), limit=asked.limit
    )
    rows = [
        Row(
            one.id,
            (*_who(one), one.applied_on, one.approved_on),
            (ACTIVATE.name if one.approved_on else APPROVE.name,),
        )
        for one in found.memberships
    ]
    return Rows(rows, found.next)


def _memberships(context: Context, asked: Asked) -> Rows:
    found = service.list_memberships(
        context, asked.area, after=id_before(asked.after), limit=asked.limit
    )
    rows = [
        Row(
            one.id,
            (*_who(one), MASK, one.applied_on, one.activated_on, _state(one)),
            _ends(one),
            link=f"history?find={one.id}",
        )
        for one in found.memberships
    ]
    return Rows(rows, found.next)


def _without_savings(context: Context, asked: Asked) -> Rows:
    found = service.list_unrecorded_savings(
        context, asked.area, after=id_before(asked.after), limit=asked.limit, month=asked.month
    )
    rows = [
        Row(f"{found.month}.{one.id}", (*_who(one), one.activated_on), (SAVINGS.name,))
        for one in found.memberships
    ]
    note = Words("cooperative.desk.savings.note", {"month": found.month})
    return Rows(rows, found.next, (note,))


def _who(one: MembershipLine) -> Sequence[Cell]:
    return (one.name, one.phone, one.cooperative_number, one.cooperative_name, one.village)


def _state(one: MembershipLine) -> Words:
    if one.ending:
        return Words(f"cooperative.ending.{one.ending.value}", {"day": one.ended_on})
    state = "member" if one.activated_on else "approved" if one.approved_on else "applied"
    return Words(f"cooperative.state.{state}")


def _ends(one: MembershipLine) -> tuple[str, ...]:
    if one.ended_on is not None:
        return (REINSTATE.name,)
    return (RESIGN.name, LAPSE.name) if one.activated_on else ()


def _cooperatives(context: Context, asked: Asked) -> Rows:
    found = service.list_cooperatives(
        context, asked.area, after=id_before(asked.after), limit=asked.limit
    )
    rows = [
        Row(
            one.cooperative_number,
            (
                one.cooperative_number,
                one.name,
                Words(name_of(one.kind)),
                one.village,
                one.registered_on,
                Words(name_of(one.status)),
                one.members,
            ),
            link=f"history?find={one.cooperative_number}",
        )
        for one in found.cooperatives
    ]
    return Rows(rows, found.next)


def _groups(context: Context, asked: Asked) -> Rows:
    found = service.list_groups(
        context, asked.area, after=id_before(asked.after), limit=asked.limit
    )
    rows = [
        Row(
            one.group_number,
            (
                one.group_number,
                one.village,
                Words(name_of(one.business_type)),
                one.formed_on,
                Words(name_of(one.status)),
                one.went_into,
            ),
            link=f"history?find={one.group_number}",
        )
        for one in found.groups
    ]
    return Rows(rows, found.next)


_WHO = (
    NAME,
    PHONE,
    "cooperative.desk.number",
    "cooperative.desk.cooperative",
    "cooperative.desk.village",
)
PAGES = (
    DeskPage(
        "candidates", "cooperative.desk.candidates.title",
        ("cooperative.desk.code", "cooperative.desk.village", "cooperative.desk.business",
         "cooperative.desk.referred_on"),
        _candidates, READ, help="cooperative.desk.candidates.help",
    ),
    DeskPage(
        "applications", "cooperative.desk.applications.title",
        (*_WHO, "cooperative.desk.applied_on", "cooperative.desk.approved_on"),
        _waiting, READ, (APPROVE, ACTIVATE), MEMBERS, help="cooperative.desk.applications.help",
    ),
    DeskPage(
        "members", "cooperative.desk.members.title",
        (*_WHO, NIK, "cooperative.desk.applied_on", "cooperative.desk.activated_on",
         "cooperative.desk.state"),
        _memberships, READ, (RESIGN, LAPSE, REINSTATE), MEMBERS,
    ),
    DeskPage(
        "savings", "cooperative.desk.savings.title",
        (*_WHO, "cooperative.desk.activated_on"),
        _without_savings, READ, (SAVINGS,), Reveal(_members_of_month, WRITE), months=True,
        help="cooperative.desk.savings.help",
    ),
    DeskPage(
        "cooperatives", "cooperative.desk.cooperatives.title",
        ("cooperative.desk.number", "cooperative.desk.cooperative", "cooperative.desk.kind",
         "cooperative.desk.village", "cooperative.desk.registered_on", "cooperative.desk.status",
         "cooperative.desk.member_count"),
        _cooperatives, READ,
    ),
    DeskPage(
        "groups", "cooperative.desk.groups.title",
        ("cooperative.desk.group", "cooperative.desk.village", "cooperative.desk.business",
         "cooperative.desk.formed_on", "cooperative.desk.status", "cooperative.desk.went_into"),
        _groups, READ,
    ),
    *sent_pages("cooperative", CORRECTIONS, service.show_history, "cooperative.desk.search"),
)  # fmt: skip
"""In the order of the desk's first page."""
