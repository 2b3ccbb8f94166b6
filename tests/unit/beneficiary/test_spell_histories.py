"""Random histories of a family that comes and goes keep what a spell promises."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.beneficiary import domain
from services.beneficiary.corrections import correct_family
from services.beneficiary.domain import Change, Decision
from services.beneficiary.family import Family
from shared.errors import Refusal
from shared.events.base import Payload, Programme
from shared.events.beneficiary import (
    ExitReason,
    FamilyChanged,
    FamilyEnrolled,
    FamilyExited,
    GraduationApproved,
    GraduationProposed,
    GraduationVerified,
)
from tests.kit.depth import examples
from tests.kit.families import ENROLLED, a_family, a_version

KINDS = ("enrol", "leave", "propose", "verify", "approve", "change", "assign")
Ask = tuple[str, int, int]
"""What is asked, on which day after the first enrolment, and a number to choose by."""
ASKS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 60), st.integers(1, 3)), max_size=40
)
ACCEPTABLE = {
    "CONFLICT", "SPELL_ORDER", "FAMILY_LEFT", "DATE_ORDER", "NOTHING_CHANGED", "NOT_FOUND",
    "ASSIGNED_ALREADY",
}  # fmt: skip


def ask(one: Family, what: Ask) -> Decision:
    """Apply one rule to the family."""
    kind, after, number = what
    day = ENROLLED + timedelta(days=after)
    programme = list(Programme)[number - 1]
    wanted = a_family(programme=programme, history=(a_version(effective_on=day),))
    rules: dict[str, Callable[[], Decision]] = {
        "enrol": lambda: domain.enrol_again(one, wanted),
        "leave": lambda: domain.leave(one, list(ExitReason)[number], day),
        "propose": lambda: domain.propose(one, UUID(int=after * 10 + number), day),
        "verify": lambda: domain.verify(one, day),
        "approve": lambda: domain.approve(one, day),
        "change": lambda: domain.change(one, Change(day, decile=number * 2)),
        "assign": lambda: domain.assign(one, UUID(int=number), day),
    }
    return rules[kind]()


@dataclass
class Played:
    """A family and everything that was published about it."""

    family: Family
    payloads: list[Payload]


def play(asks: list[Ask]) -> Played:
    """A history; what is refused changes nothing and says why."""
    family, payloads = domain.enrol(a_family())
    played = Played(family, [*payloads])
    for what in asks:
        before = played.family
        try:
            played.family, more = ask(before, what)
        except Refusal as refused:
            if refused.code not in ACCEPTABLE:
                raise
            continue
        played.payloads += more
    return played


def spells_published(payloads: list[Payload]) -> list[tuple[date, date | None, Programme]]:
    """What a reader of the events alone makes of them."""
    found: list[tuple[date, date | None, Programme]] = []
    for one in payloads:
        if isinstance(one, FamilyEnrolled):
            found.append((one.enrolled_on, None, one.programme))
        elif isinstance(one, FamilyExited):
            found[-1] = (found[-1][0], one.exited_on, found[-1][2])
        elif isinstance(one, GraduationApproved):
            found[-1] = (found[-1][0], one.approved_on, found[-1][2])
    return found


def spells_of(family: Family) -> list[tuple[date, date | None, Programme]]:
    """What the register says."""
    return [(family.since(one), one.until, one.programme) for one in family.spells]


def is_sound(family: Family) -> bool:
    """Spells follow each other; only the last may be open; versions count up."""
    spells = spells_of(family)
    apart = all(a[1] is not None and a[1] < b[0] for a, b in pairwise(spells))
    whole = all(until is None or since <= until for since, until, _ in spells)
    numbers = [one.version for one in family.history]
    return apart and whole and numbers == list(range(1, len(numbers) + 1))


@examples(300)
@given(ASKS)
def test_the_events_alone_give_the_spells_of_the_register(asks: list[Ask]) -> None:
    """Whatever was asked, in whatever order."""
    played = play(asks)
    assert is_sound(played.family)
    assert spells_published(played.payloads) == spells_of(played.family)
    numbered = (FamilyEnrolled, FamilyChanged)
    versions = [one.version for one in played.payloads if isinstance(one, numbered)]
    assert versions == list(range(1, len(played.family.history) + 1))


REPEATED: dict[type[Payload], Callable[[Family, Payload], Decision]] = {
    FamilyExited: lambda one, said: domain.leave(one, said.reason, said.exited_on),  # type: ignore[attr-defined]
    GraduationProposed: lambda one, said: domain.propose(one, UUID(int=0), said.proposed_on),  # type: ignore[attr-defined]
    GraduationVerified: lambda one, said: domain.verify(one, said.verified_on),  # type: ignore[attr-defined]
    GraduationApproved: lambda one, said: domain.approve(one, said.approved_on),  # type: ignore[attr-defined]
}


@examples(200)
@given(ASKS)
def test_every_recorded_step_is_known_again(asks: list[Ask]) -> None:
    """An old file sent again is a quiet acceptance, in whichever spell it was recorded."""
    played = play(asks)
    for said in played.payloads:
        if type(said) in REPEATED:
            assert REPEATED[type(said)](played.family, said) == (played.family, ())


DAY_OF = {
    FamilyEnrolled: "enrolled_on",
    FamilyExited: "exited_on",
    GraduationApproved: "approved_on",
}


def corrected(one: Family, said: Payload, new: Payload | None) -> Family | Refusal | None:
    """The family after a correction, or why it was refused."""
    try:
        return correct_family(one, said, new, referred=False)
    except Refusal as refused:
        return refused


@examples(300)
@given(ASKS, st.integers(0, 40), st.integers(-30, 30), st.booleans())
def test_a_correction_keeps_every_other_spell(
    asks: list[Ask], chosen: int, moved: int, taken_back: bool
) -> None:
    """It is refused, or the register is sound and the other spells are as they were."""
    played = play(asks)
    bounds = [one for one in played.payloads if type(one) in DAY_OF]
    said = bounds[chosen % len(bounds)]
    field = DAY_OF[type(said)]
    day = getattr(said, field) + timedelta(days=moved)
    new = None if taken_back else said.model_copy(update={field: day})
    before = spells_of(played.family)
    changed = corrected(played.family, said, new)
    if isinstance(changed, Refusal):
        assert changed.code in {"LATER_SPELL", "CORRECTION_ORDER", "DATE_ORDER"}
        assert changed.code != "LATER_SPELL" or changed.values["since"] in {b[0] for b in before}
        return
    if changed is None:
        assert len(before) == 1
        return
    assert is_sound(changed)
    after = spells_of(changed)
    assert len(after) in {len(before), len(before) - 1}
    assert sum(a != b for a, b in zip(before, after, strict=False)) <= 1


def test_the_histories_come_back_and_graduate() -> None:
    """The strategy reaches what it is about."""
    story: list[Ask] = [
        ("leave", 3, 1), ("enrol", 5, 2), ("propose", 6, 1), ("verify", 7, 1), ("approve", 8, 1),
        ("change", 9, 3), ("enrol", 10, 3),
    ]  # fmt: skip
    played = play(story)
    assert [one.programme for one in played.family.spells] == list(Programme)
    assert replace(played.family.past[1]).graduation is not None
