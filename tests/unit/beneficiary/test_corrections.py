"""What a correction does to our own rows."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.beneficiary.corrections import correct_family, correct_target
from services.beneficiary.domain import Target
from services.beneficiary.family import Family, Graduation
from shared.errors import Refusal
from shared.events.base import DecileBand, Payload, Programme
from shared.events.beneficiary import (
    ExitReason,
    FacilitatorAssigned,
    FamilyChanged,
    FamilyEnrolled,
    FamilyExited,
    GraduationApproved,
    GraduationProposed,
    GraduationVerified,
    TargetSet,
)
from tests.kit.families import (
    ENROLLED,
    NEIGHBOUR,
    SON,
    VILLAGE,
    a_family,
    a_graduate,
    a_person,
    a_version,
)

CASE = UUID(int=9)
FEBRUARY = date(2026, 2, 2)


def enrolled(**other: object) -> FamilyEnrolled:
    """The enrolment that the example family caused."""
    one = FamilyEnrolled(
        programme=Programme.PKH,
        region=VILLAGE,
        enrolled_on=ENROLLED,
        decile_band=DecileBand.D1_2,
        persons=(a_person(),),
    )
    return one.model_copy(update=other)


def changed(**other: object) -> FamilyChanged:
    """The second version that the example family caused."""
    one = FamilyChanged(
        version=2,
        effective_on=FEBRUARY,
        region=NEIGHBOUR,
        decile_band=DecileBand.D1_2,
        persons=(a_person(),),
    )
    return one.model_copy(update=other)


def mend(
    one: Family, said: Payload, new: Payload | None, *, referred: bool = False
) -> Family | None:
    """Correct a family that is referred or not."""
    return correct_family(one, said, new, referred=referred)


def a_moved_family() -> Family:
    """A family with a second version."""
    second = a_version(version=2, effective_on=FEBRUARY, region=NEIGHBOUR)
    return a_family(history=(a_version(), second))


def test_an_enrolment_is_put_right_in_place() -> None:
    """Region, day, band and programme follow the replacement; the decile fits the band no more."""
    new = enrolled(region=NEIGHBOUR, decile_band=DecileBand.D5, programme=Programme.PKH_PLUS)
    mended = mend(a_family(), enrolled(), new)
    assert mended
    assert (
        mended.current.region,
        mended.current.band,
        mended.current.decile,
    ) == (NEIGHBOUR, DecileBand.D5, None)
    assert Programme.PKH_PLUS is mended.programme


def test_a_birth_date_stays_with_its_representative() -> None:
    """With another head the recorded birth date is somebody else's."""
    kept = mend(a_family(), enrolled(), enrolled(region=NEIGHBOUR))
    other = mend(a_family(), enrolled(), enrolled(persons=(a_person(SON),)))
    assert kept
    assert other
    assert (kept.current.born, other.current.born) == (b"sealed", None)


def test_an_enrolment_taken_back_forgets_the_family() -> None:
    """Its number can then be enrolled again."""
    assert None is mend(a_family(), enrolled(), None)


@pytest.mark.parametrize(
    "later",
    [
        {"assignments": ((ENROLLED, UUID(int=1)),)},
        {"graduation": Graduation(CASE, FEBRUARY)},
        {"exit": (ExitReason.MOVED, FEBRUARY)},
        {"history": (a_version(), a_version(version=2))},
    ],
)
def test_an_enrolment_with_later_facts_is_not_taken_back(later: dict[str, object]) -> None:
    """What depends on it must go first."""
    with pytest.raises(Refusal) as refused:
        mend(a_family(**later), enrolled(), None)
    assert refused.value.code == "CORRECTION_ORDER"


def test_an_enrolment_with_a_referral_is_not_taken_back() -> None:
    """The referred person belongs to the family."""
    with pytest.raises(Refusal):
        mend(a_family(), enrolled(), None, referred=True)


def test_a_version_is_put_right_or_taken_out() -> None:
    """Taken out, the version before is in force again."""
    right = mend(a_moved_family(), changed(), changed(decile_band=DecileBand.D5))
    out = mend(a_moved_family(), changed(), None)
    assert right
    assert out
    assert (right.current.version, right.current.band) == (2, DecileBand.D5)
    assert (out.current.version, len(out.history)) == (1, 2)


def test_a_correction_keeps_versions_in_order() -> None:
    """A version moved before the one below it would never be in force."""
    with pytest.raises(Refusal) as refused:
        mend(a_moved_family(), changed(), changed(effective_on=date(2025, 12, 1)))
    assert refused.value.code == "DATE_ORDER"


def test_an_assignment_is_moved_or_taken_out() -> None:
    """The facilitator of a day is a fact that can be wrong."""
    one, said = UUID(int=1), FacilitatorAssigned(facilitator=UUID(int=1), assigned_on=ENROLLED)
    family = a_family(assignments=((ENROLLED, one),))
    moved = mend(family, said, FacilitatorAssigned(facilitator=one, assigned_on=FEBRUARY))
    out = mend(family, said, None)
    assert moved
    assert out
    assert (((FEBRUARY, one),), ()) == (moved.assignments, out.assignments)


def test_a_graduate_comes_back_when_the_approval_is_taken_back() -> None:
    """The case is verified again and waits."""
    said = GraduationApproved(graduation=CASE, approved_on=date(2026, 3, 4))
    back = mend(a_graduate(), said, None)
    assert back
    assert back.graduation
    assert (back.left, back.graduation.approved_on) == (False, None)


def test_steps_are_taken_back_from_the_last() -> None:
    """A verification under an approval cannot be taken back."""
    verified = GraduationVerified(graduation=CASE, verified_on=date(2026, 2, 16))
    proposed = GraduationProposed(graduation=CASE, proposed_on=FEBRUARY)
    for said in (verified, proposed):
        with pytest.raises(Refusal) as refused:
            mend(a_graduate(), said, None)
        assert refused.value.code == "CORRECTION_ORDER"


def test_a_proposal_taken_back_closes_the_case() -> None:
    """A new case may then be opened."""
    family = a_family(graduation=Graduation(CASE, FEBRUARY))
    mended = mend(family, GraduationProposed(graduation=CASE, proposed_on=FEBRUARY), None)
    assert mended
    assert None is mended.graduation


def test_corrected_steps_stay_in_order() -> None:
    """A proposal cannot be moved behind its verification."""
    said = GraduationProposed(graduation=CASE, proposed_on=FEBRUARY)
    with pytest.raises(Refusal) as refused:
        mend(a_graduate(), said, said.model_copy(update={"proposed_on": date(2026, 2, 20)}))
    assert refused.value.code == "DATE_ORDER"


def test_an_exit_is_put_right_or_taken_back() -> None:
    """A family that never left may take steps again."""
    family = a_family(exit=(ExitReason.MOVED, FEBRUARY))
    said = FamilyExited(reason=ExitReason.MOVED, exited_on=FEBRUARY)
    right = mend(family, said, said.model_copy(update={"reason": ExitReason.NATURAL}))
    back = mend(family, said, None)
    assert right
    assert back
    assert (right.exit, back.exit) == ((ExitReason.NATURAL, FEBRUARY), None)


def test_a_target_is_put_right_or_keeps_its_number() -> None:
    """The number of a version that was taken back is not given again."""
    one = Target(UUID(int=1), 2026, 1, "35.09", 10)
    new = TargetSet(district="35.09", year=2026, target=8, version=1)
    assert replace(one, target=8) == correct_target(one, new)
    assert replace(one, taken_back=True) == correct_target(one, None)
