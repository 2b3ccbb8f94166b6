"""What a correction does to our own rows. Pure."""

from dataclasses import replace

from services.training.domain import Completion, Session, require_fit
from shared.errors import Refusal
from shared.events.training import SessionHeld, TrainingCompleted

FIXED = ("session", "unit", "training")
"""What a replacement may not change: it would speak of something else."""
_REPEATED = ("activity", "held_on", "modules")
"""What every attendance repeats of its session."""


def correct_session(
    one: Session, replacement: SessionHeld | None, *, attended: bool
) -> Session | None:
    """The session after a correction; none when it is taken back.

    What attendances repeat of a session is corrected there first: every event is complete by itself.
    """
    if replacement is None:
        if attended:
            raise Refusal("CORRECTION_ORDER", "event_id")
        return None
    changed = replace(one, **dict(replacement))
    if attended and any(getattr(one, name) != getattr(changed, name) for name in _REPEATED):
        raise Refusal("CORRECTION_ORDER", "event_id")
    require_fit(changed)
    return changed


def correct_completion(one: Completion, replacement: TrainingCompleted | None) -> Completion | None:
    """The completion after a correction; none when it is taken back."""
    if replacement is None:
        return None
    return replace(one, completed_on=replacement.completed_on, entitlement=replacement.entitlement)
