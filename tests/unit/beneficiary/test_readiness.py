"""The latest word on what other ministries told."""

from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID

from services.beneficiary.readiness import Kind, latest_words, word_of
from shared.events.cooperative import (
    CooperativeStatus,
    CooperativeStatusChanged,
    MembershipActivated,
    MembershipLapsed,
    MembershipResigned,
)
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.envelope import Event
from shared.events.training import ActivityType, TrainingCompleted
from tests.kit.families import VILLAGE, an_event

DAY = date(2026, 3, 1)
MEMBERSHIP, COOPERATIVE = UUID(int=50), UUID(int=60)
ACTIVATED = MembershipActivated(
    membership=MEMBERSHIP, cooperative=COOPERATIVE, region=VILLAGE, activated_on=DAY
)


def corrected(number: int, second: int, replacement: dict[str, Any] | None) -> Event:
    """A correction of event 1."""
    data = FactCorrected(
        corrected=UUID(int=1),
        corrected_type="id.lintas.membership.activated.v1",
        reason=CorrectionReason.DATA_ENTRY,
        replacement=replacement,
    )
    return an_event(number, data, second=second)


def test_each_kind_of_progress_is_heard() -> None:
    """Activated, lapsed, resigned, trained."""
    lapsed = MembershipLapsed(membership=MEMBERSHIP, cooperative=COOPERATIVE, lapsed_on=DAY)
    resigned = MembershipResigned(membership=MEMBERSHIP, cooperative=COOPERATIVE, resigned_on=DAY)
    trained = TrainingCompleted(
        training=UUID(int=70), activity=ActivityType.TRAINING, completed_on=DAY
    )
    words = [
        word_of(an_event(n, data)) for n, data in enumerate((ACTIVATED, lapsed, resigned, trained))
    ]
    kinds = [word.kind for word in words if word]
    assert kinds == [Kind.ACTIVATED, Kind.ENDED, Kind.ENDED, Kind.TRAINED]


def test_everything_else_says_nothing_about_readiness() -> None:
    """Neither other facts nor their corrections."""
    status = CooperativeStatusChanged(
        status=CooperativeStatus.OPERATING, effective_on=DAY, version=1
    )
    other = FactCorrected(
        corrected=UUID(int=1),
        corrected_type="id.lintas.cooperative.status_changed.v1",
        reason=CorrectionReason.DUPLICATE,
    )
    unknown = other.model_copy(update={"corrected_type": "id.lintas.future.thing.v9"})
    assert [word_of(an_event(1, data)) for data in (status, other, unknown)] == [None] * 3


def test_any_order_and_any_repetition_ends_in_the_same_words() -> None:
    """The event, an earlier and a later correction: the latest correction counts."""
    moved = ACTIVATED.model_dump(mode="json") | {"activated_on": "2026-04-01"}
    events = [an_event(1, ACTIVATED), corrected(2, 10, None), corrected(3, 20, moved)]
    ends = set()
    for order in permutations([*events, events[0], events[1]]):
        words: dict[UUID, Any] = {}
        for event in order:
            words = latest_words(words, [word for word in [word_of(event)] if word])
        ends.add(tuple(words.values()))
    (end,) = ends
    assert [date(2026, 4, 1)] == [word.day for word in end]


def test_of_two_corrections_at_one_moment_the_greater_id_counts() -> None:
    """The contract's own rule, so that every listener agrees."""
    back, moved = (
        corrected(2, 10, ACTIVATED.model_dump(mode="json")),
        corrected(3, 10, None),
    )
    said = [word for word in map(word_of, (moved, back)) if word]
    assert [word.day for word in latest_words({}, said).values()] == [None]
