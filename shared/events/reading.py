"""Reading an event back from its bytes: everything that the published schema says, and no more.

Unknown fields and extension attributes are ignored. Of what a relay of ours has written it is enough
to see that it has that very form; anything else is looked at attribute by attribute.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache, partial
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import msgspec
from pydantic import ValidationError

from shared.events.attributes import FORMS, SEQUENCE_DIGITS, broken_attributes
from shared.events.base import Payload, object_lists
from shared.events.catalogue import CATALOGUE, PREFIX
from shared.events.corrections import FactCorrected
from shared.events.envelope import (
    MAX_EVENT_BYTES,
    Event,
    InvalidEvent,
    fields_of,
    replacement_of,
    schema_uri,
)


class _Wire(msgspec.Struct, gc=False, kw_only=True):
    """The attributes by type; their form is checked after. `data` is left as it is written."""

    specversion: str
    id: UUID
    source: str
    type: str
    subject: str
    time: Annotated[datetime, msgspec.Meta(tz=True)]
    recordedtime: Annotated[datetime, msgspec.Meta(tz=True)]
    datacontenttype: str | None = None
    dataschema: str | None = None
    agreement: str
    traceparent: str | None = None
    sequence: str
    data: msgspec.Raw


_event = partial(tuple.__new__, Event)  # half the time of Event(...)
_READ = msgspec.json.Decoder(_Wire).decode
_IS_SUBJECT = FORMS["subject"].match
_NO_SEQUENCE, _TOO_MANY = "0" * SEQUENCE_DIGITS, "9"


def parse(value: bytes, catalogue: Mapping[str, type[Payload]] = CATALOGUE) -> Event:
    """Read an event from its bytes.

    Raises:
        InvalidEvent: too large, not JSON (or a key twice in one object), attributes missing or of
            a wrong form, unknown type, or data that breaks the schema. The message names fields,
            never values.
    """
    wire = _wire(value)
    payload_class = catalogue.get(wire.type)
    if payload_class is None:
        _check_closely(value)
        detail = f"no type {wire.type[:80]!r} in this version of the contract"
        raise InvalidEvent("TYPE_UNKNOWN", detail)
    raw = bytes(wire.data)
    try:
        data = payload_class.__pydantic_validator__.validate_json(raw, extra="ignore")
    except ValidationError as error:
        _check_closely(value)
        raise InvalidEvent("SCHEMA", fields_of(error)) from None
    if not _is_as_written(value, wire, raw, data):
        _check_closely(value)
        if wire.dataschema not in (None, schema_uri(wire.type)):
            raise InvalidEvent("ENVELOPE", "dataschema is not the schema of this type")
    if type(data) is FactCorrected:
        replacement_of(data, catalogue, extra="ignore")
    return _event(
        (
            wire.id,
            wire.source,
            wire.type,
            wire.subject,
            wire.time,
            wire.recordedtime,
            int(wire.sequence),
            wire.agreement,
            wire.traceparent,
            data,
            value,
        )
    )


def _wire(value: bytes) -> _Wire:
    if len(value) > MAX_EVENT_BYTES:
        raise InvalidEvent("TOO_LARGE", f"{len(value)} bytes, the limit is {MAX_EVENT_BYTES}")
    try:
        wire = _READ(value)
    except msgspec.ValidationError:
        _check_closely(value)
        raise InvalidEvent("ENVELOPE", "an attribute cannot be read") from None
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidEvent("DECODE", type(error).__name__) from None
    if _IS_SUBJECT(wire.subject) is None:
        raise InvalidEvent("ENVELOPE", "subject: neither a pseudonym nor an id")
    return wire


_HEAD = b'{"specversion":"1.0","id":"'
_ID_END = len(_HEAD) + 36
_QUOTE, _BACKSLASH = b'"\\'
_BETWEEN_TIMES = b'Z","recordedtime":"'
_AFTER_TIMES = b'Z","datacontenttype":"application/json","dataschema":"urn:lintas:schema:'
_TO_TIME = len(_HEAD) + 36 + len(b'","source":"","type":"","subject":"","time":"')
_T, _Z = len("2026-03-02"), len("2026-03-02T05:00:00.000000")
_SECOND = _Z + len(_BETWEEN_TIMES)
_T_2 = _SECOND + _T + 1
_Z_2, _END = _SECOND + _Z, _SECOND + _Z + len(_AFTER_TIMES)
_FIXED = (
    _TO_TIME
    + _END
    + len(b'","agreement":"","traceparent":"","data":,"sequence":""}')
    + len("00--01")
    + 32
    + 16
    + 1
    + SEQUENCE_DIGITS
)
"""Bytes of an event beside source, type (twice), subject, agreement and data."""


def _is_as_written(value: bytes, wire: _Wire, raw: bytes, data: Payload) -> bool:
    """Whether nothing can be wrong: a relay's own form, with as many keys as were read.

    The envelope: id and times are where a relay writes them, and none of the others could be
    written in fewer bytes, so with the right length there is no room for one more key. The data:
    every key has its colon, so with as many colons as keys none is repeated and none is unknown.
    """
    kind = _kind(wire.source, wire.type, wire.dataschema, wire.agreement)
    if kind is None or not _is_trace(wire.traceparent):
        return False
    sequence = wire.sequence
    subject = len(wire.subject)
    at = kind.to_time + subject
    keys = len(data.__pydantic_fields_set__)
    for name in kind.lists:
        for item in getattr(data, name):
            keys += len(item.__pydantic_fields_set__)
    return (
        len(value) == kind.length + subject + len(raw)
        and value[_ID_END] == _QUOTE
        and value.startswith(_HEAD)
        and value[at + _T : at + _T_2 : _SECOND] == b"TT"
        and value[at + _Z : at + _SECOND] == _BETWEEN_TIMES
        and value[at + _Z_2 : at + _END] == _AFTER_TIMES
        and raw.count(b":") == keys
        and _BACKSLASH not in raw
        and len(sequence) == SEQUENCE_DIGITS
        and sequence.isdigit()
        and _NO_SEQUENCE < sequence < _TOO_MANY
    )


class _Kind(NamedTuple):
    """What events of one source, type and agreement have in common."""

    to_time: int
    """Bytes before `time`, without the subject's."""
    length: int
    """Bytes of the whole event, without subject and data."""
    lists: tuple[str, ...]
    """Fields of the data that are lists of objects."""


