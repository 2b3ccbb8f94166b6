"""The golden schemas: complete, open to later fields, described, in step with classes and examples."""

import json
import subprocess
import sys
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from lintas.schemas import ROOT, drifted, generated, golden_on_disk
from shared.events.attributes import Schema
from shared.events.base import Payload, object_lists
from shared.events.catalogue import CATALOGUE
from shared.events.examples import EXAMPLES, Example
from shared.events.json_schema import GOLDEN, envelope_schema, file_name
from shared.events.pages import field_rows
from shared.events.reading import parse
from shared.events.topics import TOPICS

ALL = [example for examples in EXAMPLES.values() for example in examples]
TYPES = sorted(CATALOGUE)


def golden(event_type: str) -> Schema:
    """The stored schema of a type."""
    return dict(json.loads((GOLDEN / file_name(event_type)).read_text()))


def objects(schema: Schema) -> list[Schema]:
    """Every object schema with properties, at any depth."""
    inner = [schema, *schema.get("$defs", {}).values()]
    return [each for each in inner if "properties" in each]


def data_of(example: Example) -> dict[str, Any]:
    """The payload of an example as on the wire."""
    return dict(json.loads(example.wire())["data"])


@pytest.mark.parametrize("event_type", TYPES)
def test_every_type_has_a_schema_in_which_every_field_is_described(event_type: str) -> None:
    """Nobody must guess what a field means; a field of tomorrow is no mistake."""
    schema = golden(event_type)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == json.loads(EXAMPLES[event_type][0].wire())["dataschema"]
    for each in objects(schema):
        assert each.get("additionalProperties", True) is True
        assert each["description"]
        for name, field in each["properties"].items():
            assert len(field.get("description", "")) >= 3, name


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_every_example_is_valid_by_schema_and_by_class(example: Example) -> None:
    """The wire bytes satisfy both schemas and come back as the same payload."""
    event = json.loads(example.wire())
    checker = jsonschema.FormatChecker()
    jsonschema.validate(event, envelope_schema(), format_checker=checker)
    jsonschema.validate(event["data"], golden(example.type), format_checker=checker)
    assert parse(example.wire()).data == example.fact.payload


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_publishers_write_declared_fields_alone_and_readers_ignore_others(example: Example) -> None:
    """The class refuses an undeclared field, at any depth; schema and reader pass it over."""
    more = data_of(example) | {"undeclared": 1}
    assert jsonschema.Draft202012Validator(golden(example.type)).is_valid(more)
    with pytest.raises(ValidationError):
        CATALOGUE[example.type].model_validate_json(json.dumps(more))
    event = json.loads(example.wire()) | {"data": more}
    assert parse(json.dumps(event).encode()).data == example.fact.payload
    for each in all_payload_classes(CATALOGUE[example.type]):
        assert each.model_config["extra"] == "forbid"


def all_payload_classes(payload: type[Payload]) -> list[type[Payload]]:
    """A payload's class and those of the objects in its lists."""
    inner = [all_payload_classes(each) for each in object_lists(payload).values()]
    return [payload, *(each for classes in inner for each in classes)]


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_schema_and_class_refuse_the_same_damage(example: Example) -> None:
    """Each missing required field is refused by both."""
    schema, data = golden(example.type), data_of(example)
    for name in schema["required"]:
        each = {k: v for k, v in data.items() if k != name}
        assert not jsonschema.Draft202012Validator(schema).is_valid(each)
        with pytest.raises(ValidationError):
            CATALOGUE[example.type].model_validate_json(json.dumps(each))


def test_every_type_has_an_example_and_every_example_a_topic_that_carries_it() -> None:
    """No type without example; ids are unique; the topic's list of types has it."""
    assert EXAMPLES.keys() == CATALOGUE.keys()
    assert len({parse(example.wire()).id for example in ALL}) == len(ALL)
    assert all(example.type in example.topic.types for example in ALL)


def test_every_type_is_on_one_topic_and_corrections_are_on_every_domain_topic() -> None:
    """A type has one owner; corrections and what an office says of its own lists are shared."""
    for event_type in TYPES:
        carriers = [topic.name for topic in TOPICS if event_type in topic.types]
        shared = event_type.startswith(("id.lintas.fact.", "id.lintas.report."))
        assert len(carriers) == (3 if shared else 1)


def test_golden_files_document_and_pages_are_in_step_with_the_classes() -> None:
    """Nothing has drifted; if this fails run `make schemas`."""
    assert drifted(generated()) == []
    assert golden_on_disk().keys() == CATALOGUE.keys() | {"envelope.v1"}


def test_a_field_that_says_the_same_as_its_enumeration_is_described() -> None:
    """Pydantic drops the field's text then; the page takes the enumeration's."""
    text = "How it was done."
    schema: Schema = {
        "properties": {"way": {"$ref": "#/$defs/Way"}},
        "$defs": {"Way": {"description": text, "enum": ["BY_HAND"], "type": "string"}},
    }
    assert list(field_rows(schema, schema)) == [f"| `way` | `BY_HAND` | optional | {text} |\n"]


def test_drift_is_seen() -> None:
    """A changed text and a file that nothing writes are both found."""
    files = generated()
    first = next(iter(files))
    assert drifted(files | {first: "{}"}) == [first.relative_to(ROOT).as_posix()]
    assert drifted({k: v for k, v in files.items() if k != first}) == [
        first.relative_to(ROOT).as_posix()
    ]


def test_the_command_checks_without_writing() -> None:
    """`python -m lintas.schemas --check` is green on a clean tree."""
    command = [sys.executable, "-m", "lintas.schemas", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("topic", TOPICS, ids=lambda one: one.name)
def test_every_topic_has_its_page_with_all_fields(topic: Any) -> None:
    """The page names owner, agreement, dead-letter topic, every type and every field."""
    page = (ROOT / "docs" / "contract" / f"{topic.name}.md").read_text()
    for word in (topic.owner, topic.agreement, topic.dead_letter, *topic.types):
        assert word in page
    for event_type in topic.types:
        for field in golden(event_type)["properties"]:
            assert f"`{field}`" in page
