"""What a correction does to our own rows. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from services.training.domain import Completion, Session, require_fit, require_group_fits
from services.training.groups import FamilyGroup, Joining
from shared.errors import Refusal
from shared.events.training import (
    FamilyGroupFormed,
    FamilyGroupJoined,
    SessionHeld,
    TrainingCompleted,
)

FIXED = ("session", "unit", "training")
"""What a replacement may not change: it would speak of something else."""
_REPEATED = ("activity", "held_on", "modules")
"""What every attendance repeats of its session."""


def correct_session(
    one: Session,
    replacement: SessionHeld | None,
    *,
    attended: bool,
    group: FamilyGroup | None = None,
) -> Session | None:
    """The session after a correction; none when it is taken back.

    `group` is the one that the replacement names. What attendances repeat of a session is corrected
    there first: every event is complete by itself.
    """
    if replacement is None:
        if attended:
            raise Refusal("CORRECTION_ORDER", "event_id")
        return None
    changed = replace(one, **dict(replacement))
    if attended and any(getattr(one, name) != getattr(changed, name) for name in _REPEATED):
        raise Refusal("CORRECTION_ORDER", "event_id")
    require_fit(changed)
    if group is not None:
        require_group_fits(group, changed)
    return changed


def correct_group(
    one: FamilyGroup, replacement: FamilyGroupFormed | None, first_day: date | None
) -> FamilyGroup | None:
    """The group after a correction; `first_day` is the first on which a family joined or it met."""
    if replacement is None:
        if first_day is not None:
            raise Refusal("CORRECTION_ORDER", "event_id")
        return None
    if replacement.group != one.id:
        raise Refusal("CORRECTION_SUBJECT", "replacement.group")
    if not replacement.region.startswith(replacement.district + "."):
        raise Refusal("REGION_OUTSIDE", "replacement.region")
    if first_day is not None and replacement.district != one.district:
        raise Refusal("CORRECTION_ORDER", "event_id")
    if first_day is not None and replacement.formed_on > first_day:
        raise Refusal("DATE_ORDER", "replacement")
    return replace(one, region=replacement.region, formed_on=replacement.formed_on)


def correct_joining(
    group: FamilyGroup,
    one: Joining,
    replacement: FamilyGroupJoined | None,
    others: Iterable[Joining],
) -> Joining | None:
    """The joining after a correction; `others` are the family's, `group` is the one it names."""
    if replacement is None:
        return None
    if replacement.joined_on < group.formed_on:
        raise Refusal("DATE_ORDER", "replacement")
    if any(o.id != one.id and o.joined_on == replacement.joined_on for o in others):
        raise Refusal("CONFLICT", "replacement")
    return replace(one, group=replacement.group, joined_on=replacement.joined_on)


def correct_completion(one: Completion, replacement: TrainingCompleted | None) -> Completion | None:
    """The completion after a correction; none when it is taken back."""
    if replacement is None:
        return None
    return replace(one, completed_on=replacement.completed_on, entitlement=replacement.entitlement)
