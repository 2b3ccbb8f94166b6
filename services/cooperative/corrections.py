"""What a correction does to our own rows. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from services.cooperative.consents import Consent, of_day
from services.cooperative.domain import Break, Ending, Membership
from services.cooperative.status import Cooperative, Group, StatusEntry, climbs
from services.cooperative.years import Meeting, MemberTarget, require_meeting
from shared.errors import Refusal
from shared.events.assemblies import AnnualMeetingHeld, MemberTargetSet
from shared.events.base import Payload
from shared.events.consent import ConsentRecorded
from shared.events.cooperative import (
    CooperativeRegistered,
    CooperativeStatusChanged,
    GroupFormed,
    GroupStatusChanged,
    MembershipActivated,
    MembershipApplied,
    MembershipApproved,
    MembershipLapsed,
    MembershipResigned,
)
from shared.events.membership import MembershipReinstated

FIXED = (
    "membership", "cooperative", "consent", "year", "version", "month", "benefit", "mentoring",
    "capital", "lineage",
    "group", "successor",
)  # fmt: skip
"""What a replacement may not change: it would speak of something else."""


def correct_membership(
    one: Membership, original: Payload, replacement: Payload | None
) -> Membership | None:
    """The membership after a correction of a step; none when its application is taken back."""
    changed = _corrected_step(one, original, replacement)
    if changed is not None:
        _require_order(changed)
    return changed


def _corrected_step(
    one: Membership, original: Payload, replacement: Payload | None
) -> Membership | None:
    match original, replacement:
        case MembershipApplied(), None:
            if one.approved_on:
                raise Refusal("CORRECTION_ORDER", "event_id")
            return None
        case MembershipApplied(), MembershipApplied() as new:
            return replace(one, applied_on=new.applied_on, region=new.region, referral=new.referral)
        case MembershipApproved(), new:
            return replace(one, approved_on=getattr(new, "approved_on", None))
        case MembershipActivated(), new:
            return replace(one, activated_on=getattr(new, "activated_on", None))
    return _corrected_end(one, original, replacement)


def _corrected_end(one: Membership, original: Payload, replacement: Payload | None) -> Membership:
    match original, replacement:
        case MembershipLapsed(lapsed_on=day), new:
            return _with_end(one, Ending.LAPSED, day, getattr(new, "lapsed_on", None))
        case MembershipResigned(resigned_on=day), new:
            return _with_end(one, Ending.RESIGNED, day, getattr(new, "resigned_on", None))
        case MembershipReinstated(reinstated_on=day), new:
            return _with_return(one, day, getattr(new, "reinstated_on", None))
    raise TypeError(f"no correction for {type(original).__name__}")


def _with_end(one: Membership, ending: Ending, day: date, new: date | None) -> Membership:
    """The membership with another day of an ending, or without the ending."""
    if (one.ending, one.ended_on) == (ending, day):
        return replace(one, ended_on=new, ending=ending if new else None)
    if new is None:  # somebody came back after it
        raise Refusal("CORRECTION_ORDER", "event_id")
    return _with_break(one, lambda gap: (gap.ending, gap.ended_on) == (ending, day), ended_on=new)


def _with_return(one: Membership, day: date, new: date | None) -> Membership:
    """The membership with another day of a reinstatement; without the last one it has ended again."""
    if new is not None:
        return _with_break(one, lambda gap: gap.reinstated_on == day, reinstated_on=new)
    if one.ended_on or not one.breaks or one.breaks[-1].reinstated_on != day:
        raise Refusal("CORRECTION_ORDER", "event_id")
    last = one.breaks[-1]
    return replace(one, ended_on=last.ended_on, ending=last.ending, breaks=one.breaks[:-1])


def _with_break(one: Membership, is_it: Callable[[Break], bool], **day: Any) -> Membership:
    gaps = tuple(replace(gap, **day) if is_it(gap) else gap for gap in one.breaks)
    return replace(one, breaks=gaps)


def _require_order(one: Membership) -> None:
    gaps = [day for gap in one.breaks for day in (gap.ended_on, gap.reinstated_on)]
    steps = [one.applied_on, one.approved_on, one.activated_on, *gaps, one.ended_on]
    known = [step for step in steps if step is not None]
    if None in steps[: len(known)]:
        raise Refusal("CORRECTION_ORDER", "event_id")
    if known != sorted(known) or any(gap.reinstated_on <= gap.ended_on for gap in one.breaks):
        raise Refusal("DATE_ORDER", "replacement")


def correct_cooperative(
    one: Cooperative, original: Payload, replacement: Payload | None, *, named: bool
) -> Cooperative | None:
    """The cooperative after a correction; none when its registration is taken back."""
    match original, replacement:
        case CooperativeRegistered(), None:
            if named or _live(one.history):
                raise Refusal("CORRECTION_ORDER", "event_id")
            return None
        case CooperativeRegistered(), CooperativeRegistered() as new:
            return replace(one, kind=new.kind, region=new.region, registered_on=new.registered_on)
        case CooperativeStatusChanged(version=version), new:
            return replace(one, history=_rewritten(one.history, version, new))
    raise TypeError(f"no correction for {type(original).__name__}")


def correct_group(one: Group, original: Payload, replacement: Payload | None) -> Group | None:
    """The group after a correction; none when its formation is taken back.

    What climbed before climbs after; a history recorded before the ladder was kept may be mended.
    """
    changed = _corrected_group(one, original, replacement)
    if changed is not None and climbs(one) and not climbs(changed):
        raise Refusal("STATUS_ORDER", "replacement")
    return changed


def _corrected_group(one: Group, original: Payload, replacement: Payload | None) -> Group | None:
    match original, replacement:
        case GroupFormed(), None:
            if _live(one.history):
                raise Refusal("CORRECTION_ORDER", "event_id")
            return None
        case GroupFormed(), GroupFormed() as new:
            return replace(
                one,
                status=new.status,
                region=new.region,
                business_type=new.business_type,
                formed_on=new.formed_on,
            )
        case GroupStatusChanged(version=version), new:
            return replace(one, history=_rewritten(one.history, version, new))
    raise TypeError(f"no correction for {type(original).__name__}")


def _live(history: tuple[StatusEntry, ...]) -> bool:
    return any(not entry.taken_back for entry in history)


def _rewritten(
    history: tuple[StatusEntry, ...], version: int, new: Payload | None
) -> tuple[StatusEntry, ...]:
    return tuple(_rewrite(entry, new) if entry.version == version else entry for entry in history)


def _rewrite(entry: StatusEntry, new: Payload | None) -> StatusEntry:
    if isinstance(new, CooperativeStatusChanged | GroupStatusChanged):
        return StatusEntry(entry.version, new.status.value, new.effective_on)
    return replace(entry, taken_back=True)


def correct_consent(
    one: Consent,
    replacement: ConsentRecorded | None,
    others: Iterable[Consent],
    first_application: date | None,
) -> Consent | None:
    """The consent after a correction; none when it is taken back, which needs that nobody names it.

    `others` are those of the person at the cooperative, this one among them.
    """
    if replacement is None:
        if first_application is not None:
            raise Refusal("CORRECTION_ORDER", "event_id")
        return None
    text, day = replacement.text_version, replacement.given_on
    if first_application is not None and day > first_application:
        raise Refusal("DATE_ORDER", "replacement")
    if of_day((other for other in others if other.id != one.id), text, day):
        raise Refusal("CONFLICT", "replacement")
    return replace(one, form=replacement.form, text_version=text, given_on=day)


def correct_meeting(
    cooperative: Cooperative, one: Meeting, replacement: AnnualMeetingHeld | None
) -> Meeting | None:
    """The meeting after a correction; none when it is taken back."""
    if replacement is None:
        return None
    changed = replace(one, held_on=replacement.held_on)
    require_meeting(cooperative, changed, "replacement")
    return changed


def correct_target(one: MemberTarget, replacement: MemberTargetSet | None) -> MemberTarget:
    """A version of a target after a correction; one that is taken back keeps its number."""
    if replacement is None:
        return replace(one, taken_back=True)
    return replace(one, target=replacement.target)


def require_one_open(changed: Membership, others: Iterable[Membership]) -> None:
    """A membership that is open again must be the person's only one at the cooperative."""
    if changed.ended_on is None and any(
        other.id != changed.id and other.ended_on is None for other in others
    ):
        raise Refusal("CORRECTION_ORDER", "event_id")
