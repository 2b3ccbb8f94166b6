"""What corrections do to our own rows."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from services.cooperative import corrections, domain, status
from services.cooperative.domain import Ending
from services.cooperative.status import StatusEntry
from shared.errors import Refusal
from shared.events.cooperative import (
    CooperativeStatus,
    MembershipActivated,
    MembershipApproved,
    MembershipResigned,
)
from tests.unit.cooperative.examples import (
    a_cooperative,
    a_group,
    a_member,
    a_membership,
)

FIFTH, TENTH, LAST = date(2026, 3, 5), date(2026, 3, 10), date(2026, 3, 31)


def refused(action: Callable[[], object]) -> str:
    """The code with which an action is refused."""
    with pytest.raises(Refusal) as refusal:
        action()
    return refusal.value.code


def activation(day: date) -> MembershipActivated:
    """The activation of the example member on a day."""
    one = a_member()
    return MembershipActivated(
        membership=one.id, cooperative=one.cooperative, region=one.region, activated_on=day
    )


def test_a_taken_back_activation_opens_the_step_again() -> None:
    """The applicant is approved again and can be activated on another day."""
    changed = corrections.correct_membership(a_member(), activation(TENTH), None)
    assert changed == a_membership(approved_on=FIFTH)
    step = domain.activate(a_cooperative(), [changed], LAST)
    assert step.membership.activated_on == LAST


def test_a_replaced_activation_moves_the_day() -> None:
    """As long as the order of the steps holds."""
    changed = corrections.correct_membership(a_member(), activation(TENTH), activation(LAST))
    assert changed == a_member(activated_on=LAST)
    early = activation(date(2026, 3, 4))
    assert (
        refused(lambda: corrections.correct_membership(a_member(), activation(TENTH), early))
        == "DATE_ORDER"
    )


def test_an_earlier_step_is_not_taken_back_under_a_later_one() -> None:
    """The approval of a member, or the application of somebody approved."""
    one = a_member()
    approved = MembershipApproved(membership=one.id, cooperative=one.cooperative, approved_on=FIFTH)
    (applied,) = domain.apply(a_cooperative(), [], a_membership()).payloads
    assert (
        refused(lambda: corrections.correct_membership(one, approved, None)) == "CORRECTION_ORDER"
    )
    assert refused(lambda: corrections.correct_membership(one, applied, None)) == "CORRECTION_ORDER"


def test_a_taken_back_application_leaves_nothing() -> None:
    """The person may apply again."""
    (applied,) = domain.apply(a_cooperative(), [], a_membership()).payloads
    assert corrections.correct_membership(a_membership(), applied, None) is None


def test_a_taken_back_resignation_reopens_the_membership() -> None:
    """Unless the person has joined again meanwhile."""
    ended = a_member(ended_on=LAST, ending=Ending.RESIGNED)
    fact = MembershipResigned(membership=ended.id, cooperative=ended.cooperative, resigned_on=LAST)
    changed = corrections.correct_membership(ended, fact, None)
    assert changed == a_member()
    again = a_membership(id=UUID(int=99))
    corrections.require_one_open(changed, [changed])
    assert refused(lambda: corrections.require_one_open(changed, [again])) == "CORRECTION_ORDER"


def test_a_registration_is_taken_back_only_while_nothing_needs_it() -> None:
    """Members or a status hold it."""
    one, (fact,) = status.register(None, a_cooperative())
    correct = corrections.correct_cooperative
    assert correct(one, fact, None, named=False) is None
    assert refused(lambda: correct(one, fact, None, named=True)) == "CORRECTION_ORDER"
    moved, _ = status.move_cooperative(one, CooperativeStatus.OPERATING, LAST)
    assert refused(lambda: correct(moved, fact, None, named=False)) == "CORRECTION_ORDER"


def test_a_taken_back_status_counts_no_more() -> None:
    """Its version stays taken."""
    one, (fact,) = status.move_cooperative(a_cooperative(), CooperativeStatus.CLOSED, LAST)
    changed = corrections.correct_cooperative(one, fact, None, named=True)
    assert changed is not None
    assert changed.history == (StatusEntry(1, "CLOSED", LAST, taken_back=True),)


def test_a_group_formed_by_mistake_is_forgotten() -> None:
    """And one with other content is rewritten."""
    one, (fact,) = status.form(None, a_group())
    assert corrections.correct_group(one, fact, None) is None
    new = fact.model_copy(update={"formed_on": LAST})
    assert corrections.correct_group(one, fact, new) == a_group(formed_on=LAST)
