"""The rules of membership."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from services.cooperative import domain
from services.cooperative.domain import Ending, Membership, Step
from services.cooperative.status import Cooperative
from shared.errors import Refusal
from shared.events.cooperative import (
    MembershipActivated,
    MembershipApplied,
    MembershipApproved,
    MembershipLapsed,
    MembershipResigned,
)
from tests.unit.cooperative.examples import (
    a_closed_cooperative,
    a_cooperative,
    a_member,
    a_membership,
    a_referral,
)

MARCH = {day: date(2026, 3, day) for day in range(1, 32)}
Rule = Callable[[Cooperative, list[Membership], date], Step]


def code_of(action: Callable[[], object]) -> str:
    """The code with which an action is refused."""
    with pytest.raises(Refusal) as refused:
        action()
    return refused.value.code


def test_an_application_becomes_a_membership_and_one_fact() -> None:
    """The fact carries the ids of the membership, the cooperative and the consent."""
    wanted = a_membership()
    step = domain.apply(a_cooperative(), [], wanted)
    (fact,) = step.payloads
    assert isinstance(fact, MembershipApplied)
    assert (wanted.id, wanted.consent, wanted.applied_on) == (
        fact.membership,
        fact.consent,
        fact.applied_on,
    )


def test_an_application_without_declaration_is_refused() -> None:
    """Membership is voluntary."""
    assert code_of(lambda: domain.require_voluntary(False)) == "NOT_VOLUNTARY"
    domain.require_voluntary(True)


def test_the_same_application_again_publishes_nothing() -> None:
    """Same person, cooperative and day: it was so already."""
    before = a_membership()
    step = domain.apply(a_cooperative(), [before], a_membership(sealed=b"other"))
    assert step == Step(before)


def test_a_person_has_one_open_membership_at_a_cooperative() -> None:
    """A second application on another day while the first is open is a conflict."""
    later = a_membership(applied_on=MARCH[2])
    assert code_of(lambda: domain.apply(a_cooperative(), [a_membership()], later)) == "CONFLICT"


def test_a_person_may_join_again_after_the_end() -> None:
    """The day after the last one as a member, not before."""
    ended = a_member(ended_on=MARCH[20], ending=Ending.RESIGNED)
    again = a_membership(applied_on=MARCH[21])
    same_day = a_membership(applied_on=MARCH[20])
    assert domain.apply(a_cooperative(), [ended], again).payloads
    assert code_of(lambda: domain.apply(a_cooperative(), [ended], same_day)) == "DATE_ORDER"


def test_nobody_applies_before_the_cooperative_was_registered() -> None:
    """Dates never go backwards."""
    young = a_cooperative(registered_on=MARCH[2])
    assert code_of(lambda: domain.apply(young, [], a_membership())) == "DATE_ORDER"


@pytest.mark.parametrize(
    ("rule", "before", "day"),
    [
        (lambda c, _, d: domain.apply(c, [], a_membership(applied_on=d)), a_membership(), MARCH[1]),
        (domain.approve, a_membership(), MARCH[5]),
        (domain.activate, a_membership(approved_on=MARCH[5]), MARCH[10]),
    ],
)
def test_a_closed_cooperative_takes_no_members(rule: Rule, before: Membership, day: date) -> None:
    """From the day of closing on; before it, all is well."""
    open_yet = a_closed_cooperative(date(2026, 3, 11))
    assert code_of(lambda: rule(a_closed_cooperative(day), [before], day)) == "COOPERATIVE_CLOSED"
    assert rule(open_yet, [before], day).payloads


def test_an_application_is_approved_once() -> None:
    """The same day again stages nothing, another day is a conflict."""
    step = domain.approve(a_cooperative(), [a_membership()], MARCH[5])
    assert isinstance(step.payloads[0], MembershipApproved)
    assert domain.approve(a_cooperative(), [step.membership], MARCH[5]).payloads == ()
    assert (
        code_of(lambda: domain.approve(a_cooperative(), [step.membership], MARCH[6])) == "CONFLICT"
    )


def test_nothing_is_approved_before_it_was_applied_for() -> None:
    """No application: not found. A day before it: out of order."""
    assert code_of(lambda: domain.approve(a_cooperative(), [], MARCH[5])) == "NOT_FOUND"
    before = a_membership(applied_on=MARCH[6])
    assert code_of(lambda: domain.approve(a_cooperative(), [before], MARCH[5])) == "DATE_ORDER"


def test_an_approved_applicant_is_activated_once() -> None:
    """The membership's id goes through all its facts."""
    approved = a_membership(approved_on=MARCH[5])
    step = domain.activate(a_cooperative(), [approved], MARCH[10])
    (fact,) = step.payloads
    assert isinstance(fact, MembershipActivated)
    assert (approved.id, approved.region) == (fact.membership, fact.region)
    assert domain.activate(a_cooperative(), [step.membership], MARCH[10]).payloads == ()
    again = [step.membership]
    assert code_of(lambda: domain.activate(a_cooperative(), again, MARCH[11])) == "CONFLICT"


