"""The envelope's attributes: one table, published as a schema and checked by every reader.

`envelope_schema` and the AsyncAPI document publish it; `broken_attributes` reads an event by it.
"""

import re
from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

SEQUENCE_DIGITS = 19
"""CloudEvents' `sequence` is a string in lexical order: zero-padded decimal."""
UUID_FORM = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
JSON_TYPE = "application/json"

_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MOMENT = r"^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$"


def _text(description: str, **rules: Any) -> Schema:
    return {"type": "string", "description": description, **rules}


def _optional(description: str, **rules: Any) -> Schema:
    """CloudEvents reads null as absent."""
    return {"type": ["string", "null"], "description": description, **rules}


ENVELOPE_ATTRIBUTES: Mapping[str, Schema] = {
    "specversion": _text("Version of CloudEvents", const="1.0"),
    "id": _text(
        "UUIDv7 of the event; the same in every copy of it", format="uuid", pattern=UUID_FORM
    ),
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
        pattern=rf"^([a-z0-9]{{1,16}}\.[a-z2-7]{{52}}|{_UUID})$",
    ),
    "time": _text(
        "When it happened, UTC; of a fact known by its date alone 05:00 (noon in Jakarta); not after"
        " today in Jakarta, unless data announces a later day",
        format="date-time",
        pattern=_MOMENT,
    ),
    "recordedtime": _text(
        "When its owner recorded it, UTC; at most 5 minutes ahead of the receiver's clock",
        format="date-time",
        pattern=_MOMENT,
    ),
    "datacontenttype": _optional("Media type of data", pattern=f"^{JSON_TYPE}$"),
    "dataschema": _optional(
        "URI of the JSON Schema of data",
        pattern=r"^urn:lintas:schema:[a-z]+\.[a-z_]+\.v[1-9][0-9]*$",
    ),
    "agreement": _text(
        "Data-sharing agreement and scope that permit this event",
        pattern="^urn:lintas:agreement:[a-z][a-z-]*:[1-9][0-9]{0,3}#[a-z-]+$",
    ),
    "traceparent": _optional(
        "W3C trace context",
        pattern="^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$",
    ),
    "data": {"type": "object", "description": "The payload, by the schema that dataschema names"},
    "sequence": _text(
        "1, 2, 3 ... of the source without gaps, zero-padded so that text order is number order",
        pattern=rf"^(?!0{{{SEQUENCE_DIGITS}}})[0-8][0-9]{{{SEQUENCE_DIGITS - 1}}}$",
    ),
}
"""Every attribute of the envelope in wire order."""

OPTIONAL = frozenset(
    name for name, schema in ENVELOPE_ATTRIBUTES.items() if "null" in schema["type"]
)
"""What a publisher may leave out; it writes them all."""

FORMS: Mapping[str, "re.Pattern[str]"] = {
    name: re.compile(schema["pattern"].removesuffix("$") + r"\Z")
    for name, schema in ENVELOPE_ATTRIBUTES.items()
    if "pattern" in schema
}
"""The pattern of each attribute that has one; `$` means the end, never a line end before it."""


def broken_attributes(document: Mapping[str, Any]) -> list[str]:
    """Names of the attributes that are missing or break their schema; other names are ignored."""
    return [
        name
        for name, schema in ENVELOPE_ATTRIBUTES.items()
        if not _fits(name, schema, document.get(name))
    ]


def _fits(name: str, schema: Schema, value: Any) -> bool:
    if value is None:
        return name in OPTIONAL
    if name == "data":
        return isinstance(value, dict)
    if not isinstance(value, str):
        return False
    form = FORMS.get(name)
    return value == schema.get("const", value) and (form is None or form.match(value) is not None)