@lru_cache(maxsize=256)
def _kind(source: str, event_type: str, dataschema: str | None, agreement: str) -> _Kind | None:
    """None when one of them has not the form that the contract gives it."""
    forms = {"source": source, "type": event_type, "agreement": agreement}
    payload = CATALOGUE.get(event_type)
    if payload is None or dataschema != schema_uri(event_type):
        return None
    if any(FORMS[name].match(text) is None for name, text in forms.items()):
        return None
    to_time = _TO_TIME + len(source) + len(event_type)
    length = to_time - _TO_TIME + _FIXED + len(event_type) - len(PREFIX) + len(agreement)
    return _Kind(to_time, length, tuple(object_lists(payload)))


@lru_cache(maxsize=256)
def _is_trace(text: str | None) -> bool:
    """Remembered, because what was recorded together shares it."""
    return text is not None and FORMS["traceparent"].match(text) is not None


def _check_closely(value: bytes) -> None:
    """Every attribute by the published table, and no key twice."""
    try:
        document = json.loads(value.decode(), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise InvalidEvent("DECODE", type(error).__name__) from None
    if not isinstance(document, dict):
        raise InvalidEvent("ENVELOPE", "not a JSON object")
    broken = broken_attributes(document)
    if broken:
        raise InvalidEvent("ENVELOPE", f"missing or of a wrong form: {', '.join(broken)}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidEvent("DECODE", "a key is there twice in one object")
    return found
