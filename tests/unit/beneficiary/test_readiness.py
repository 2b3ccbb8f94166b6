"""What the events of other ministries say about readiness."""

from datetime import date
from typing import Any
from uuid import UUID

from services.beneficiary.readiness import Kind, progress_of
from shared.events.cooperative import (
    CooperativeStatus,
    CooperativeStatusChanged,
    MembershipActivated,
    MembershipLapsed,
    MembershipResigned,
)
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.envelope import Event
from shared.events.membership import MembershipReinstated
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


def test_each_kind_of_progress_is_read() -> None:
    """Activated, lapsed, resigned, back, trained."""
    lapsed = MembershipLapsed(membership=MEMBERSHIP, cooperative=COOPERATIVE, lapsed_on=DAY)
    resigned = MembershipResigned(membership=MEMBERSHIP, cooperative=COOPERATIVE, resigned_on=DAY)
    back = MembershipReinstated(membership=MEMBERSHIP, cooperative=COOPERATIVE, reinstated_on=DAY)
    trained = TrainingCompleted(
        training=UUID(int=70), activity=ActivityType.TRAINING, completed_on=DAY
    )
    found = [
        progress_of(an_event(n, data))
        for n, data in enumerate((ACTIVATED, lapsed, resigned, back, trained))
    ]
    kinds = [one.kind for one in found if one]
    assert kinds == [Kind.ACTIVATED, Kind.ENDED, Kind.ENDED, Kind.RETURNED, Kind.TRAINED]


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
    assert [progress_of(an_event(1, data)) for data in (status, other, unknown)] == [None] * 3


def test_a_correction_speaks_of_the_event_that_it_corrects() -> None:
    """Replaced, it has the new day; taken back, it has none and no membership."""
    moved = progress_of(corrected(2, 10, ACTIVATED.model_dump(mode="json")))
    back = progress_of(corrected(3, 20, None))
    assert moved
    assert (moved.event, moved.reference, moved.day) == (UUID(int=1), MEMBERSHIP, DAY)
    assert back
    assert (back.event, back.kind, back.day) == (UUID(int=1), Kind.ACTIVATED, None)
