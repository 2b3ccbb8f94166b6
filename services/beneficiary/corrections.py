"""What a correction does to our own rows. Pure.

Enrolment, changes, assignments, graduation, exit and target are put right in place; a family whose
enrolment is taken back is forgotten, so that its number can be enrolled again. The business type and
what is sealed are no part of any event and stay as they are.
"""

from dataclasses import replace

from services.beneficiary.domain import Family, Graduation, Target, Version
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.beneficiary import (
    FacilitatorAssigned,
    FamilyChanged,
    FamilyEnrolled,
    FamilyExited,
    FamilyPerson,
    GraduationApproved,
    GraduationProposed,
    GraduationVerified,
    TargetSet,
)

FIXED = ("version", "graduation", "referral", "family", "year")
"""What a replacement may not change: it would speak of something else."""


def correct_family(
    one: Family, said: Payload, replacement: Payload | None, *, referred: bool
) -> Family | None:
    """The family after a correction; none when its enrolment is taken back.

    `said` is what the corrected event says so far: its own data or that of its last correction.
    """
    changed = _corrected(one, said, replacement, referred)
    if changed is not None:
        _require_order(changed)
    return changed


def correct_target(one: Target, replacement: Payload | None) -> Target:
    """A version of a target after its correction; one that is taken back keeps its number."""
    if not isinstance(replacement, TargetSet):
        return replace(one, taken_back=True)
    return replace(one, district=replacement.district, target=replacement.target)


def _corrected(
    one: Family, said: Payload, replacement: Payload | None, referred: bool
) -> Family | None:
    match said, replacement:
        case FamilyEnrolled(), None:
            if referred or len(one.live) > 1 or one.assignments or one.graduation or one.exit:
                raise Refusal("CORRECTION_ORDER", "event_id")
            return None
        case FamilyEnrolled(), FamilyEnrolled() as new:
            first = _rewritten(one.history[0], new)
            return replace(one, programme=new.programme, history=(first, *one.history[1:]))
        case FamilyChanged(version=number), new:
            history = tuple(
                _rewritten(entry, new) if entry.version == number else entry
                for entry in one.history
            )
            return replace(one, history=history)
        case FacilitatorAssigned(), new:
            return _reassigned(one, said, new)
        case FamilyExited(), new:
            left = (new.reason, new.exited_on) if isinstance(new, FamilyExited) else None
            return replace(one, exit=left)
    return replace(one, graduation=_corrected_case(one.graduation, said, replacement))


def _rewritten(version: Version, new: Payload | None) -> Version:
    if not isinstance(new, FamilyEnrolled | FamilyChanged):
        return replace(version, taken_back=True)
    same_head = _representative(new.persons) == version.representative
    return Version(
        version=version.version,
        effective_on=new.enrolled_on if isinstance(new, FamilyEnrolled) else new.effective_on,
        region=new.region,
        decile=version.decile if new.decile_band == version.band else None,
        band=new.decile_band,
        persons=new.persons,
        born=version.born if same_head else None,
    )


def _representative(persons: tuple[FamilyPerson, ...]) -> str | None:
    return next((one.person for one in persons if one.representative), None)


def _reassigned(one: Family, said: FacilitatorAssigned, new: Payload | None) -> Family:
    others = [kept for kept in one.assignments if kept != (said.assigned_on, said.facilitator)]
    if isinstance(new, FacilitatorAssigned):
        if any(day == new.assigned_on for day, _ in others):
            raise Refusal("CONFLICT", "replacement.assigned_on")
        others.append((new.assigned_on, new.facilitator))
    return replace(one, assignments=tuple(sorted(others)))


def _corrected_case(
    case: Graduation | None, said: Payload, replacement: Payload | None
) -> Graduation | None:
    match case, said, replacement:
        case Graduation(), GraduationProposed(), None:
            if case.verified_on:
                raise Refusal("CORRECTION_ORDER", "event_id")
            return None
        case Graduation(), GraduationProposed(), GraduationProposed() as new:
            return replace(case, proposed_on=new.proposed_on)
        case Graduation(), GraduationVerified(), new:
            if new is None and case.approved_on:
                raise Refusal("CORRECTION_ORDER", "event_id")
            return replace(case, verified_on=getattr(new, "verified_on", None))
        case Graduation(), GraduationApproved(), new:
            return replace(case, approved_on=getattr(new, "approved_on", None))
    raise TypeError(f"no correction for {type(said).__name__}")


def _require_order(one: Family) -> None:
    versions = [entry.effective_on for entry in one.live]
    case = one.graduation
    steps = [case.proposed_on, case.verified_on, case.approved_on] if case else []
    dates = [step for step in steps if step is not None]
    others = dates + [day for day, _ in one.assignments] + ([one.exit[1]] if one.exit else [])
    if versions != sorted(versions) or dates != sorted(dates):
        raise Refusal("DATE_ORDER", "replacement")
    if any(day < one.enrolled_on for day in others):
        raise Refusal("DATE_ORDER", "replacement")
