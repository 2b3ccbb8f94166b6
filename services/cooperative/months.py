"""The rules of a member's months and benefits: what may be said of a month, and after what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.cooperative.domain import Membership
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.days import days_of_month
from shared.events.membership import (
    BenefitGranted,
    BenefitKind,
    SavingsRecorded,
    TransactionsRecorded,
)


class Matter(StrEnum):
    """What is recorded of a member's month; the values name the fields of an item."""

    SAVINGS = "savings_paid"
    TRANSACTIONS = "transacted"


Said = frozenset[bool]
FOLLOWS: Mapping[Said, Said] = {
    frozenset(): frozenset({False, True}),
    frozenset({False}): frozenset({True}),
    frozenset({True}): frozenset(),
    frozenset({False, True}): frozenset(),
}
"""What may be said of a month after what counts of it: a no becomes a yes, a yes is only corrected."""


@dataclass(frozen=True)
class MonthRecord:
    """What counts of one matter of a membership's month."""

    membership: UUID
    month: str
    matter: Matter
    said: Said = frozenset()


@dataclass(frozen=True)
class Benefit:
    """Something that a member got."""

    id: UUID
    membership: UUID
    kind: BenefitKind
    granted_on: date


def is_member(one: Membership, first: date, last: date) -> bool:
    """Whether somebody was a member on any of these days."""
    return any(since <= last and (end is None or first <= end) for since, end in one.periods)


def member_between(past: Sequence[Membership], first: date, last: date, field: str) -> Membership:
    """Of a person's memberships of a cooperative the latest that held on any of these days."""
    found = [one for one in past if is_member(one, first, last)]
    if not found:
        raise Refusal("NOT_A_MEMBER", field)
    return max(found, key=lambda one: (one.applied_on, one.id))


def record_month(
    one: Membership, before: MonthRecord, said: bool
) -> tuple[MonthRecord, tuple[Payload, ...]]:
    """The month after something is said of it; the same again says nothing new."""
    if said in before.said:
        return before, ()
    if said not in FOLLOWS[before.said]:
        raise Refusal("CONFLICT", before.matter.value)
    return replace(before, said=before.said | {said}), (_recorded(one, before, said),)


def _recorded(one: Membership, about: MonthRecord, said: bool) -> Payload:
    if about.matter is Matter.SAVINGS:
        return SavingsRecorded(
            membership=one.id, cooperative=one.cooperative, month=about.month, paid=said
        )
    return TransactionsRecorded(
        membership=one.id, cooperative=one.cooperative, month=about.month, transacted=said
    )


def said_in(payload: Payload) -> bool:
    """What an event says of a month."""
    if isinstance(payload, SavingsRecorded):
        return payload.paid
    if isinstance(payload, TransactionsRecorded):
        return payload.transacted
    raise TypeError(f"{type(payload).__name__} is about no month")


def grant_benefit(
    one: Membership, past: Sequence[Benefit], wanted: Benefit
) -> tuple[Benefit, tuple[Payload, ...]]:
    """A benefit of a kind on a day: new, or recorded before."""
    for before in past:
        if replace(before, id=wanted.id) == wanted:
            return before, ()
    fact = BenefitGranted(
        benefit=wanted.id,
        membership=one.id,
        cooperative=one.cooperative,
        kind=wanted.kind,
        granted_on=wanted.granted_on,
    )
    return wanted, (fact,)


def correct_month(
    before: MonthRecord, original: Payload, replacement: Payload | None
) -> MonthRecord:
    """The month after one of the things said of it is taken back or said otherwise."""
    rest = before.said - {said_in(original)}
    if replacement is None:
        return replace(before, said=rest)
    new = said_in(replacement)
    if new in rest:
        raise Refusal("CONFLICT", "replacement")
    return replace(before, said=rest | {new})


def correct_benefit(
    one: Membership, before: Benefit, others: Sequence[Benefit], new: BenefitGranted | None
) -> Benefit | None:
    """The benefit after a correction; none when it is taken back."""
    if new is None:
        return None
    if not is_member(one, new.granted_on, new.granted_on):
        raise Refusal("NOT_A_MEMBER", "replacement")
    changed = replace(before, kind=new.kind, granted_on=new.granted_on)
    if any(replace(other, id=before.id) == changed for other in others if other.id != before.id):
        raise Refusal("CONFLICT", "replacement")
    return changed


def require_kept(one: Membership, said: Sequence[MonthRecord], got: Sequence[Benefit]) -> None:
    """A corrected membership still holds in every month and on every day that is recorded of it."""
    days = [days_of_month(about.month) for about in said if about.said]
    days += [(benefit.granted_on, benefit.granted_on) for benefit in got]
    if not all(is_member(one, first, last) for first, last in days):
        raise Refusal("CORRECTION_ORDER", "event_id")
