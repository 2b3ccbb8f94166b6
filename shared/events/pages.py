"""The contract as pages for people: one for each topic, and an index with the envelope."""

import json
from collections.abc import Iterator
from typing import Any

from shared.events.attributes import ENVELOPE_ATTRIBUTES, Schema
from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE, declared
from shared.events.days import KEYWORD, places
from shared.events.examples import EXAMPLES
from shared.events.json_schema import file_name, payload_schema
from shared.events.topics import TOPICS, Topic

_MADE = "<!-- Made by `make schemas`; do not edit. -->\n"


def pages() -> dict[str, str]:
    """File name to text of every page."""
    return {"README.md": _index()} | {f"{topic.name}.md": _topic_page(topic) for topic in TOPICS}


def _index() -> str:
    topics = "".join(
        f"| [{t.name}]({t.name}.md) | `{t.owner}` | {len(t.types)} |\n" for t in TOPICS
    )
    attributes = "".join(
        f"| `{name}` | {schema['description']} |\n" for name, schema in ENVELOPE_ATTRIBUTES.items()
    )
    return (
        f"{_MADE}\n# The contract\n\n"
        "Every record's value is one CloudEvents 1.0 event in structured mode, JSON in UTF-8."
        " The record key is the event's `subject`. How to check the header `lintas-proof`:"
        " [proof](../proof.md). The same for machines: [asyncapi.json](../asyncapi.json).\n\n"
        f"## Topics\n\n| topic | owner | types |\n|---|---|---:|\n{topics}\n"
        f"## Envelope\n\n| attribute | meaning |\n|---|---|\n{attributes}\n"
        "## What may change\n\n"
        "A field may be added if it is optional; readers ignore fields that they do not know."
        " Everything else (a field removed, renamed or retyped, a value added to or removed from a"
        " list, a rule made wider or narrower) is a new type with the next version, published"
        " beside the old one.\n"
    )


def _topic_page(topic: Topic) -> str:
    kept = "for ever" if topic.retention_ms < 0 else f"{topic.retention_ms} ms"
    facts = {
        "Published by": f"`{topic.owner}`, and nobody else",
        "Agreement": f"`{topic.agreement}`",
        "Key": f"the event's `subject`: {topic.key}",
        "Partitions": str(topic.partitions),
        "Kept": f"{kept} (`cleanup.policy` {topic.cleanup_policy})",
        "Largest record": f"{topic.max_message_bytes} bytes",
        "Stored as": f"{topic.compression} (`compression.type`), whatever a batch was sent as",
        "Dead letters": f"`{topic.dead_letter}`",
    }
    table = "".join(f"| {name} | {value} |\n" for name, value in facts.items())
    types = "\n".join(_type_section(name) for name in topic.types)
    return f"{_MADE}\n# {topic.name}\n\n| | |\n|---|---|\n{table}\n{types}"


def _type_section(event_type: str) -> str:
    schema = payload_schema(event_type, CATALOGUE[event_type])
    stored = file_name(event_type)
    example = json.loads(EXAMPLES[event_type][0].wire())
    return (
        f"## {event_type}\n\n{schema['description']}\n\n"
        f"Schema: [{stored}](../../shared/events/schemas/{stored})\n\n"
        f"{_declaration(CATALOGUE[event_type])}\n\n"
        "| field of `data` | type | | meaning |\n|---|---|---|---|\n"
        f"{''.join(field_rows(schema, schema, ''))}\n"
        f"Example:\n\n```json\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```\n"
    )


def _declaration(payload: type[Payload]) -> str:
    event = declared(payload)
    return (
        f"`subject`: {event.subject}. `time`: {_time(payload, event.happened)}."
        f" Personal data: {event.personal}."
    )


def _time(payload: type[Payload], happened: str | None) -> str:
    place = next((one for one in places(payload) if one.field == happened), None)
    if place is None:
        return "set by its source; no field repeats it"
    announced = place.bound is not None and place.bound.ahead
    later = ", or the day on which it was announced if that is earlier" if announced else ""
    return f"the day `{happened}`{later}"


def field_rows(schema: Schema, root: Schema, path: str = "") -> Iterator[str]:
    """A row of the page's table for each field of `data`, at any depth."""
    for name, field in schema.get("properties", {}).items():
        need = "" if name in schema.get("required", ()) else "optional"
        # Pydantic leaves a field's text out where its enumeration has the same one
        meaning = field.get("description") or _target(field, root)["description"]
        if KEYWORD in field:
            meaning += f" ({field[KEYWORD]})"
        yield f"| `{path}{name}` | {_kind(field, root)} | {need} | {meaning} |\n"
        inner = _target(field.get("items", {}), root)
        yield from field_rows(inner, root, f"{path}{name}[].")


def _kind(field: Schema, root: Schema) -> str:
    field = _target(field, root)
    if "anyOf" in field:
        return " or ".join(_kind(choice, root) for choice in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{json.dumps(field['const'])}`"
    if field["type"] == "array":
        return f"list of {_kind(field['items'], root)}"
    return f"{field.get('format', field['type'])}{_rules(field)}"


def _rules(field: Schema) -> str:
    if "minimum" in field or "maximum" in field:
        return f", {field.get('minimum', '')} to {field.get('maximum', '')}".rstrip()
    return f", `{field['pattern']}`" if "pattern" in field else ""


def _target(field: Schema, root: Schema) -> Schema:
    reference: Any = field.get("$ref")
    if reference is None:
        return field
    return dict(root["$defs"][reference.removeprefix("#/$defs/")])
