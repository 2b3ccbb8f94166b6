"""The CloudEvents 1.0 envelope: making the bytes of an event; `shared.events.reading` reads them.

The value on the wire is compact JSON in UTF-8 with a fixed order of attributes. `sequence` is the
last attribute, so that the relay can give it without touching the rest: `with_sequence`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, NamedTuple
from uuid import UUID

from pydantic import ValidationError

from shared.events.attributes import JSON_TYPE, SEQUENCE_DIGITS
from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE, TYPE_OF
from shared.events.corrections import FactCorrected

CONTENT_TYPE = "application/cloudevents+json"
MAX_EVENT_BYTES = 65_536
_MOMENT = len("2026-03-02T05:00:00.000000")
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode
_QUOTED = json.encoder.encode_basestring_ascii


@dataclass(frozen=True)
class Fact:
    """Something that happened, ready to be staged: whom it is about, when, and the payload."""

    subject: str
    time: datetime
    """When it happened, UTC."""
    payload: Payload


class Event(NamedTuple):
    """One event as a consumer sees it; `data` is an instance of the type's payload class.

    Where a subscription asks for structs, it is mostly a struct with the same fields (`typed`).
    """

    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    recordedtime: datetime
    sequence: int
    agreement: str
    traceparent: str | None
    """None where the publisher gave none."""
    data: Payload
    value: bytes = b""
    """The exact bytes as received; empty for an event that was not read from bytes."""


class InvalidEvent(Exception):
    """The bytes can never become an event. `code` is DECODE, ENVELOPE, TYPE_UNKNOWN or SCHEMA."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@lru_cache(maxsize=1024)
def utc_text(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds and `Z`; naive datetimes are refused."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot go into an event")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:_MOMENT] + "Z"


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
        replacement_of(fact.payload, extra="forbid")  # nothing undeclared may leave inside it
    before, after = _constants(source, TYPE_OF[type(fact.payload)], agreement)
    head = (
        f'{{"specversion":"1.0","id":"{id}",{before},"subject":{_QUOTED(fact.subject)},'
        f'"time":"{utc_text(fact.time)}","recordedtime":"{utc_text(recorded)}",{after},'
        f'"traceparent":{_QUOTED(traceparent)},"data":'
    )
    return b"".join((head.encode(), _json(fact.payload), b"}"))


def _json(payload: Payload) -> bytes:
    """What `model_dump_json` writes, without its way to text and back."""
    return payload.__pydantic_serializer__.to_json(payload)


@lru_cache(maxsize=256)
def _constants(source: str, event_type: str, agreement: str) -> tuple[str, str]:
    """The attributes that events of a type have in common: before the subject, after the times."""
    before = {"source": source, "type": event_type}
    after = {
        "datacontenttype": JSON_TYPE,
        "dataschema": schema_uri(event_type),
        "agreement": agreement,
    }
    return _ENCODE(before)[1:-1], _ENCODE(after)[1:-1]


def replacement_of(
    correction: FactCorrected,
    catalogue: Mapping[str, type[Payload]] = CATALOGUE,
    *,
    extra: Literal["forbid", "ignore"],
) -> Payload | None:
    """What counts instead of the corrected fact, as an instance of its class; None takes it back.

    Raises:
        InvalidEvent: the corrected type is unknown or a correction (TYPE_UNKNOWN), or the
            replacement is not its `data` (SCHEMA).
    """
    corrected = catalogue.get(correction.corrected_type)
    if corrected is None or corrected is FactCorrected:
        raise InvalidEvent("TYPE_UNKNOWN", "corrected_type: not a type that can be corrected")
    if correction.replacement is None:
        return None
    text = _ENCODE(correction.replacement)
    try:
        return corrected.model_validate_json(text, extra=extra)
    except ValidationError as error:
        raise InvalidEvent("SCHEMA", f"replacement: {fields_of(error)}") from None


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


def fields_of(error: ValidationError) -> str:
    """Which fields broke which rule, without any value."""
    return "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'body'}: {item['type']}"
        for item in error.errors(include_input=False, include_url=False, include_context=False)[:10]
    )
