"""The latest version of a fact that another owner published: the event, or its last correction.

Events come in any order and more than once; the version that counts is the same in every order.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Row

from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE
from shared.events.corrections import FactCorrected
from shared.events.envelope import Event

Rank = tuple[datetime, UUID]
"""When the owner recorded a correction, and its id: the highest counts."""
P = TypeVar("P", bound=Payload)


@dataclass(frozen=True)
class FactVersion(Generic[P]):
    """One version of one event of another owner."""

    event: UUID
    """Id of the event itself, never of its correction."""
    subject: str
    kind: type[P]
    data: P | None
    """None: the event was taken back."""
    corrected: Rank | None = None
    """Rank of the correction that this is; none: the event itself."""


class Versioned(Protocol):
    """What can be compared: a `FactVersion`, or what a service made of one."""

    @property
    def event(self) -> UUID:
        """Id of the event itself."""

    @property
    def corrected(self) -> Rank | None:
        """Rank of the correction; none: the event itself."""


V = TypeVar("V", bound=Versioned)


def version_of(event: Event, *kinds: type[P]) -> FactVersion[P] | None:
    """The version that an event is, of a fact of these kinds; none for all other events."""
    data = event.data
    for kind in kinds:
        if isinstance(data, kind):
            return FactVersion(event.id, event.subject, kind, data)
    if not isinstance(data, FactCorrected):
        return None
    kind_corrected: Any = CATALOGUE.get(data.corrected_type)
    if kind_corrected not in kinds:
        return None
    new = data.replacement and kind_corrected.model_validate(data.replacement, extra="ignore")
    rank = (event.recordedtime, event.id)
    return FactVersion(data.corrected, event.subject, kind_corrected, new or None, rank)


def latest_version(known: V | None, new: V) -> V:
    """Of two versions of one event the one that counts."""
    if known is None:
        return new
    if new.corrected is None:
        return known
    return new if known.corrected is None or new.corrected > known.corrected else known


def keep_latest(
    connection: Connection,
    new: Iterable[V],
    load: Callable[[Connection, Collection[UUID]], dict[UUID, V]],
    save: Callable[[Connection, Collection[V]], None],
) -> None:
    """Load what is known of these events, and save for each the version that counts."""
    versions = list(new)
    known = load(connection, {one.event for one in versions})
    for one in versions:
        known[one.event] = latest_version(known.get(one.event), one)
    # one order for everybody, so that two batches cannot wait for each other
    save(connection, sorted(known.values(), key=lambda one: one.event))


def version_in(row: Row[Any], kind: type[P], *, content: str) -> FactVersion[P]:
    """The version in a row: its event and person, its payload as JSON in `content`, its rank."""
    kept = getattr(row, content)
    data = kind.model_validate_json(kept) if kept else None
    return FactVersion(row.event, row.person, kind, data, rank_in(row))


def version_columns(one: FactVersion[P], *fields: str, content: str) -> dict[str, Any]:
    """The row of a version, with these fields of its payload in columns of their own."""
    return {
        "event": one.event,
        "person": one.subject,
        **{name: getattr(one.data, name) if one.data else None for name in fields},
        content: one.data.model_dump_json() if one.data else None,
        **rank_columns(one),
    }


def rank_in(row: Row[Any]) -> Rank | None:
    """The rank in the columns `corrected_at` and `corrected_by` of a row."""
    return (row.corrected_at, row.corrected_by) if row.corrected_at else None


def rank_columns(one: Versioned) -> dict[str, Any]:
    """These two columns of a version."""
    corrected_at, corrected_by = one.corrected or (None, None)
    return {"corrected_at": corrected_at, "corrected_by": corrected_by}
