"""The rules of a family's record: data in, data out; no clock, no database, no keys.

A rule gives the family after the decision and the payloads of its events; no payloads mean that it
was recorded before, so that asking twice is harmless.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from services.beneficiary.eligibility import decile_band
from services.beneficiary.family import Family, Graduation, Version, with_spells
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.beneficiary import (
    ExitReason,
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


@dataclass(frozen=True)
class Change:
    """What is asked to change in a record; none leaves a part as it is."""

    effective_on: date
    region: str | None = None
    decile: int | None = None
    persons: tuple[FamilyPerson, ...] | None = None
    born: bytes | None = None


@dataclass(frozen=True)
class Target:
    """One version of a facilitator's target for a year."""

    facilitator: UUID
    year: int
    version: int
    district: str
    target: int
    taken_back: bool = False


@dataclass(frozen=True)
class Facilitator:
    """A facilitator by number; the id names nobody, `sealed` says who it is."""

    id: UUID
    number: str
    district: str
    sealed: bytes


Decision = tuple[Family, tuple[Payload, ...]]


def require_same(before: str, wanted: str, field: str) -> None:
    """A number that is recorded already must come with the same content."""
    if before != wanted:
        raise Refusal("CONFLICT.number", field)


def enrol(wanted: Family) -> Decision:
    """A family that nobody enrolled before."""
    first = wanted.current
    fact = FamilyEnrolled(
        programme=wanted.programme,
        region=first.region,
        enrolled_on=first.effective_on,
        decile_band=first.band,
        persons=first.persons,
        version=first.version,
    )
    return wanted, (fact,)


def enrol_again(family: Family, wanted: Family) -> Decision:
    """A new spell of a family that left, as `wanted` is enrolled; its record counts on."""
    first, until = wanted.current, family.spell.until
    if until is None:
        raise Refusal("CONFLICT.number", "nomor_keluarga")
    if first.effective_on <= until:
        raise Refusal("SPELL_ORDER", "tanggal_masuk", until=until)
    if first.effective_on < family.current.effective_on:
        raise Refusal("SPELL_ORDER.version", "tanggal_masuk", since=family.current.effective_on)
    number = family.history[-1].version + 1
    spell = replace(wanted.spell, first=number)
    history = (*family.history, replace(first, version=number))
    again = replace(with_spells(family, (*family.spells, spell)), history=history)
    _, (fact,) = enrol(replace(wanted, history=history[-1:], first=number))
    return again, (fact,)


def change(family: Family, asked: Change) -> Decision:
    """The family with the next version of its record; versions never go back in time.

    A graduate's record goes on: whether a family falls back shows in its decile.
    """
    if any(_says(one, asked, one.effective_on) for one in family.live if one.version > 1):
        return family, ()
    last = family.current
    if family.exit is not None:
        raise Refusal("FAMILY_LEFT", "family_number")
    _require_not_before(last.effective_on, asked.effective_on, "effective_on")
    if _says(last, asked, asked.effective_on):
        raise Refusal("NOTHING_CHANGED", "effective_on")
    new = _next(last, asked, family.history[-1].version + 1)
    fact = FamilyChanged(
        version=new.version,
        effective_on=new.effective_on,
        region=new.region,
        decile_band=new.band,
        persons=new.persons,
    )
    return replace(family, history=(*family.history, new)), (fact,)


def restate(family: Family, asked: Change) -> Decision:
    """The same, where a list says everything of every month: what holds on that day is no change."""
    if (asked.region, asked.decile, asked.persons) == (None, None, None):
        raise Refusal("CHANGE_EMPTY", "decile")
    before = [one for one in family.live if one.effective_on <= asked.effective_on]
    if before and _says(before[-1], asked, asked.effective_on):
        return family, ()
    return change(family, asked)


def assign(family: Family, facilitator: UUID, day: date) -> Decision:
    """Give a family a facilitator, from a day after the last assignment began."""
    if (day, facilitator) in family.assignments:
        return family, ()
    earliest = family.enrolled_on
    if family.assignments and family.assignments[-1][0] >= earliest:
        last_day, last = family.assignments[-1]
        earliest = last_day + timedelta(days=1)
        if last == facilitator and day > last_day:
            raise Refusal("ASSIGNED_ALREADY", "facilitator_number")
    _require_open(family, day, earliest, "assigned_on")
    fact = FacilitatorAssigned(facilitator=facilitator, assigned_on=day)
    return replace(family, assignments=(*family.assignments, (day, facilitator))), (fact,)


