"""The rules of sessions, attendance and completed training."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.training import corrections, domain
from services.training.domain import Completion, Training
from shared.errors import Refusal
from shared.events.training import ActivityType, Module, SessionHeld, TrainingCompleted, Unit
from tests.kit.sessions import (
    PERSON,
    a_session,
    a_training,
    an_activation,
)

MARCH, APRIL, JUNE = date(2026, 3, 2), date(2026, 4, 1), date(2026, 6, 1)


def refused(action: Callable[[], object]) -> str:
    """The code with which an action is refused."""
    with pytest.raises(Refusal) as refusal:
        action()
    return refusal.value.code


def test_a_session_is_published_once() -> None:
    """The same number and content again stages nothing, other content is a conflict."""
    one, (fact,) = domain.hold(None, a_session())
    assert isinstance(fact, SessionHeld)
    assert (one.held_on, one.modules) == (fact.held_on, fact.modules)
    assert domain.hold(one, a_session(id=UUID(int=9))) == (one, ())
    assert refused(lambda: domain.hold(one, a_session(held_on=APRIL))) == "CONFLICT"


def test_a_sessions_village_lies_in_its_district() -> None:
    """A code of another district is refused, a similar prefix too."""
    assert refused(lambda: domain.hold(None, a_session(district="35.13"))) == "REGION_OUTSIDE"
    district_only = a_session(region=None)
    assert domain.hold(None, district_only)[0].place == "35.09"


def test_only_p2k2_teaches_modules() -> None:
    """An outreach session with modules is refused."""
    outreach = a_session(activity=ActivityType.OUTREACH)
    assert refused(lambda: domain.hold(None, outreach)) == "MODULES"
    assert domain.hold(None, replace(outreach, modules=()))[1]


def test_families_attend_p2k2_and_persons_all_else() -> None:
    """The unit of the fact follows the activity."""
    guidance = a_session(activity=ActivityType.TECHNICAL_GUIDANCE, modules=())
    assert (
        domain.attended(a_session()).unit,
        domain.attended(guidance).unit,
    ) == (Unit.FAMILY, Unit.PERSON)
    domain.require_unit(a_session(), Unit.FAMILY)
    assert refused(lambda: domain.require_unit(a_session(), Unit.PERSON)) == "ATTENDANT"
    assert refused(lambda: domain.require_unit(guidance, Unit.FAMILY)) == "ATTENDANT"


def test_attendance_repeats_what_its_session_was() -> None:
    """Every event is complete in itself."""
    fact = domain.attended(a_session())
    assert (a_session().id, MARCH, (Module.FAMILY_FINANCE,)) == (
        fact.session,
        fact.held_on,
        fact.modules,
    )


def test_a_training_is_completed_once_by_a_person() -> None:
    """The same day again stages nothing, another day is a conflict."""
    right = an_activation(5, MARCH)
    done, (fact,) = domain.complete(a_training(), None, PERSON, APRIL, right, areas="35.09")
    assert isinstance(fact, TrainingCompleted)
    assert right.membership == fact.entitlement == done.entitlement
    assert domain.complete(a_training(), done, PERSON, APRIL, None, areas="*") == (done, ())
    late = lambda: domain.complete(a_training(), done, PERSON, JUNE, None, areas="*")  # noqa: E731
    assert refused(late) == "CONFLICT"


def test_a_training_number_names_one_activity() -> None:
    """The first completion makes the course known."""
    known = a_training()
    other = Training(UUID(int=9), known.number, ActivityType.COACHING)
    assert domain.same_training(None, other) == other
    assert domain.same_training(known, replace(other, activity=known.activity)) == known
    assert refused(lambda: domain.same_training(known, other)) == "CONFLICT"


def test_the_oldest_open_right_is_taken_up_first() -> None:
    """Not one that began later or was taken up."""
    rights = [an_activation(3, APRIL), an_activation(1, MARCH), an_activation(4, JUNE)]
    oldest = domain.oldest_open(rights, set(), APRIL)
    assert oldest == an_activation(1, MARCH)
    second = domain.oldest_open(rights, {UUID(int=1)}, APRIL)
    assert second == an_activation(3, APRIL)
    assert domain.oldest_open(rights, {UUID(int=1), UUID(int=3)}, APRIL) is None


def test_a_right_lasts_ninety_days() -> None:
    """The last day in time is the ninetieth after joining."""
    assert domain.deadline(an_activation(1, MARCH)) == date(2026, 5, 31)


def test_a_session_is_taken_back_only_without_attendance() -> None:
    """And what attendances repeat of it is corrected there first."""
    one, correct = a_session(), corrections.correct_session
    moved = domain.held(a_session(held_on=APRIL))
    wider = domain.held(a_session(region=None))
    assert correct(one, None, attended=False) is None
    assert refused(lambda: correct(one, None, attended=True)) == "CORRECTION_ORDER"
    assert correct(one, moved, attended=False) == a_session(held_on=APRIL)
    assert refused(lambda: correct(one, moved, attended=True)) == "CORRECTION_ORDER"
    assert correct(one, wider, attended=True) == a_session(region=None)


def test_a_corrected_completion_moves_or_goes() -> None:
    """Day and right follow the replacement."""
    done = Completion(UUID(int=2), PERSON, APRIL, None)
    _, (fact,) = domain.complete(
        a_training(), None, PERSON, JUNE, an_activation(5, MARCH), areas="*"
    )
    assert isinstance(fact, TrainingCompleted)
    assert corrections.correct_completion(done, None) is None
    assert corrections.correct_completion(done, fact) == Completion(
        UUID(int=2), PERSON, JUNE, UUID(int=5)
    )
