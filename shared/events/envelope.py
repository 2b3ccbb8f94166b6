"""The CloudEvents 1.0 envelope: making the bytes of an event, and reading them back.

The value on the wire is compact JSON in UTF-8 with a fixed order of attributes. `sequence` is the
last attribute, so that the relay can give it without touching the rest: `with_sequence`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE, TYPE_OF
from shared.events.corrections import FactCorrected

CONTENT_TYPE = "application/cloudevents+json"
MAX_EVENT_BYTES = 65_536
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode
SEQUENCE_DIGITS = 19
"""CloudEvents' `sequence` is a string in lexical order: zero-padded decimal."""


@dataclass(frozen=True)
class Fact:
    """Something that happened, ready to be staged: whom it is about, when, and the payload."""

    subject: str
    time: datetime
    """When it happened, UTC."""
    payload: Payload


class Event(NamedTuple):
    """One event as a consumer sees it; `data` is an instance of the type's payload class."""

    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    recordedtime: datetime
    sequence: int
    agreement: str
    traceparent: str
    data: Payload


class InvalidEvent(Exception):
    """The bytes can never become an event. `code` is DECODE, ENVELOPE, TYPE_UNKNOWN or SCHEMA."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class _Envelope(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    specversion: str
    id: UUID
    source: str
    type: str
    subject: str
    time: AwareDatetime
    recordedtime: AwareDatetime
    datacontenttype: str
    dataschema: str
    agreement: str
    traceparent: str
    sequence: str
    data: dict[str, Any]


class _Wire(msgspec.Struct, gc=False):
    """The same attributes, read several times as fast; `data` is left as it is written."""

    specversion: str
    id: UUID
    source: str
    type: str
    subject: str
    time: Annotated[datetime, msgspec.Meta(tz=True)]
    recordedtime: Annotated[datetime, msgspec.Meta(tz=True)]
    datacontenttype: str
    dataschema: str
    agreement: str
    traceparent: str
    sequence: str
    data: msgspec.Raw


_READ = msgspec.json.Decoder(_Wire).decode


def utc_text(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds and `Z`; naive datetimes are refused."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot go into an event")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def schema_uri(event_type: str) -> str:
    """URI of the JSON Schema of a type's `data`."""
    return f"urn:lintas:schema:{event_type.removeprefix('id.lintas.')}"


def draft(
    fact: Fact, *, id: UUID, source: str, recorded: datetime, agreement: str, traceparent: str
) -> bytes:
    """The event's JSON without its sequence.

    Raises:
        InvalidEvent: a correction's replacement is not the `data` of the type that it corrects.
    """
    if isinstance(fact.payload, FactCorrected):
        _check_replacement(fact.payload)
    event_type = TYPE_OF[type(fact.payload)]
    head = _ENCODE(
        {
            "specversion": "1.0",
            "id": str(id),
            "source": source,
            "type": event_type,
            "subject": fact.subject,
            "time": utc_text(fact.time),
            "recordedtime": utc_text(recorded),
            "datacontenttype": "application/json",
            "dataschema": schema_uri(event_type),
            "agreement": agreement,
            "traceparent": traceparent,
        }
    )
    return b"".join(
        (head[:-1].encode(), b',"data":', fact.payload.model_dump_json().encode(), b"}")
    )


def _check_replacement(correction: FactCorrected) -> None:
    """A replacement is an open object on the wire: nothing undeclared may leave inside it."""
    corrected = CATALOGUE.get(correction.corrected_type)
    if corrected is None or corrected is FactCorrected:
        raise InvalidEvent("SCHEMA", "corrected_type: not a type that can be corrected")
    if correction.replacement is not None:
        _validated(corrected, correction.replacement, extra="forbid")


def _validated(
    payload: type[Payload], data: Mapping[str, Any], *, extra: Literal["forbid", "ignore"]
) -> Payload:
    try:
        return payload.model_validate(data, extra=extra)
    except ValidationError as error:
        raise InvalidEvent("SCHEMA", fields_of(error)) from None


