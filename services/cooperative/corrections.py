"""What a correction does to our own rows. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from services.cooperative.domain import Ending, Membership
from services.cooperative.status import Cooperative, Group, StatusEntry, climbs
from shared.errors import Refusal
from shared.events.base import Payload
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

FIXED = ("membership", "cooperative", "consent", "version")
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
        case MembershipLapsed(), new:
            return _with_end(one, Ending.LAPSED, getattr(new, "lapsed_on", None))
        case MembershipResigned(), new:
            return _with_end(one, Ending.RESIGNED, getattr(new, "resigned_on", None))
    raise TypeError(f"no correction for {type(original).__name__}")


def _with_end(one: Membership, ending: Ending, day: object) -> Membership:
    return replace(one, ended_on=day, ending=ending if day else None)  # type: ignore[arg-type]


def _require_order(one: Membership) -> None:
    steps = [one.applied_on, one.approved_on, one.activated_on, one.ended_on]
    known = [step for step in steps if step is not None]
    if None in steps[: len(known)]:
        raise Refusal("CORRECTION_ORDER", "event_id")
    if known != sorted(known):
        raise Refusal("DATE_ORDER", "replacement")


def correct_cooperative(
    one: Cooperative, original: Payload, replacement: Payload | None, *, has_members: bool
) -> Cooperative | None:
    """The cooperative after a correction; none when its registration is taken back."""
    match original, replacement:
        case CooperativeRegistered(), None:
            if has_members or _live(one.history):
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


def require_one_open(changed: Membership, others: Iterable[Membership]) -> None:
    """A membership that is open again must be the person's only one at the cooperative."""
    if changed.ended_on is None and any(
        other.id != changed.id and other.ended_on is None for other in others
    ):
        raise Refusal("CORRECTION_ORDER", "event_id")
