"""What became of a referral: a ladder of allowed steps. Pure.

Nothing here reaches a rule about assistance: whoever declines loses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from uuid import UUID

from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.beneficiary import (
    ContactChannel,
    DeclineReason,
    ReferralContacted,
    ReferralDeclined,
    ReferralInterested,
    ReferralIssued,
)


class ReferralOutcome(StrEnum):
    """A step of a referred person."""

    CONTACTED = "CONTACTED"
    INTERESTED = "INTERESTED"
    DECLINED = "DECLINED"


NEXT: Mapping[ReferralOutcome | None, frozenset[ReferralOutcome]] = MappingProxyType(
    {
        None: frozenset({ReferralOutcome.CONTACTED}),
        ReferralOutcome.CONTACTED: frozenset(ReferralOutcome),
        ReferralOutcome.INTERESTED: frozenset({ReferralOutcome.DECLINED}),
        ReferralOutcome.DECLINED: frozenset(
            {ReferralOutcome.CONTACTED, ReferralOutcome.INTERESTED}
        ),
    }
)
"""Which steps may follow which; none: the referral was issued and nobody was reached yet."""


@dataclass(frozen=True)
class Step:
    """One step; `code` is the channel of a contact or the reason of a decline."""

    outcome: ReferralOutcome
    day: date
    code: str = ""


@dataclass(frozen=True)
class Referral:
    """A referral with its steps in order."""

    id: UUID
    family: str
    person: str
    spell: int
    """The spell of the family in which it was issued: the number of its enrolment."""
    region: str
    issued_on: date
    steps: tuple[Step, ...] = ()

    @property
    def last(self) -> ReferralOutcome | None:
        """How far it has come."""
        return self.steps[-1].outcome if self.steps else None


def referral_on(some: tuple[Referral, ...], day: date) -> Referral | None:
    """The referral of a family that holds on a day: a family has one in each of its spells."""
    return max(
        (one for one in some if one.issued_on <= day), key=lambda one: one.issued_on, default=None
    )


def record(referral: Referral, step: Step, field: str) -> tuple[Referral, tuple[Payload, ...]]:
    """The referral after a step; no payload when the step was recorded before."""
    if step in referral.steps:
        return referral, ()
    if step.outcome not in NEXT[referral.last]:
        raise Refusal("OUTCOME_ORDER", field, last=referral.last or "ISSUED")
    if referral.steps and step.day < referral.steps[-1].day:
        raise Refusal("DATE_ORDER", field)
    return replace(referral, steps=(*referral.steps, step)), (_payload(referral.id, step),)


def step_of(said: Payload) -> Step:
    """The step that an event speaks of.

    Raises:
        TypeError: it speaks of none.
    """
    match said:
        case ReferralContacted():
            return Step(ReferralOutcome.CONTACTED, said.contacted_on, said.channel.value)
        case ReferralInterested():
            return Step(ReferralOutcome.INTERESTED, said.interested_on)
        case ReferralDeclined():
            return Step(ReferralOutcome.DECLINED, said.declined_on, said.reason.value)
    raise TypeError(f"{type(said).__name__} is no step of a referral")


def correct_referral(one: Referral, said: Payload, new: Payload | None) -> Referral | None:
    """The referral after a correction of its issue or of a step; none when it is taken back."""
    if isinstance(said, ReferralIssued):
        if new is None and one.steps:
            raise Refusal("CORRECTION_ORDER", "event_id")
        if not isinstance(new, ReferralIssued):
            return None
        changed = replace(one, region=new.region, issued_on=new.issued_on)
    else:
        right = () if new is None else (step_of(new),)
        place = one.steps.index(step_of(said))
        steps = (*one.steps[:place], *right, *one.steps[place + 1 :])
        changed = replace(one, steps=steps)
    _require_ladder(changed)
    return changed


def _require_ladder(one: Referral) -> None:
    outcomes = [None, *(step.outcome for step in one.steps)]
    if any(after not in NEXT[before] for before, after in pairwise(outcomes)):
        raise Refusal("CORRECTION_ORDER", "event_id")
    days = [one.issued_on, *(step.day for step in one.steps)]
    if days != sorted(days):
        raise Refusal("DATE_ORDER", "replacement")


def _payload(referral: UUID, step: Step) -> Payload:
    match step:
        case Step(ReferralOutcome.CONTACTED, day, code):
            channel = ContactChannel(code)
            return ReferralContacted(referral=referral, contacted_on=day, channel=channel)
        case Step(ReferralOutcome.INTERESTED, day):
            return ReferralInterested(referral=referral, interested_on=day)
    reason = DeclineReason(step.code)
    return ReferralDeclined(referral=referral, declined_on=step.day, reason=reason)
