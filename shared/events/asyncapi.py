"""The AsyncAPI 3.0 document of the contract, made from catalogue, topics and examples."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from shared.events.attributes import Schema
from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE, PREFIX
from shared.events.envelope import CONTENT_TYPE, MAX_EVENT_BYTES, schema_uri
from shared.events.examples import EXAMPLES, Example
from shared.events.json_schema import envelope_schema, opened
from shared.events.topics import TOPICS, Topic

KAFKA_BINDING = "0.5.0"
VERSION = "1.0.0"

_PROOF = base64.b64encode(b"key id, leaf index, path, signature").decode()
_HEADERS: Schema = {
    "type": "object",
    "description": "Record headers",
    "required": ["content-type", "lintas-proof"],
    "properties": {
        "content-type": {
            "type": "string",
            "const": CONTENT_TYPE,
            "description": "Structured mode: the record's value is the whole event",
        },
        "lintas-proof": {
            "type": "string",
            "contentEncoding": "base64",
            "description": "Binary on the wire (shown here as base64): key id, place in the signed"
            " batch, Merkle path and Ed25519 signature over the exact bytes; see docs/proof.md",
        },
    },
}


def document() -> dict[str, Any]:
    """The whole document."""
    return {
        "asyncapi": "3.0.0",
        "info": _info(),
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "local": {
                "host": "127.0.0.1:9092",
                "protocol": "kafka",
                "description": "Broker of a local run; elsewhere LINTAS_KAFKA says which",
            }
        },
        "channels": {channel_id(topic): _channel(topic) for topic in TOPICS}
        | {f"{channel_id(topic)}DeadLetter": _dead_letter(topic) for topic in TOPICS},
        "operations": _operations(),
        "components": {"messages": _messages(), "schemas": _schemas()},
    }


def channel_id(topic: Topic) -> str:
    """Short name of a topic: `lintas.training.v1` is `training`."""
    return topic.name.split(".")[1]


def message_id(event_type: str) -> str:
    """Name of a type's message: the type without its common beginning."""
    return event_type.removeprefix(PREFIX)


def _info() -> Schema:
    return {
        "title": "Lintas event contract",
        "version": VERSION,
        "description": "Events that ministries share. Every value is a CloudEvents 1.0 event in"
        f" structured mode of at most {MAX_EVENT_BYTES} bytes, signed in the header"
        " lintas-proof. The record key is the event's subject. No event holds an identity number,"
        " a name, a telephone number, an address or a birth date.",
    }


def _channel(topic: Topic) -> Schema:
    return {
        "address": topic.name,
        "title": topic.name,
        "description": f"Published by {topic.owner} alone, by {topic.agreement}. Key: {topic.key}.",
        "messages": {
            message_id(name): _ref(f"messages/{message_id(name)}") for name in topic.types
        },
        "bindings": {"kafka": _topic_binding(topic.name, topic)},
    }


def _dead_letter(topic: Topic) -> Schema:
    return {
        "address": topic.dead_letter,
        "title": topic.dead_letter,
        "description": f"Copies, byte for byte, of records of {topic.name} that cannot be applied.",
        "messages": {"record": _ref("messages/deadLetter")},
        "bindings": {"kafka": _topic_binding(topic.dead_letter, topic)},
    }


def _topic_binding(name: str, topic: Topic) -> Schema:
    return {
        "topic": name,
        "partitions": topic.partitions,
        "topicConfiguration": {
            "cleanup.policy": [topic.cleanup_policy],
            "retention.ms": topic.retention_ms,
            "max.message.bytes": topic.max_message_bytes,
            "compression.type": topic.compression,
        },
        "bindingVersion": KAFKA_BINDING,
    }


def _operations() -> Schema:
    operations: Schema = {}
    for topic in TOPICS:
        name = channel_id(topic)
        channel = {"$ref": f"#/channels/{name}"}
        operations[f"publish{name.title()}"] = {
            "action": "send",
            "channel": channel,
            "summary": f"{topic.owner} publishes what it has recorded",
        }
        operations[f"read{name.title()}"] = {
            "action": "receive",
            "channel": channel,
            "summary": "Any service with a grant reads; records may come twice and must count once",
        }
    return operations


def _messages() -> Schema:
    messages = {message_id(name): _message(name, payload) for name, payload in CATALOGUE.items()}
    messages["deadLetter"] = {
        "name": "dead-letter",
        "title": "Dead letter",
        "summary": "Key, value and headers of the refused record, unchanged.",
        "payload": {"description": "Whatever the refused record held"},
    }
    return messages


def _message(event_type: str, payload: type[Payload]) -> Schema:
    return {
        "name": event_type,
        "title": payload.__name__,
        "summary": (payload.__doc__ or "").strip().splitlines()[0],
        "contentType": CONTENT_TYPE,
        "headers": _HEADERS,
        "payload": _ref(f"schemas/{event_name(payload)}"),
        "bindings": {"kafka": {"key": _key(event_type), "bindingVersion": KAFKA_BINDING}},
        "examples": [_example(example) for example in EXAMPLES[event_type]],
    }


def event_name(payload: type[Payload]) -> str:
    """Name of the schema of a whole event, after its payload's: generated code is called by it."""
    return f"{payload.__name__}Event"


def event_schema(event_type: str, payload: type[Payload]) -> Schema:
    """The envelope with this type's data: what a reader takes from the topics that carry it."""
    agreements = [topic.agreements for topic in TOPICS if event_type in topic.types]
    typed = {
        "type": {"const": event_type},
        "dataschema": {"pattern": _one_of([schema_uri(event_type)])},
        "agreement": {"pattern": _one_of(sorted(frozenset().union(*agreements)))},
        "data": _ref(f"schemas/{payload.__name__}"),
    }
    return {
        "title": event_name(payload),
        "description": f"An event whose data is {payload.__name__}",
        "allOf": [_ref("schemas/Envelope"), {"type": "object", "properties": typed}],
    }


def _one_of(texts: Sequence[str]) -> str:
    """A pattern, not an enumeration: generated code keeps texts, and needs no name for each list."""
    choices = "|".join(text.replace(".", r"\.") for text in texts)
    return f"^({choices})$"


def _key(event_type: str) -> Schema:
    keys = dict.fromkeys(topic.key for topic in TOPICS if event_type in topic.types)
    return {
        "type": "string",
        "description": f"The event's subject in UTF-8: {'; or '.join(keys)}",
        "examples": [EXAMPLES[event_type][0].fact.subject],
    }


def _example(example: Example) -> Schema:
    return {
        "name": example.name.replace(" ", "-"),
        "summary": example.name.capitalize(),
        "headers": {"content-type": CONTENT_TYPE, "lintas-proof": _PROOF},
        "payload": json.loads(example.wire()),
    }


def _schemas() -> Schema:
    models = [(payload, "validation") for payload in CATALOGUE.values()]
    _, generated = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    envelope = envelope_schema()
    del envelope["$schema"], envelope["$id"]
    events = {event_name(one): event_schema(name, one) for name, one in CATALOGUE.items()}
    schemas: Schema = opened(generated)["$defs"]
    for field in (
        field for one in schemas.values() for field in one.get("properties", {}).values()
    ):
        if field.get("default") == []:
            del field["default"]  # generators of Java write `= ;`, which does not compile
    return {"Envelope": envelope} | events | schemas


def _ref(place: str) -> Schema:
    return {"$ref": f"#/components/{place}"}