def with_sequence(body: bytes, sequence: int) -> bytes:
    """The exact bytes that are signed and sent: the draft with its sequence as last attribute."""
    return b'%s,"sequence":"%0*d"}' % (body[:-1], SEQUENCE_DIGITS, sequence)


SEQUENCE_BYTES = len(with_sequence(b"{}", 1)) - len(b"{}")
"""By how much a draft grows."""


def without_sequence(value: bytes) -> bytes:
    """The draft of these bytes: what `with_sequence` was given.

    Raises:
        ValueError: the sequence is not where `with_sequence` writes it.
    """
    body = value[: -SEQUENCE_BYTES - 1] + b"}"
    digits = value[-SEQUENCE_DIGITS - 2 : -2]
    if not digits.isdigit() or with_sequence(body, int(digits)) != value:
        raise ValueError("not an event of this contract: its sequence is not its last attribute")
    return body


def parse(value: bytes, catalogue: Mapping[str, type[Payload]] = CATALOGUE) -> Event:
    """Read an event from its bytes; unknown extra fields are ignored.

    Raises:
        InvalidEvent: not JSON, attributes missing, unknown type, or data that breaks the schema.
            The message names fields, never values.
    """
    return _quickly(value, catalogue) or _thoroughly(value, catalogue)


def _quickly(value: bytes, catalogue: Mapping[str, type[Payload]]) -> Event | None:
    """The event, if nothing at all is wrong with it; else the thorough way says what is."""
    if len(value) > MAX_EVENT_BYTES:
        return None
    try:
        wire = _READ(value)
        payload_class = catalogue[wire.type]
        data = payload_class.__pydantic_validator__.validate_json(bytes(wire.data), extra="ignore")
    except (msgspec.MsgspecError, ValueError, RecursionError, KeyError):
        return None
    if wire.specversion != "1.0" or not _is_sequence(wire.sequence):
        return None
    if wire.time.utcoffset() or wire.recordedtime.utcoffset():
        return None
    return _event(wire, data)


def _thoroughly(value: bytes, catalogue: Mapping[str, type[Payload]]) -> Event:
    envelope = _read_envelope(value)
    payload_class = catalogue.get(envelope.type)
    if payload_class is None:
        raise InvalidEvent(
            "TYPE_UNKNOWN", f"no type {envelope.type[:80]!r} in this version of the contract"
        )
    return _event(envelope, _validated(payload_class, envelope.data, extra="ignore"))


def _event(envelope: _Wire | _Envelope, data: Payload) -> Event:
    return Event(
        envelope.id,
        envelope.source,
        envelope.type,
        envelope.subject,
        envelope.time,
        envelope.recordedtime,
        int(envelope.sequence),
        envelope.agreement,
        envelope.traceparent,
        data,
    )


def _read_envelope(value: bytes) -> _Envelope:
    if len(value) > MAX_EVENT_BYTES:
        raise InvalidEvent("TOO_LARGE", f"{len(value)} bytes, the limit is {MAX_EVENT_BYTES}")
    try:
        envelope = _Envelope.model_validate_json(value)
    except ValidationError as error:
        code = "DECODE" if error.errors()[0]["type"] == "json_invalid" else "ENVELOPE"
        raise InvalidEvent(code, fields_of(error)) from None
    if envelope.specversion != "1.0" or not _is_sequence(envelope.sequence):
        raise InvalidEvent(
            "ENVELOPE", "specversion must be 1.0, sequence 19 digits from 1 to 2^63-1"
        )
    if envelope.time.utcoffset() or envelope.recordedtime.utcoffset():
        raise InvalidEvent("ENVELOPE", "time and recordedtime must be in UTC")
    return envelope


def _is_sequence(text: str) -> bool:
    """Only what `with_sequence` writes, and no more than a 64-bit column holds."""
    digits = len(text) == SEQUENCE_DIGITS and text.isascii() and text.isdigit()
    return digits and 1 <= int(text) < 2**63


def fields_of(error: ValidationError) -> str:
    """Which fields broke which rule, without any value."""
    return "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'body'}: {item['type']}"
        for item in error.errors(include_input=False, include_url=False, include_context=False)[:10]
    )
