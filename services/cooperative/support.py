"""The rules of a cooperative's support: mentoring of its management, and capital that it got."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.cooperative.status import Cooperative
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.strengthening import (
    CapitalGranted,
    CapitalKind,
    MentoringKind,
    MentoringRecorded,
)

MENTORING, CAPITAL = "MENTORING", "CAPITAL"
"""The matters of support."""


@dataclass(frozen=True)
class Support:
    """Something that strengthened a cooperative on a day; its matter says which kinds there are."""

    id: UUID
    cooperative: UUID
    matter: str
    kind: str
    happened_on: date


def record_support(
    cooperative: Cooperative, past: Sequence[Support], wanted: Support, field: str
) -> tuple[Support, tuple[Payload, ...]]:
    """Support of a kind on a day: new, or recorded before; none before the cooperative was there."""
    for before in past:
        if replace(before, id=wanted.id) == wanted:
            return before, ()
    _require_founded(cooperative, wanted.happened_on, field)
    return wanted, (_recorded(wanted),)


def correct_support(
    cooperative: Cooperative,
    before: Support,
    others: Sequence[Support],
    new: MentoringRecorded | CapitalGranted | None,
) -> Support | None:
    """The support after a correction; none when it is taken back."""
    if new is None:
        return None
    day = new.mentored_on if isinstance(new, MentoringRecorded) else new.granted_on
    changed = replace(before, kind=new.kind.value, happened_on=day)
    _require_founded(cooperative, day, "replacement")
    if any(replace(other, id=before.id) == changed for other in others if other.id != before.id):
        raise Refusal("CONFLICT", "replacement")
    return changed


def _require_founded(cooperative: Cooperative, day: date, field: str) -> None:
    if day < cooperative.registered_on:
        raise Refusal("DATE_ORDER", field)


def _recorded(one: Support) -> Payload:
    if one.matter == MENTORING:
        return MentoringRecorded(
            mentoring=one.id,
            cooperative=one.cooperative,
            kind=MentoringKind(one.kind),
            mentored_on=one.happened_on,
        )
    return CapitalGranted(
        capital=one.id,
        cooperative=one.cooperative,
        kind=CapitalKind(one.kind),
        granted_on=one.happened_on,
    )
