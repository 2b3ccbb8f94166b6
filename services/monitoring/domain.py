"""The fold: a fact is the set of its events and of their corrections.

`add` is a set union, so facts are the same bytes in whatever order, how often and in which batches
events arrive. What the events mean is in `timeline` and `indicators/`.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from services.monitoring.records import KINDS, Kind, Record, Unit, own_time, record_of
from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE, declared
from shared.events.corrections import FactCorrected
from shared.events.envelope import Event, InvalidEvent, fields_of, utc_text

FactKey = tuple[Unit, str]
Mend = list[Any]
"""`[recordedtime, id of the correction, record or none]`; the greatest counts."""

_OWNER = {name: declared(payload).source for name, payload in CATALOGUE.items()}
_ID_DIGITS = 32
_PSEUDONYM = re.compile(r"[a-z0-9]{1,16}\.[a-z2-7]{52}\Z")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_dump = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode


@dataclass(slots=True)
class State:
    """Events by id and corrections by (id, code) of what they mend, as compact records."""

    events: dict[str, Record] = field(default_factory=dict)
    mends: dict[str, Mend] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)
    """When the events happened of which it is not noon of the day in the record."""

    def add(self, entry: "Entry") -> bool:
        """Take one more event or correction in; whether it was new. Order does not matter."""
        later = entry.time > self.times.get(entry.id, "")
        if later:
            self.times[entry.id] = entry.time
        known = self.mends if entry.mends else self.events
        old = known.get(entry.id)
        if old == entry.content:
            return later
        if old is not None and _rank(old) > _rank(entry.content):
            return later
        known[entry.id] = entry.content
        return True

    def effective(self) -> list[tuple[str, Record]]:
        """The events that count, by id: taken-back ones are away, mended ones replaced."""
        if not self.mends:
            return list(self.events.items())
        found = []
        for event_id, record in self.events.items():
            mend = self.mends.get(event_id + record[0])
            counts = record if mend is None else mend[2]
            if counts is not None:
                found.append((event_id, counts))
        return found


def _rank(content: Record | Mend) -> tuple[str, str, str]:
    # two contents of one event id break the contract; even so, the order of arrival must not decide
    return str(content[0]), str(content[1]), _dump(content)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, ready for the fact that it belongs to."""

    fact: FactKey
    id: str
    content: Record | Mend
    mends: bool = False
    time: str = ""
    """When it happened, unless that is noon of the day in the record; see `marks`."""

    @property
    def code(self) -> str:
        """The code of the record that it adds, replaces or takes back."""
        return self.id[_ID_DIGITS:] if self.mends else str(self.content[0])


def entry_of(event: Event) -> Entry | None:
    """Where an event goes and what is kept of it; none for types that no fact needs.

    Raises:
        InvalidEvent: the subject has the wrong form, or a correction names a type that its source
            does not own, or a replacement that is not that type's payload.
    """
    if isinstance(event.data, FactCorrected):
        return _mending(event, event.data)
    kind = KINDS.get(event.type)
    if kind is None:
        return None
    record = record_of(kind, event.data)
    key = _fact_key(kind, event.subject)
    return Entry(key, event.id.hex, record, time=own_time(event, record[1]))


def entries_of(events: Iterable[Event]) -> dict[FactKey, list[Entry]]:
    """The events of a batch by the fact they belong to."""
    found: dict[FactKey, list[Entry]] = {}
    for event in events:
        entry = entry_of(event)
        if entry is not None:
            found.setdefault(entry.fact, []).append(entry)
    return found


def _mending(event: Event, data: FactCorrected) -> Entry | None:
    if _OWNER.get(data.corrected_type) != event.source:
        raise InvalidEvent("CORRECTION", "corrected_type is not a type of this source")
    kind = KINDS.get(data.corrected_type)
    if kind is None:
        return None
    record = None
    if data.replacement is not None:
        record = record_of(kind, _replacement(CATALOGUE[data.corrected_type], data.replacement))
    content = [utc_text(event.recordedtime), event.id.hex, record]
    return Entry(
        _fact_key(kind, event.subject), data.corrected.hex + kind.code, content, mends=True
    )


def _replacement(payload: type[Payload], data: dict[str, Any]) -> Payload:
    try:
        return payload.model_validate(data, extra="ignore")
    except ValidationError as error:
        raise InvalidEvent("CORRECTION", f"replacement: {fields_of(error)}") from None


def _fact_key(kind: Kind, subject: str) -> FactKey:
    form = _PSEUDONYM if kind.unit in ("family", "person") else _UUID
    if form.match(subject) is None:
        raise InvalidEvent("SUBJECT", f"subject does not have the form of a {kind.unit}")
    return kind.unit, subject
