"""JSON Schemas of the contract, made from the payload classes; `schemas/` holds them as golden.

They say what a reader takes: fields that a schema does not declare are ignored, so it leaves them
open. That a publisher writes none is kept by the classes (`Payload`) and by `shared.outbox.table`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from shared.events.attributes import ENVELOPE_ATTRIBUTES, OPTIONAL, Schema
from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE, PREFIX
from shared.events.envelope import schema_uri

DIALECT = "https://json-schema.org/draft/2020-12/schema"
GOLDEN = Path(__file__).with_name("schemas")
ENVELOPE_FILE = "envelope.v1.json"


def envelope_schema() -> Schema:
    """The schema of the whole event, with `data` left open."""
    return {
        "$schema": DIALECT,
        "$id": "urn:lintas:schema:envelope.v1",
        "title": "Envelope",
        "description": "A CloudEvents 1.0 event in structured mode",
        "type": "object",
        "properties": dict(ENVELOPE_ATTRIBUTES),
        "required": [name for name in ENVELOPE_ATTRIBUTES if name not in OPTIONAL],
    }


def payload_schema(event_type: str, payload: type[Payload]) -> Schema:
    """The schema of one type's `data`."""
    head = {"$schema": DIALECT, "$id": schema_uri(event_type)}
    return head | opened(TypeAdapter(payload).json_schema())


def opened(schema: Schema) -> Schema:
    """The schema of a class as a reader knows it: undeclared fields are no mistake, at any depth."""
    definitions = {name: opened(inner) for name, inner in schema.get("$defs", {}).items()}
    rest = {
        key: value
        for key, value in schema.items()
        if (key, value) != ("additionalProperties", False)
    }
    return rest | {"$defs": definitions} if definitions else rest


def file_name(event_type: str) -> str:
    """Name of a type's golden file."""
    return f"{event_type.removeprefix(PREFIX)}.json"


def payload_schemas(catalogue: Mapping[str, type[Payload]] = CATALOGUE) -> dict[str, Schema]:
    """Event type to schema for a whole catalogue."""
    return {name: payload_schema(name, payload) for name, payload in catalogue.items()}


def as_text(document: Any) -> str:
    """JSON as it is stored: two spaces, order as made, newline at the end."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
