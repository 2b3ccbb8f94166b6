"""What a correction does to our own rows. Pure.

Enrolment, changes, assignments, graduation, exit and target are put right in place, in the spell that
the event is about; what would make a later spell impossible is refused. A family whose only
enrolment is taken back is forgotten, so that its number can be enrolled again. The business type and
what is sealed are no part of any event and stay as they are.
"""

from dataclasses import replace
from datetime import date
from itertools import pairwise

from services.beneficiary.domain import Target
from services.beneficiary.family import Family, Graduation, Spell, Version, with_spells
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
    `referred`: whether the family was referred in the spell that an enrolment began.
    """
    changed = _corrected(one, said, replacement, referred)
    if changed is not None:
        _require_order(changed, one)
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
            return _unenrolled(one, said, referred)
        case FamilyEnrolled(version=number), FamilyEnrolled() as new:
            place = next(n for n, spell in enumerate(one.spells) if spell.first == number)
            return _with_version(
                _with_spell(one, place, replace(one.spells[place], programme=new.programme)),
                number,
                new,
            )
        case FamilyChanged(version=number), new:
            return _with_version(one, number, new)
        case FacilitatorAssigned(), new:
            return _reassigned(one, said, new)
        case FamilyExited(), new:
            was = (said.reason, said.exited_on)
            place = next(n for n, spell in enumerate(one.spells) if spell.exit == was)
            left = (new.reason, new.exited_on) if isinstance(new, FamilyExited) else None
            return _with_spell(one, place, replace(one.spells[place], exit=left))
    place = _spell_of_case(one, said)
    spell = one.spells[place]
    case = _corrected_case(spell.graduation, said, replacement)
    return _with_spell(one, place, replace(spell, graduation=case))


def _with_spell(one: Family, place: int, spell: Spell) -> Family:
    return with_spells(one, (*one.spells[:place], spell, *one.spells[place + 1 :]))


def _with_version(one: Family, number: int, new: Payload | None) -> Family:
    history = tuple(
        _rewritten(entry, new) if entry.version == number else entry for entry in one.history
    )
    return replace(one, history=history)


def _spell_of_case(one: Family, said: Payload) -> int:
    case = getattr(said, "graduation", None)
    found = (n for n, spell in enumerate(one.spells) if spell.graduation)
    return next(n for n in found if getattr(one.spells[n].graduation, "id", None) == case)


def _unenrolled(one: Family, said: FamilyEnrolled, referred: bool) -> Family | None:
    """Without the last spell, if nothing depends on it; none when it was the only one."""
    later = next((spell for spell in one.past if spell.first == said.version), None)
    if later is not None:
        following = one.spells[one.spells.index(later) + 1]
        raise Refusal("LATER_SPELL", "event_id", since=one.since(following))
    assigned = any(day >= one.enrolled_on for day, _ in one.assignments)
    changed = one.current.version > one.first
    if referred or changed or assigned or one.graduation or one.exit:
        raise Refusal("CORRECTION_ORDER", "event_id")
    if not one.past:
        return None
    return with_spells(_with_version(one, one.first, None), one.past)


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


def _require_order(one: Family, before: Family) -> None:
    for earlier, later in pairwise(one.spells):
        if earlier.until is None or earlier.until >= one.since(later):
            raise Refusal("LATER_SPELL", "event_id", since=before.since(later))
    versions = [entry.effective_on for entry in one.live]
    first = one.since(one.spells[0])
    if versions != sorted(versions) or any(day < first for day, _ in one.assignments):
        raise Refusal("DATE_ORDER", "replacement")
    for spell in one.spells:
        _require_steps(spell, one.since(spell))


def _require_steps(spell: Spell, since: date) -> None:
    case = spell.graduation
    steps = [case.proposed_on, case.verified_on, case.approved_on] if case else []
    days = [step for step in steps if step is not None]
    if days != sorted(days):
        raise Refusal("DATE_ORDER", "replacement")
    if any(day < since for day in days + ([spell.exit[1]] if spell.exit else [])):
        raise Refusal("DATE_ORDER", "replacement")
