"""What a service says about its corrections: for each type of event, which thing it is about.

_SESSIONS = Correctable(lock=session, find=..., places=own_region, correct=..., save=..., forget=...)
CORRECTIONS = CorrectionRules(..., things={SessionHeld: _SESSIONS}, references={})
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Column, Connection, MetaData, String, Table, Uuid, delete, select

from shared.application.places import narrowest, places_of
from shared.events.base import Payload
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.envelope import Event, Fact, with_sequence
from shared.events.reading import parse
from shared.outbox.table import outbox


@dataclass(frozen=True)
class Correction:
    """One of our events, and what shall count instead of it; no replacement takes it back."""

    original: Event
    current: Payload
    """What the event says so far: its own data or that of its last correction."""
    replacement: Payload | None
    reason: CorrectionReason

    @property
    def content(self) -> str | None:
        """The replacement as canonical text, to recognise the same correction."""
        if self.replacement is None:
            return None
        return json.dumps(self.replacement.model_dump(mode="json"), sort_keys=True)

    @property
    def fact(self) -> Fact:
        """The correction, at the time of the fact that it corrects: figures go by event time."""
        data = FactCorrected(
            corrected=self.original.id,
            corrected_type=self.original.type,
            reason=self.reason,
            replacement=json.loads(self.content) if self.content else None,
        )
        return Fact(self.original.subject, self.original.time, data)


Places = Collection[str]
"""Regions in which something lies."""
Reference = Callable[[Connection, Event, UUID], Places | None]
"""Where the thing lies that a replacement of this event names; None when there is none."""
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Correctable(Generic[Thing]):
    """How the rows of one kind of thing follow the corrections of its events."""

    lock: Table | None
    """Its register, where other writers are kept from all of it; else `find` locks a row."""
    find: Callable[[Connection, Event, Payload], Thing | None]
    """The thing of an event, given also what the event says so far; none when it is gone."""
    places: Callable[[Connection, Event, Thing | None], Places]
    """Where it lies now, or lay last; nowhere when that is to be read from its events."""
    correct: Callable[[Connection, Thing, Correction], Thing | None]
    """The thing after a correction; none when nothing is left of it."""
    save: Callable[[Connection, Collection[Thing]], None]
    forget: Callable[[Connection, Thing], None]


def correction_table(metadata: MetaData) -> Table:
    """A service's table of the last correction of each of its events; no replacement: taken back."""
    return Table(
        "correction",
        metadata,
        Column("event", Uuid, primary_key=True),
        Column("replacement", String),
        Column("staged", Uuid, nullable=False),
    )


@dataclass(frozen=True)
class CorrectionRules:
    """What one service adds to the use case."""

    kept: Table
    """Its last correction of each event: event, replacement, staged."""
    fixed: Collection[str]
    """Fields of a payload that a replacement may not change: it would speak of something else."""
    things: Mapping[type[Payload], Correctable[Any]]
    """For every type of event that it publishes, what the event is about."""
    references: Mapping[str, Reference]
    """For every field, `fixed` aside, that names something by its id, where that lies."""


def never(_connection: Connection, thing: Any) -> None:
    """`Correctable.forget` of things that keep their row even when they are taken back."""
    raise TypeError(f"a {type(thing).__name__} keeps its row")


def by_rule(
    rule: Callable[[Thing, Any], Thing | None],
) -> Callable[[Connection, Thing, Correction], Thing | None]:
    """`Correctable.correct` by a rule that needs only the thing and what replaces its fact."""
    return lambda _connection, thing, wanted: rule(thing, wanted.replacement)


def forgets(table: Table) -> Callable[[Connection, Any], None]:
    """`Correctable.forget` of things that are one row of a table: it goes, their events stay."""

    def forget(connection: Connection, thing: Any) -> None:
        connection.execute(delete(table).where(table.c.id == thing.id))

    return forget


def own_region(_connection: Connection, _fact: Event, thing: Any) -> Places:
    """`Correctable.places` of a thing that has a region."""
    return (thing.region,) if thing else ()


def last_places(connection: Connection, subject: str, wanted: Mapping[str, Any]) -> Places:
    """Where the last event under a subject lay that named a place and agrees with these fields."""
    query = select(outbox.c.body).where(outbox.c.key == subject).order_by(outbox.c.id.desc())
    for body in connection.execute(query).scalars():
        data = parse(with_sequence(body, 1)).data
        same = all(getattr(data, name, value) == value for name, value in wanted.items())
        found = {one.region for one in narrowest(places_of(data))}
        if same and found:
            return found
    return ()
