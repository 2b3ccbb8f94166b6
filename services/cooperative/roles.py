"""The rules of a group's members: who has which role from when until when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from uuid import UUID

from services.cooperative.status import Group
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.group_members import GroupMemberJoined, GroupMemberLeft, GroupRole


@dataclass(frozen=True)
class Term:
    """A person has a role in a group from a day on, until the next term or the last day."""

    id: UUID
    group: UUID
    person: str
    role: GroupRole
    joined_on: date
    left_on: date | None = None


Terms = Sequence[Term]
"""Those of one person in one group, in the order of days."""


def take_role(group: Group, past: Terms, wanted: Term) -> tuple[Term, tuple[Payload, ...]]:
    """The term that a role begins: after the earlier ones, and while the group is there."""
    for before in past:
        if before.joined_on == wanted.joined_on:
            if before.role is not wanted.role:
                raise Refusal("CONFLICT", "role")
            return before, ()
    _require_group(group, wanted.joined_on, "joined_on")
    _require_order([*past, wanted], "joined_on")
    fact = GroupMemberJoined(group=group.id, role=wanted.role, joined_on=wanted.joined_on)
    return wanted, (fact,)


def leave(past: Terms, day: date) -> tuple[Term, tuple[Payload, ...]]:
    """The last term with its last day."""
    for before in past:
        if before.left_on == day:
            return before, ()
    if not past or past[-1].left_on is not None:
        raise Refusal("NOT_FOUND", "national_id")
    ended = replace(past[-1], left_on=day)
    _require_order([*past[:-1], ended], "left_on")
    return ended, (GroupMemberLeft(group=ended.group, left_on=day),)


def correct_role(
    group: Group, past: Terms, one: Term, new: GroupMemberJoined | None
) -> Term | None:
    """The term after a correction; one that something follows is not taken back."""
    if new is None:
        if one.left_on is not None or past[-1] != one:
            raise Refusal("CORRECTION_ORDER", "event_id")
        return None
    changed = replace(one, role=new.role, joined_on=new.joined_on)
    _require_group(group, new.joined_on, "replacement")
    _require_order([changed if each == one else each for each in past], "replacement")
    return changed


def correct_leaving(past: Terms, one: Term, new: GroupMemberLeft | None) -> Term:
    """The term with another last day, or going on."""
    if new is None and past[-1] != one:
        raise Refusal("CORRECTION_ORDER", "event_id")
    changed = replace(one, left_on=new.left_on if new else None)
    _require_order([changed if each == one else each for each in past], "replacement")
    return changed


def _require_group(group: Group, day: date, field: str) -> None:
    if day < group.formed_on:
        raise Refusal("DATE_ORDER", field)
    if group.ended_on is not None and group.ended_on < day:
        raise Refusal("GROUP_ENDED", "group_number" if field != "replacement" else field)


def _require_order(terms: Terms, field: str) -> None:
    """Each begins after the one before and after its last day, and ends when it has begun."""
    for term in terms:
        if term.left_on is not None and term.left_on < term.joined_on:
            raise Refusal("DATE_ORDER", field)
    for before, after in pairwise(terms):
        if after.joined_on <= max(before.joined_on, before.left_on or before.joined_on):
            raise Refusal("DATE_ORDER", field)
