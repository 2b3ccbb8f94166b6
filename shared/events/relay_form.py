"""Reading the exact form in which a relay of ours writes an event, in one pass into structs.

A relay writes every attribute once, in one order, without white space. So each byte of its form is
fixed for topic and type, or lies at a known place, or belongs to the canonical JSON of what was
decoded: no room is left for an unknown or repeated key. Bytes of any other form are not refused
here; `shared.events.reading` reads them.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache, partial
from typing import Annotated, Any, NamedTuple, Union
from uuid import UUID

import msgspec

from shared.events.attributes import FORMS, JSON_TYPE, SEQUENCE_DIGITS
from shared.events.base import Payload
from shared.events.envelope import Event, schema_uri
from shared.events.subjects import subject_form
from shared.events.topics import Topic
from shared.events.typed import always_true, typed

_HEAD = b'{"specversion":"1.0","id":"'
_HEAD_END = len(_HEAD)
_ID_END = _HEAD_END + 36
_TIME, _DATA, _SEQUENCE = b'","time":"', b'","data":', b',"sequence":"'
_TRACE = 55
_DIGITS_AT = -SEQUENCE_DIGITS - len('"}')
_BODY_END = _DIGITS_AT - len(_SEQUENCE)
_FIRST, _BEYOND = b"0" * SEQUENCE_DIGITS, b"9"
_DIGITS_ALIKE = bytes.maketrans(b"123456789", b"0" * 9)
_MOMENT = "0000-00-00T00:00:00.000000Z"
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_ATTRIBUTES = (("id", UUID), ("subject", str), ("time", Moment), ("recordedtime", Moment))

_encode = msgspec.json.Encoder().encode
_event = partial(tuple.__new__, Event)  # half the time of Event(...)


class _Form(NamedTuple):
    """What is the same in all events of one type on one topic."""

    type: str
    opening: bytes
    """From the end of the id to the beginning of the subject."""
    middles: Mapping[bytes, str]
    """From `time` to the beginning of `traceparent`, every digit as 0: its agreement."""
    is_subject: Callable[[bytes], re.Match[bytes] | None]
    always_true: tuple[str, ...]


class RelayReader:
    """Reads the events of one topic."""

    def __init__(self, topic: Topic, payloads: Iterable[tuple[str, type[Payload]]]) -> None:
        """`payloads`: types and classes that have a struct; others are of another form."""
        self.source = topic.owner
        self._forms: Mapping[type[Any], _Form] = {
            _wire(name, payload): _form(topic, name, payload) for name, payload in payloads
        }
        kinds: Any = Union[*self._forms] if self._forms else None
        self._decode: Callable[[bytes], Any] = msgspec.json.Decoder(kinds).decode

    def read(self, value: bytes, key: bytes) -> Event | None:
        """The event with this subject, its data as a struct; None if a byte is of another form."""
        try:
            wire = self._decode(value)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        form = self._forms.get(type(wire))
        if form is None:
            return None
        data = wire.data
        body = _encode(data)
        about = form.opening + key + _TIME
        time = _ID_END + len(about)
        trace_end = len(value) + _BODY_END - len(body) - len(_DATA)
        trace = trace_end - _TRACE
        agreement = form.middles.get(value[time:trace].translate(_DIGITS_ALIKE))
        digits = value[_DIGITS_AT:-2]
        traceparent = _traceparent(value[trace:trace_end])
        if (
            trace < time
            or agreement is None
            or traceparent is None
            or value[:_HEAD_END] != _HEAD
            or value[_ID_END:time] != about
            or value[trace_end:_DIGITS_AT] != _DATA + body + _SEQUENCE
            or not digits.isdigit()
            or not _FIRST < digits < _BEYOND
            or form.is_subject(key) is None
        ):
            return None
        if not all(getattr(data, name) for name in form.always_true):
            return None
        return _event(
            (
                wire.id, self.source, form.type, wire.subject, wire.time, wire.recordedtime,
                int(digits), agreement, traceparent, data, value,
            )
        )  # fmt: skip


def _wire(event_type: str, payload: type[Payload]) -> type[msgspec.Struct]:
    """The struct of a whole event, chosen by its type; other attributes are compared as bytes."""
    fields = [*_ATTRIBUTES, ("data", typed(payload))]
    return msgspec.defstruct(payload.__name__, fields, tag_field="type", tag=event_type, gc=False)


def _form(topic: Topic, event_type: str, payload: type[Payload]) -> _Form:
    return _Form(
        event_type,
        f'","source":"{topic.owner}","type":"{event_type}","subject":"'.encode(),
        {_middle(event_type, agreement): agreement for agreement in topic.agreements},
        subject_form(payload),
        always_true(payload),
    )


def _middle(event_type: str, agreement: str) -> bytes:
    return (
        (
            f'{_MOMENT}","recordedtime":"{_MOMENT}","datacontenttype":"{JSON_TYPE}"'
            f',"dataschema":"{schema_uri(event_type)}","agreement":"{agreement}","traceparent":"'
        )
        .encode()
        .translate(_DIGITS_ALIKE)
    )


@lru_cache(maxsize=4096)
def _traceparent(text: bytes) -> str | None:
    """Remembered, because what was recorded together shares it."""
    found = text.decode("ascii", "replace")
    return found if FORMS["traceparent"].match(found) else None
