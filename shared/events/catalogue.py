"""Every event type and the class of its `data`, collected from the declarations of the classes.

A module of payloads ends with the tuple of its events; a new module is one more name here.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from shared.events import (
    assemblies,
    beneficiary,
    consent,
    cooperative,
    corrections,
    group_members,
    lineage,
    membership,
    monitoring,
    reporting,
    strengthening,
    training,
)
from shared.events.attributes import FORMS
from shared.events.base import Payload
from shared.events.days import places
from shared.events.event_type import EventType

PREFIX = "id.lintas."

EVENTS: tuple[type[Payload], ...] = (
    *beneficiary.EVENTS,
    *cooperative.EVENTS,
    *consent.EVENTS,
    *assemblies.EVENTS,
    *membership.EVENTS,
    *strengthening.EVENTS,
    *lineage.EVENTS,
    *group_members.EVENTS,
    *training.EVENTS,
    *reporting.EVENTS,
    *corrections.EVENTS,
    *monitoring.EVENTS,
)
"""Every payload class that is an event, in the order in which the contract shows them."""


def declared(payload: type[Payload]) -> EventType:
    """What a class says of its event.

    Raises:
        TypeError: it says nothing, because it is a part of other payloads.
    """
    if payload.EVENT is None:
        raise TypeError(f"{payload.__name__} declares no event type")
    return payload.EVENT


def catalogue_of(events: Iterable[type[Payload]]) -> Mapping[str, type[Payload]]:
    """Type name to payload class.

    Raises:
        TypeError: a class has no declaration, or one that cannot hold: a name of another form or
            of two classes, no example, or a field of the day that is no day.
    """
    found: dict[str, type[Payload]] = {}
    for payload in events:
        event = declared(payload)
        wrong = _wrong(event, payload) or ("name of two classes" if event.name in found else None)
        if wrong is not None:
            raise TypeError(f"{payload.__name__} declares {event.name}: {wrong}")
        found[event.name] = payload
    return MappingProxyType(found)


def _wrong(event: EventType, payload: type[Payload]) -> str | None:
    if FORMS["type"].match(event.name) is None:
        return "not the form of a type name"
    if not event.examples:
        return "no example"
    days = {place.field for place in places(payload) if place.is_day}
    if event.happened is not None and event.happened not in days:
        return f"{event.happened} is not a day of it"
    return None


CATALOGUE: Mapping[str, type[Payload]] = catalogue_of(EVENTS)
"""Type name to payload class. A breaking change is a new name with the next version."""

TYPE_OF: Mapping[type[Payload], str] = MappingProxyType(
    {cls: name for name, cls in CATALOGUE.items()}
)
"""Payload class to type name."""
