"""A family on its way out of the programme, over HTTP: its steps, its corrections, its worklist."""

from datetime import date
from typing import Any
from uuid import UUID

from shared.events.base import Payload
from shared.events.cooperative import MembershipActivated
from shared.events.training import ActivityType, TrainingCompleted
from tests.kit.door import ANYONE, Door
from tests.kit.families import VILLAGE

CHANGES = "/v1/families/changes"
STEPS = (
    ("/v1/graduations/proposals", "proposed_on", "2026-02-02"),
    ("/v1/graduations/verifications", "verified_on", "2026-02-16"),
    ("/v1/graduations/approvals", "approved_on", "2026-03-04"),
)
JOINED, TRAINED = date(2026, 3, 10), date(2026, 4, 1)
ACTIVATED = MembershipActivated(
    membership=UUID(int=50), cooperative=UUID(int=60), region=VILLAGE, activated_on=JOINED
)
COMPLETED = TrainingCompleted(
    training=UUID(int=70), activity=ActivityType.TRAINING, completed_on=TRAINED
)


def of_family(number: str = "KPM-1", **other: Any) -> dict[str, Any]:
    """An item about a family."""
    return {"family_number": number} | other


def graduate(door: Door) -> str:
    """Take every step of the example family's graduation; gives the id of the approval."""
    result: dict[str, Any] = {}
    for path, field, day in STEPS:
        (result,) = door.items(path, of_family(**{field: day}))
    return str(result["id"])


def correct(
    door: Door, event_id: object, replacement: dict[str, Any] | None = None, *, token: str = ANYONE
) -> dict[str, Any]:
    """Correct an event; gives the answer."""
    body = {"event_id": str(event_id), "reason": "DATA_ENTRY", "replacement": replacement}
    return dict(door.post("/v1/corrections", body, token=token).json())


def last(door: Door, kind: str) -> tuple[str, dict[str, Any]]:
    """Id and data of the last event of a kind."""
    events = [event for event in door.events() if event.type.endswith(f".{kind}.v1")]
    data: Payload = events[-1].data
    return str(events[-1].id), data.model_dump(mode="json")


def worklist(door: Door, area: str = "35.09") -> list[tuple[object, ...]]:
    """Number, member since, trained on and ready of every family on the list."""
    answer = door.get(f"/v1/readiness?area={area}").json()
    keys = ("family_number", "member_since", "trained_on", "ready")
    return [tuple(one[key] for key in keys) for one in answer["families"]]
