"""The rules of a family's record."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from services.beneficiary import domain
from services.beneficiary.domain import Change, Target
from shared.errors import Refusal
from shared.events.base import DecileBand
from shared.events.beneficiary import ExitReason, FamilyChanged
from tests.kit.families import (
    ENROLLED,
    MOTHER,
    NEIGHBOUR,
    SON,
    a_family,
    a_graduate,
    a_person,
    a_version,
)

FACILITATOR, OTHER = UUID(int=1), UUID(int=2)
CASE = UUID(int=9)
FEBRUARY, MARCH = date(2026, 2, 2), date(2026, 3, 3)


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    """The code of a refusal."""
    return refused.value.code


def test_enrolment_publishes_the_first_version() -> None:
    """The event carries the band, never the decile."""
    _, (fact,) = domain.enrol(a_family())
    facts = fact.model_dump(mode="json")
    assert (facts["enrolled_on"], facts["decile_band"]) == ("2026-01-05", "D1_2")
    assert "decile" not in facts


def test_a_change_carries_the_whole_new_record() -> None:
    """What is not asked to change stays as it was."""
    family, (fact,) = domain.change(a_family(), Change(FEBRUARY, region=NEIGHBOUR))
    assert (
        FamilyChanged(
            version=2,
            effective_on=FEBRUARY,
            region=NEIGHBOUR,
            decile_band=DecileBand.D1_2,
            persons=(a_person(),),
        )
        == fact
    )
    assert family.current.version == 2
    assert family.current.born == b"sealed"


def test_versions_count_up() -> None:
    """The third version follows the second."""
    family, _ = domain.change(a_family(), Change(FEBRUARY, decile=5))
    family, (fact,) = domain.change(family, Change(MARCH, decile=6))
    assert (fact.version, fact.decile_band) == (3, DecileBand.D6_10)  # type: ignore[attr-defined]


def test_the_same_change_again_is_no_change() -> None:
    """A change that was recorded is found again, even below a later one."""
    once, _ = domain.change(a_family(), Change(FEBRUARY, decile=5))
    twice, _ = domain.change(once, Change(MARCH, decile=6))
    assert (twice, ()) == domain.change(twice, Change(FEBRUARY, decile=5))


def test_a_change_that_changes_nothing_is_refused() -> None:
    """A version that says what the last one says would only add noise."""
    with pytest.raises(Refusal) as refused:
        domain.change(a_family(), Change(FEBRUARY, decile=2))
    assert code_of(refused) == "NOTHING_CHANGED"


def test_versions_never_go_back_in_time() -> None:
    """The version in force on a day would otherwise depend on the order of arrival."""
    family, _ = domain.change(a_family(), Change(MARCH, decile=5))
    with pytest.raises(Refusal) as refused:
        domain.change(family, Change(FEBRUARY, decile=6))
    assert code_of(refused) == "DATE_ORDER"


def test_a_version_may_replace_another_of_the_same_day() -> None:
    """Two changes of one day are in order: the higher version counts."""
    family, _ = domain.change(a_family(), Change(ENROLLED, decile=5))
    assert family.current.version == 2


def test_another_representative_is_a_change() -> None:
    """The same two adults with another head are not the same record."""
    before = a_version(persons=(a_person(), a_person(SON, representative=False)))
    after = (a_person(SON), a_person(MOTHER, representative=False))
    family, (fact,) = domain.change(
        a_family(history=(before,)), Change(FEBRUARY, persons=after, born=b"other")
    )
    assert after == fact.persons  # type: ignore[attr-defined]
    assert (family.current.representative, family.current.born) == (SON, b"other")


def test_a_version_that_was_taken_back_keeps_its_number() -> None:
    """Its number is not given again, and the record below it is in force."""
    history = (a_version(), a_version(version=2, effective_on=FEBRUARY, decile=9, taken_back=True))
    family, (fact,) = domain.change(a_family(history=history), Change(FEBRUARY, decile=5))
    assert (fact.version, family.current.decile) == (3, 5)  # type: ignore[attr-defined]


def test_a_facilitator_takes_over_from_a_later_day() -> None:
    """Assignments follow one another by at least a day."""
    family, _ = domain.assign(a_family(), FACILITATOR, ENROLLED)
    family, (fact,) = domain.assign(family, OTHER, FEBRUARY)
    assert fact.facilitator == OTHER  # type: ignore[attr-defined]
    assert family.assignments == ((ENROLLED, FACILITATOR), (FEBRUARY, OTHER))


def test_the_same_assignment_again_is_no_change() -> None:
    """Even after another facilitator took over."""
    family, _ = domain.assign(a_family(), FACILITATOR, ENROLLED)
    family, _ = domain.assign(family, OTHER, FEBRUARY)
    assert (family, ()) == domain.assign(family, FACILITATOR, ENROLLED)


def test_two_facilitators_cannot_take_over_on_one_day() -> None:
    """Nobody could tell who has the family."""
    family, _ = domain.assign(a_family(), FACILITATOR, FEBRUARY)
    with pytest.raises(Refusal) as refused:
        domain.assign(family, OTHER, FEBRUARY)
    assert code_of(refused) == "DATE_ORDER"


def test_a_facilitator_is_not_assigned_twice_running() -> None:
    """They have the family already."""
    family, _ = domain.assign(a_family(), FACILITATOR, ENROLLED)
    with pytest.raises(Refusal) as refused:
        domain.assign(family, FACILITATOR, FEBRUARY)
    assert code_of(refused) == "ASSIGNED_ALREADY"


def test_nobody_is_assigned_before_the_enrolment() -> None:
    """There is no family before that day."""
    with pytest.raises(Refusal) as refused:
        domain.assign(a_family(), FACILITATOR, date(2026, 1, 4))
    assert code_of(refused) == "DATE_ORDER"


def test_graduation_goes_step_by_step() -> None:
    """Proposed, verified, approved: one case, three facts, and the family has left."""
    family, proposed = domain.propose(a_family(), CASE, FEBRUARY)
    family, verified = domain.verify(family, FEBRUARY)
    assert not family.left
    family, approved = domain.approve(family, MARCH)
    assert {CASE} == {fact.graduation for fact in (*proposed, *verified, *approved)}  # type: ignore[attr-defined]
    assert family.left


def test_a_step_cannot_be_skipped() -> None:
    """Approval needs a verification, verification a proposal."""
    proposed, _ = domain.propose(a_family(), CASE, FEBRUARY)
    with pytest.raises(Refusal) as unproposed:
        domain.verify(a_family(), FEBRUARY)
    with pytest.raises(Refusal) as unverified:
        domain.approve(proposed, MARCH)
    assert {"NOT_FOUND"} == {code_of(unproposed), code_of(unverified)}


def test_graduation_dates_do_not_go_backwards() -> None:
    """A verification before the proposal is a mistake."""
    family, _ = domain.propose(a_family(), CASE, MARCH)
    with pytest.raises(Refusal) as refused:
        domain.verify(family, FEBRUARY)
    assert code_of(refused) == "DATE_ORDER"


def test_an_approval_does_not_precede_its_verification() -> None:
    """The family would leave before anybody looked."""
    family, _ = domain.propose(a_family(), CASE, FEBRUARY)
    family, _ = domain.verify(family, MARCH)
    with pytest.raises(Refusal) as refused:
        domain.approve(family, FEBRUARY)
    assert code_of(refused) == "DATE_ORDER"


def test_every_step_of_a_graduate_can_be_sent_again() -> None:
    """The same dates change nothing, though the family has left."""
    family = a_graduate()
    assert (family, ()) == domain.propose(family, UUID(int=7), date(2026, 2, 2))
    assert (family, ()) == domain.verify(family, date(2026, 2, 16))
    assert (family, ()) == domain.approve(family, date(2026, 3, 4))


def test_a_step_with_another_date_is_a_conflict() -> None:
    """The recorded date is mended by a correction, not by sending another."""
    with pytest.raises(Refusal) as refused:
        domain.approve(a_graduate(), date(2026, 3, 5))
    assert code_of(refused) == "CONFLICT"


def test_a_graduate_takes_no_more_steps() -> None:
    """No facilitator, no other exit after the graduation."""
    family, day = a_graduate(), date(2026, 4, 1)
    steps: tuple[Callable[[], object], ...] = (
        lambda: domain.assign(family, FACILITATOR, day),
        lambda: domain.leave(family, ExitReason.MOVED, day),
    )
    for step in steps:
        with pytest.raises(Refusal) as refused:
            step()
        assert code_of(refused) == "FAMILY_LEFT"


def test_a_family_that_left_cannot_graduate() -> None:
    """A competing exit is never a success."""
    family, _ = domain.leave(a_family(), ExitReason.DECEASED, FEBRUARY)
    with pytest.raises(Refusal) as refused:
        domain.propose(family, CASE, MARCH)
    assert code_of(refused) == "FAMILY_LEFT"


def test_the_same_exit_again_is_no_change() -> None:
    """Another reason or day is refused."""
    family, _ = domain.leave(a_family(), ExitReason.MOVED, FEBRUARY)
    assert (family, ()) == domain.leave(family, ExitReason.MOVED, FEBRUARY)
    with pytest.raises(Refusal):
        domain.leave(family, ExitReason.NATURAL, FEBRUARY)


def test_targets_count_their_versions_within_a_year() -> None:
    """A new value is the next version, the same value none."""
    first, facts = domain.set_target([], FACILITATOR, "35.09", 2026, 10)
    assert (first.version, len(facts)) == (1, 1)
    assert (first, ()) == domain.set_target([first], FACILITATOR, "35.09", 2026, 10)
    second, _ = domain.set_target([first], FACILITATOR, "35.09", 2026, 12)
    assert (second.version, second.target) == (2, 12)


def test_a_target_that_was_taken_back_can_be_set_again() -> None:
    """It gets a new version: the old number stays with what was taken back."""
    gone = Target(FACILITATOR, 2026, 1, "35.09", 10, taken_back=True)
    again, facts = domain.set_target([gone], FACILITATOR, "35.09", 2026, 10)
    assert (again.version, len(facts)) == (2, 1)
