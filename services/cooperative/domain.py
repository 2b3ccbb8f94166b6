"""The rules of membership: data in, data out; no clock, no database, no keys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.cooperative.consents import Consent
from services.cooperative.status import Cooperative, latest_status
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.beneficiary import ReferralIssued
from shared.events.cooperative import (
    CooperativeStatus,
    MembershipActivated,
    MembershipApplied,
    MembershipApproved,
    MembershipLapsed,
    MembershipResigned,
)


class Ending(StrEnum):
    """How a membership ended."""

    LAPSED = "LAPSED"
    RESIGNED = "RESIGNED"


@dataclass(frozen=True)
class Break:
    """Somebody was no member from after the day of an ending to before a reinstatement."""

    ended_on: date
    ending: Ending
    reinstated_on: date


@dataclass(frozen=True)
class Membership:
    """One person's membership of one cooperative; `sealed` is for its owner's eyes only."""

    id: UUID
    cooperative: UUID
    person: str
    region: str
    applied_on: date
    consent: UUID
    sealed: bytes
    referral: UUID | None = None
    approved_on: date | None = None
    activated_on: date | None = None
    ended_on: date | None = None
    ending: Ending | None = None
    breaks: tuple[Break, ...] = ()
    """Endings that a reinstatement followed, in order."""

    @property
    def periods(self) -> tuple[tuple[date, date | None], ...]:
        """First and last day of each time as a member; the last day is none while it goes on."""
        if self.activated_on is None:
            return ()
        starts = (self.activated_on, *(gap.reinstated_on for gap in self.breaks))
        ends = (*(gap.ended_on for gap in self.breaks), self.ended_on)
        return tuple(zip(starts, ends, strict=True))

    def ended_with(self, ending: Ending, day: date) -> bool:
        """Whether it ended so on that day, for good or until a reinstatement."""
        gaps = ((gap.ending, gap.ended_on) for gap in self.breaks)
        return (ending, day) in {*gaps, (self.ending, self.ended_on)}


@dataclass(frozen=True)
class Step:
    """A membership after a decision, with the payloads of its events; none when it was recorded before."""

    membership: Membership
    payloads: tuple[Payload, ...] = ()
    consent: Consent | None = None
    """The consent that was recorded with it, if it is a new one."""


def require_same(before: object, wanted: object) -> None:
    """The same application again must carry the same particulars."""
    if before != wanted:
        raise Refusal("CONFLICT", "name")


def require_voluntary(declared: bool) -> None:
    """Membership is voluntary: without the declaration there is no application."""
    if not declared:
        raise Refusal("NOT_VOLUNTARY", "voluntary_declaration")


def require_not_closed(cooperative: Cooperative, day: date) -> None:
    """A closed cooperative takes no members."""
    last = latest_status(cooperative.history)
    if last and last.status == CooperativeStatus.CLOSED and last.effective_on <= day:
        raise Refusal("COOPERATIVE_CLOSED", "cooperative_number")


def recorded_application(past: Iterable[Membership], applied_on: date) -> Membership | None:
    """The membership that began with an application on that day, if any."""
    return next((one for one in past if one.applied_on == applied_on), None)


def apply(cooperative: Cooperative, past: Sequence[Membership], wanted: Membership) -> Step:
    """Begin a membership: one open at a time, and none before the last one ended."""
    before = recorded_application(past, wanted.applied_on)
    if before:
        return Step(before)
    require_not_closed(cooperative, wanted.applied_on)
    if any(one.ended_on is None for one in past):
        raise Refusal("CONFLICT", "applied_on")
    ends = [one.ended_on for one in past if one.ended_on]
    if wanted.applied_on < cooperative.registered_on or any(
        wanted.applied_on <= end for end in ends
    ):
        raise Refusal("DATE_ORDER", "applied_on")
    return Step(wanted, (_applied(wanted),))


def approve(cooperative: Cooperative, past: Sequence[Membership], day: date) -> Step:
    """Approve the open application."""
    if done := _already(past, "approved_on", day):
        return Step(done)
    one = _open(past)
    require_not_closed(cooperative, day)
    if one.approved_on:
        raise Refusal("CONFLICT", "approved_on")
    if day < one.applied_on:
        raise Refusal("DATE_ORDER", "approved_on")
    fact = MembershipApproved(membership=one.id, cooperative=one.cooperative, approved_on=day)
    return Step(replace(one, approved_on=day), (fact,))


def activate(cooperative: Cooperative, past: Sequence[Membership], day: date) -> Step:
    """Principal savings are paid: the approved applicant is a member from that day."""
    if done := _already(past, "activated_on", day):
        return Step(done)
    one = _open(past)
    require_not_closed(cooperative, day)
    if one.activated_on:
        raise Refusal("CONFLICT", "activated_on")
    if one.approved_on is None:
        raise Refusal("NOT_FOUND", "approved_on")
    if day < one.approved_on:
        raise Refusal("DATE_ORDER", "activated_on")
    fact = MembershipActivated(
        membership=one.id, cooperative=one.cooperative, region=one.region, activated_on=day
    )
    return Step(replace(one, activated_on=day), (fact,))


def lapse(_cooperative: Cooperative, past: Sequence[Membership], day: date) -> Step:
    """An active membership lapses; the day is the last one as a member."""
    return _end(past, Ending.LAPSED, day)


def resign(_cooperative: Cooperative, past: Sequence[Membership], day: date) -> Step:
    """A member resigns; the day is the last one as a member."""
    return _end(past, Ending.RESIGNED, day)


def listed_steps(
    cooperative: Cooperative,
    past: Sequence[Membership],
    applied: Step,
    *,
    approved_on: date | None,
    activated_on: date | None,
) -> list[Step]:
    """An application with the later steps that a list gives: all of them hold, or none."""
    steps, others = [applied], [one for one in past if one.id != applied.membership.id]
    for rule, day in ((approve, approved_on), (activate, activated_on)):
        if day is not None:
            steps.append(rule(cooperative, [steps[-1].membership, *others], day))
    return steps


def referral_for(referrals: Iterable[ReferralIssued], day: date) -> UUID | None:
    """The latest referral up to that day: the one that led to an application."""
    earlier = [one for one in referrals if one.issued_on <= day]
    last = max(earlier, key=lambda one: (one.issued_on, one.referral), default=None)
    return last.referral if last else None


def _end(past: Sequence[Membership], ending: Ending, day: date) -> Step:
    field = "lapsed_on" if ending is Ending.LAPSED else "resigned_on"
    for one in past:
        if one.ended_with(ending, day):
            return Step(one)
    one = _open(past)
    if not one.periods:
        raise Refusal("NOT_FOUND", field)
    if day < one.periods[-1][0]:
        raise Refusal("DATE_ORDER", field)
    return Step(replace(one, ended_on=day, ending=ending), (_ended(one, ending, day),))


def _already(past: Iterable[Membership], step: str, day: date) -> Membership | None:
    return next((one for one in past if getattr(one, step) == day), None)


def _open(past: Iterable[Membership]) -> Membership:
    for one in past:
        if one.ended_on is None:
            return one
    raise Refusal("NOT_FOUND", "national_id")


def _applied(one: Membership) -> MembershipApplied:
    return MembershipApplied(
        membership=one.id,
        cooperative=one.cooperative,
        region=one.region,
        applied_on=one.applied_on,
        voluntary_declaration=True,
        consent=one.consent,
        referral=one.referral,
    )


def _ended(one: Membership, ending: Ending, day: date) -> Payload:
    if ending is Ending.LAPSED:
        return MembershipLapsed(membership=one.id, cooperative=one.cooperative, lapsed_on=day)
    return MembershipResigned(membership=one.id, cooperative=one.cooperative, resigned_on=day)
