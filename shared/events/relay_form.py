"""Reading an event in the exact form in which a relay of ours writes it, in one pass into structs.

A relay writes every attribute once, in one order, without white space. A struct that gives the very
same bytes when it is encoded again has therefore lost nothing: no unknown or repeated key, no other
spelling of a value. Bytes of any other form are not refused here; `shared.events.reading` reads them.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec

from shared.events.attributes import ENVELOPE_ATTRIBUTES, FORMS, JSON_TYPE, SEQUENCE_DIGITS
from shared.events.base import Payload
from shared.events.envelope import Event, schema_uri
from shared.events.subjects import subject_form
from shared.events.topics import Topic
from shared.events.typed import always_true, typed

_TO_TYPE = '{"specversion":"1.0","id":"%s","source":"%s","type":"'
_FIRST, _BEYOND = "0" * SEQUENCE_DIGITS, "9"
_is_moment = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z").fullmatch
_encode = msgspec.json.Encoder().encode
_event = partial(tuple.__new__, Event)  # half the time of Event(...)


class _Form(NamedTuple):
    """How the events of one type are read."""

    type: str
    decode: Callable[[bytes], Any]
    """Takes these attributes alone: what is the same in all events of the type is a literal."""
    is_subject: Callable[[bytes], re.Match[bytes] | None]
    always_true: tuple[str, ...]


class RelayReader:
    """Reads the events of one topic."""

    def __init__(self, topic: Topic, payloads: Iterable[tuple[str, type[Payload]]]) -> None:
        """`payloads`: types and classes that have a struct; others are of another form."""
        self.source = topic.owner
        self._type_at = len(_TO_TYPE % (UUID(int=0), topic.owner))
        self._forms = {name.encode(): _form(topic, name, payload) for name, payload in payloads}

    def read(self, value: bytes, key: bytes) -> Event | None:
        """The event with this subject, its data as a struct; None if a byte is of another form."""
        form = self._forms.get(value[self._type_at : value.find(b'"', self._type_at)])
        if form is None:
            return None
        try:
            wire = form.decode(value)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        time, recorded = _moment(wire.time), _moment(wire.recordedtime)
        sequence, trace, data = wire.sequence, wire.traceparent, wire.data
        if (
            _encode(wire) != value
            or wire.subject.encode() != key
            or form.is_subject(key) is None
            or time is None
            or recorded is None
            or not _is_trace(trace)
            or not (len(sequence) == SEQUENCE_DIGITS and sequence.isascii() and sequence.isdigit())
            or not _FIRST < sequence < _BEYOND
        ):
            return None
        if form.always_true and not all(getattr(data, name) for name in form.always_true):
            return None
        return _event(
            (
                wire.id, self.source, form.type, wire.subject, time, recorded, int(sequence),
                wire.agreement, trace, data, value,
            )
        )  # fmt: skip


def _form(topic: Topic, event_type: str, payload: type[Payload]) -> _Form:
    kinds: dict[str, Any] = {
        "specversion": Literal["1.0"],
        "id": UUID,
        "source": Literal[topic.owner],
        "type": Literal[event_type],
        "datacontenttype": Literal[JSON_TYPE],
        "dataschema": Literal[schema_uri(event_type)],
        "agreement": Literal[*topic.agreements],
        "data": typed(payload),
    }
    fields = [(name, kinds.get(name, str)) for name in ENVELOPE_ATTRIBUTES]
    wire = msgspec.defstruct(payload.__name__, fields, gc=False)
    decode = msgspec.json.Decoder(wire).decode
    return _Form(event_type, decode, subject_form(payload), always_true(payload))


@lru_cache(maxsize=8_192)
def _moment(text: str) -> datetime | None:
    """Remembered, because days have one hour, and what was recorded together one moment."""
    try:
        return datetime.fromisoformat(text) if _is_moment(text) else None
    except ValueError:
        return None


@lru_cache(maxsize=4_096)
def _is_trace(text: str) -> bool:
    """Remembered, because what was recorded together shares it."""
    return FORMS["traceparent"].match(text) is not None
