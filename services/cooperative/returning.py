"""The rule of coming back: what may follow each state of a membership, and reinstatement."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum

from services.cooperative.domain import Break, Ending, Membership, Step, require_not_closed
from services.cooperative.status import Cooperative
from shared.errors import Refusal
from shared.events.membership import MembershipReinstated


class State(StrEnum):
    """How far a membership has come."""

    APPLIED = "APPLIED"
    APPROVED = "APPROVED"
    MEMBER = "MEMBER"
    LAPSED = "LAPSED"
    RESIGNED = "RESIGNED"


NEXT: Mapping[State, frozenset[str]] = {
    State.APPLIED: frozenset({"approve"}),
    State.APPROVED: frozenset({"activate"}),
    State.MEMBER: frozenset({"lapse", "resign"}),
    State.LAPSED: frozenset({"reinstate"}),
    State.RESIGNED: frozenset({"reinstate"}),
}
"""Which step may follow each state; an ended membership comes back by reinstatement alone."""


def state_of(one: Membership) -> State:
    """How far it has come."""
    if one.ending:
        return State.LAPSED if one.ending is Ending.LAPSED else State.RESIGNED
    if one.activated_on:
        return State.MEMBER
    return State.APPROVED if one.approved_on else State.APPLIED


def reinstate(cooperative: Cooperative, past: Sequence[Membership], day: date) -> Step:
    """The last membership that ended goes on from a day after its end."""
    for one in past:
        if any(gap.reinstated_on == day for gap in one.breaks):
            return Step(one)
    require_not_closed(cooperative, day)
    if not past:
        raise Refusal("NOT_FOUND", "national_id")
    one = max(past, key=lambda each: (each.applied_on, each.id))
    if "reinstate" not in NEXT[state_of(one)] or one.ended_on is None or one.ending is None:
        raise Refusal("CONFLICT", "reinstated_on")
    if day <= one.ended_on:
        raise Refusal("DATE_ORDER", "reinstated_on")
    gap = Break(one.ended_on, one.ending, day)
    fact = MembershipReinstated(membership=one.id, cooperative=one.cooperative, reinstated_on=day)
    return Step(replace(one, ended_on=None, ending=None, breaks=(*one.breaks, gap)), (fact,))
