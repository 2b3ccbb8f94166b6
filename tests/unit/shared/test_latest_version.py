"""The latest version of another owner's fact: the same in any order, however often received."""

from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID

from shared.application.latest_version import FactVersion, latest_version, version_of
from shared.events.cooperative import MembershipActivated, MembershipLapsed
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.envelope import Event
from tests.kit.families import VILLAGE, an_event

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def activated(day: date) -> MembershipActivated:
    """A membership activated on a day."""
    return MembershipActivated(
        membership=UUID(int=50), cooperative=UUID(int=60), region=VILLAGE, activated_on=day
    )


def corrected(number: int, second: int, replacement: MembershipActivated | None) -> Event:
    """A correction of event 1, recorded at that second."""
    data = FactCorrected(
        corrected=UUID(int=1),
        corrected_type="id.lintas.membership.activated.v1",
        reason=CorrectionReason.DATA_ENTRY,
        replacement=replacement.model_dump(mode="json") if replacement else None,
    )
    return an_event(number, data, second=second)


def version(event: Event) -> FactVersion[Any]:
    """What an event says about an activation."""
    found = version_of(event, MembershipActivated)
    assert found is not None
    return found


def folded(events: Any) -> FactVersion[Any] | None:
    """The version that counts after these events, in this order."""
    known = None
    for event in events:
        known = latest_version(known, version(event))
    return known


def test_the_latest_correction_counts_in_any_order() -> None:
    """The event, a withdrawal and a later replacement; some come twice."""
    first, second, last = (
        an_event(1, activated(MARCH)),
        corrected(2, 10, None),
        corrected(3, 20, activated(APRIL)),
    )
    for order in permutations([first, second, last, first, second, last]):
        assert folded(order) == version(last)


def test_a_withdrawal_after_a_replacement_leaves_no_data() -> None:
    """In any order, and the event of the fact is still named."""
    events = [
        an_event(1, activated(MARCH)),
        corrected(2, 10, activated(APRIL)),
        corrected(3, 20, None),
    ]
    for order in permutations(events):
        found = folded(order)
        assert found
        assert (found.event, found.data) == (UUID(int=1), None)


def test_of_two_corrections_at_one_moment_the_greater_id_counts() -> None:
    """The contract's own rule, so that every consumer agrees."""
    events = [corrected(2, 10, activated(APRIL)), corrected(3, 10, None)]
    for order in permutations(events):
        assert folded(order) == version(events[1])


def test_other_facts_and_their_corrections_are_no_versions() -> None:
    """Nor a correction of a type that this program does not know."""
    other = MembershipLapsed(membership=UUID(int=50), cooperative=UUID(int=60), lapsed_on=MARCH)
    correction = FactCorrected(
        corrected=UUID(int=1),
        corrected_type="id.lintas.membership.lapsed.v1",
        reason=CorrectionReason.DUPLICATE,
    )
    unknown = correction.model_copy(update={"corrected_type": "id.lintas.future.thing.v9"})
    events = [an_event(1, data) for data in (other, correction, unknown)]
    assert [version_of(event, MembershipActivated) for event in events] == [None] * 3