def propose(family: Family, case: UUID, day: date) -> Decision:
    """Open the case of a self-sufficient graduation."""
    if _was_recorded(family, "proposed_on", day):
        return family, ()
    if family.graduation is not None:
        return _again(family, family.graduation.proposed_on, day, "proposed_on")
    _require_open(family, day, family.enrolled_on, "proposed_on")
    fact = GraduationProposed(graduation=case, proposed_on=day)
    return replace(family, graduation=Graduation(case, day)), (fact,)


def verify(family: Family, day: date) -> Decision:
    """A proposed graduation was verified in the field."""
    case = family.graduation
    if _was_recorded(family, "verified_on", day):
        return family, ()
    if case is None:
        raise Refusal("NOT_FOUND", "verified_on")
    if case.verified_on is not None:
        return _again(family, case.verified_on, day, "verified_on")
    _require_open(family, day, case.proposed_on, "verified_on")
    fact = GraduationVerified(graduation=case.id, verified_on=day)
    return replace(family, graduation=replace(case, verified_on=day)), (fact,)


def approve(family: Family, day: date) -> Decision:
    """A verified graduation was approved: the family leaves the programme on that day."""
    case = family.graduation
    if _was_recorded(family, "approved_on", day):
        return family, ()
    if case is not None and case.approved_on is not None:
        return _again(family, case.approved_on, day, "approved_on")
    if case is None or case.verified_on is None:
        raise Refusal("NOT_FOUND", "approved_on")
    _require_open(family, day, case.verified_on, "approved_on")
    fact = GraduationApproved(graduation=case.id, approved_on=day)
    return replace(family, graduation=replace(case, approved_on=day)), (fact,)


def leave(family: Family, reason: ExitReason, day: date) -> Decision:
    """A family left for another reason than self-sufficient graduation."""
    if any(spell.exit == (reason, day) for spell in family.spells):
        return family, ()
    _require_open(family, day, family.enrolled_on, "exited_on")
    fact = FamilyExited(reason=reason, exited_on=day)
    return replace(family, exit=(reason, day)), (fact,)


def set_target(
    past: Sequence[Target], facilitator: UUID, district: str, year: int, target: int
) -> tuple[Target, tuple[Payload, ...]]:
    """The next version of a facilitator's target for a year, after the past ones."""
    live = [one for one in past if not one.taken_back]
    if live and (live[-1].district, live[-1].target) == (district, target):
        return live[-1], ()
    version = past[-1].version + 1 if past else 1
    fact = TargetSet(district=district, year=year, target=target, version=version)
    return Target(facilitator, year, version, district, target), (fact,)


def _says(version: Version, asked: Change, on: date) -> bool:
    """Whether a version holds, from the day that is asked, everything that is asked."""
    return (
        on == asked.effective_on
        and asked.region in (None, version.region)
        and asked.decile in (None, version.decile)
        and (asked.persons is None or _who(asked.persons) == _who(version.persons))
    )


def _who(persons: Sequence[FamilyPerson]) -> set[tuple[str, bool]]:
    return {(one.person, one.representative) for one in persons}


def _next(last: Version, asked: Change, number: int) -> Version:
    return Version(
        version=number,
        effective_on=asked.effective_on,
        region=asked.region or last.region,
        decile=asked.decile or last.decile,
        band=last.band if asked.decile is None else decile_band(asked.decile),
        persons=last.persons if asked.persons is None else asked.persons,
        born=last.born if asked.persons is None else asked.born,
    )


def _require_open(family: Family, day: date, earliest: date, field: str) -> None:
    if family.left:
        raise Refusal("FAMILY_LEFT", "family_number")
    _require_not_before(earliest, day, field)


def _require_not_before(earliest: date, day: date, field: str) -> None:
    if day < earliest:
        raise Refusal("DATE_ORDER", field)


def _was_recorded(family: Family, step: str, day: date) -> bool:
    """Whether an earlier spell has this step of its graduation on this day."""
    return any(getattr(spell.graduation, step, None) == day for spell in family.past)


def _again(family: Family, recorded: date, day: date, field: str) -> Decision:
    if recorded != day:
        raise Refusal("CONFLICT", field)
    return family, ()