def test_activation_needs_an_earlier_approval() -> None:
    """Not approved: not found. A day before the approval: out of order."""
    applied, approved = [a_membership()], [a_membership(approved_on=MARCH[5])]
    assert code_of(lambda: domain.activate(a_cooperative(), applied, MARCH[5])) == "NOT_FOUND"
    assert code_of(lambda: domain.activate(a_cooperative(), approved, MARCH[4])) == "DATE_ORDER"


@pytest.mark.parametrize(
    ("rule", "ending", "payload"),
    [
        (domain.lapse, Ending.LAPSED, MembershipLapsed),
        (domain.resign, Ending.RESIGNED, MembershipResigned),
    ],
)
def test_an_active_membership_ends_once(rule: Rule, ending: Ending, payload: type) -> None:
    """It ends on its last day; the same end again stages nothing."""
    step = rule(a_cooperative(), [a_member()], MARCH[20])
    assert isinstance(step.payloads[0], payload)
    assert (MARCH[20], ending) == (step.membership.ended_on, step.membership.ending)
    assert rule(a_cooperative(), [step.membership], MARCH[20]).payloads == ()


@pytest.mark.parametrize("rule", [domain.lapse, domain.resign])
def test_only_an_active_membership_ends(rule: Rule) -> None:
    """Not before activation, not twice in different ways."""
    other = a_member(ended_on=MARCH[12], ending=Ending.LAPSED)
    assert code_of(lambda: rule(a_cooperative(), [a_membership()], MARCH[20])) == "NOT_FOUND"
    assert code_of(lambda: rule(a_cooperative(), [a_member()], MARCH[9])) == "DATE_ORDER"
    assert code_of(lambda: rule(a_cooperative(), [other], MARCH[20])) == "NOT_FOUND"


def test_a_listed_row_takes_all_its_steps_or_none() -> None:
    """A wrong last date refuses the whole row."""
    begun = domain.apply(a_cooperative(), [], a_membership())
    steps = domain.listed_steps(
        a_cooperative(), [], begun, approved_on=MARCH[5], activated_on=MARCH[10]
    )
    assert [len(step.payloads) for step in steps] == [1, 1, 1]
    assert replace(a_member(), id=begun.membership.id) == steps[-1].membership
    assert (
        code_of(
            lambda: domain.listed_steps(
                a_cooperative(), [], begun, approved_on=MARCH[5], activated_on=MARCH[4]
            )
        )
        == "DATE_ORDER"
    )


def test_the_latest_referral_before_the_application_led_to_it() -> None:
    """A referral after the application did not."""
    referrals = [a_referral(1, MARCH[1]), a_referral(2, MARCH[3]), a_referral(3, MARCH[9])]
    assert a_referral(2, MARCH[3]).referral == domain.referral_for(referrals, MARCH[5])
    assert domain.referral_for(referrals, date(2026, 2, 1)) is None
