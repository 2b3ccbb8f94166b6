"""JSON Schemas of the contract, made from the payload classes; `schemas/` holds them as golden."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE, PREFIX
from shared.events.envelope import SEQUENCE_DIGITS, schema_uri

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
GOLDEN = Path(__file__).with_name("schemas")
ENVELOPE_FILE = "envelope.v1.json"

_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SUBJECT = rf"^([a-z0-9]{{1,16}}\.[a-z2-7]{{52}}|{_UUID})$"
_RFC3339 = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$"


def _text(description: str, **rules: Any) -> Schema:
    return {"type": "string", "description": description, **rules}


ENVELOPE_ATTRIBUTES: Mapping[str, Schema] = {
    "specversion": _text("Version of CloudEvents", const="1.0"),
    "id": _text("UUIDv7 of the event; the same in every copy of it", format="uuid"),
    "source": _text(
        "URN of the service that publishes; it owns the topic",
        pattern="^urn:lintas:[a-z][a-z0-9-]*$",
    ),
    "type": _text(
        "What happened, past tense, with the major version of its data",
        pattern=r"^id\.lintas\.[a-z]+\.[a-z_]+\.v[1-9][0-9]*$",
    ),
    "subject": _text(
        "Whom or what it is about: a pseudonym or an id; also the record key",
        pattern=_SUBJECT,
    ),
    "time": _text(
        "When it happened, UTC; of a fact known by its date alone 05:00 (noon in Jakarta); not after"
        " today in Jakarta, unless data announces a later day",
        format="date-time",
        pattern=_RFC3339,
    ),
    "recordedtime": _text(
        "When its owner recorded it, UTC; at most 5 minutes ahead of the receiver's clock",
        format="date-time",
        pattern=_RFC3339,
    ),
    "datacontenttype": _text("Media type of data", const="application/json"),
    "dataschema": _text("URI of the JSON Schema of data", pattern="^urn:lintas:schema:"),
    "agreement": _text(
        "Data-sharing agreement and scope that permit this event", pattern="^urn:lintas:agreement:"
    ),
    "traceparent": _text(
        "W3C trace context", pattern="^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
    ),
    "data": {"type": "object", "description": "The payload, by the schema that dataschema names"},
    "sequence": _text(
        "1, 2, 3 ... of the source without gaps, zero-padded so that text order is number order",
        pattern=rf"^[0-9]{{{SEQUENCE_DIGITS}}}$",
    ),
}
"""Every attribute of the envelope in wire order."""


def envelope_schema() -> Schema:
    """The schema of the whole event, with `data` left open."""
    return {
        "$schema": DIALECT,
        "$id": "urn:lintas:schema:envelope.v1",
        "title": "Envelope",
        "description": "A CloudEvents 1.0 event in structured mode",
        "type": "object",
        "properties": dict(ENVELOPE_ATTRIBUTES),
        "required": list(ENVELOPE_ATTRIBUTES),
        "additionalProperties": False,
    }


def payload_schema(event_type: str, payload: type[Payload]) -> Schema:
    """The schema of one type's `data`."""
    head = {"$schema": DIALECT, "$id": schema_uri(event_type)}
    return head | TypeAdapter(payload).json_schema()


def file_name(event_type: str) -> str:
    """Name of a type's golden file."""
    return f"{event_type.removeprefix(PREFIX)}.json"


def payload_schemas(catalogue: Mapping[str, type[Payload]] = CATALOGUE) -> dict[str, Schema]:
    """Event type to schema for a whole catalogue."""
    return {name: payload_schema(name, payload) for name, payload in catalogue.items()}


def as_text(document: Any) -> str:
    """JSON as it is stored: two spaces, order as made, newline at the end."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
