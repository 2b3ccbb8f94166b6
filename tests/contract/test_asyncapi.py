"""The AsyncAPI document: what it says of topics and types; what the official parser says."""

import copy
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lintas.schemas import ROOT
from shared.events.asyncapi import channel_id, document, message_id
from shared.events.catalogue import CATALOGUE
from shared.events.topics import TOPICS, Topic
from tests.programs import PARSER, node

DOCUMENT = document()


def resolve(reference: str) -> Any:
    """What a local reference points to; KeyError if nothing."""
    found: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def parsed(path: Path) -> tuple[int, dict[str, Any]]:
    """Exit status and findings of the official parser; without it the test is skipped."""
    command = [node(), "validate.mjs", str(path)]
    done = subprocess.run(
        command, cwd=PARSER, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_the_official_parser_finds_nothing_wrong() -> None:
    """No error, no warning, and it sees every channel and message."""
    status, found = parsed(ROOT / "docs" / "asyncapi.json")
    assert (status, found["errors"], found["warnings"]) == (0, [], [])
    assert set(found["messages"]) == {*CATALOGUE, "dead-letter"}
    assert set(found["channels"]) == {
        name for topic in TOPICS for name in (topic.name, topic.dead_letter)
    }


def _without_message(damaged: dict[str, Any]) -> None:
    del damaged["components"]["messages"]["family.enrolled.v1"]


def _with_bad_schema(damaged: dict[str, Any]) -> None:
    damaged["components"]["schemas"]["FamilyEnrolled"]["properties"]["region"]["type"] = "words"


def _with_bad_binding(damaged: dict[str, Any]) -> None:
    damaged["channels"]["training"]["bindings"]["kafka"]["partitions"] = 0


@pytest.mark.parametrize("damage", [_without_message, _with_bad_schema, _with_bad_binding])
def test_the_official_parser_finds_damage(
    damage: Callable[[dict[str, Any]], None], tmp_path: Path
) -> None:
    """The check above can fail: a broken reference, a wrong schema, an impossible binding."""
    damaged = copy.deepcopy(DOCUMENT)
    damage(damaged)
    path = tmp_path / "damaged.json"
    path.write_text(json.dumps(damaged))
    status, found = parsed(path)
    assert status == 1
    assert found["errors"]


def test_every_reference_leads_somewhere() -> None:
    """Found without Node as well."""
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(DOCUMENT)))
    assert len(references) > 40
    assert all(resolve(reference) for reference in references)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda one: one.name)
def test_a_channel_says_what_its_topic_is(topic: Topic) -> None:
    """Address, Kafka binding and exactly the topic's types."""
    channel = DOCUMENT["channels"][channel_id(topic)]
    assert channel["address"] == topic.name
    assert set(channel["messages"]) == {message_id(name) for name in topic.types}
    kafka = channel["bindings"]["kafka"]
    assert kafka["partitions"] == topic.partitions
    assert kafka["topicConfiguration"]["retention.ms"] == topic.retention_ms
    assert DOCUMENT["channels"][f"{channel_id(topic)}DeadLetter"]["address"] == topic.dead_letter


@pytest.mark.parametrize("event_type", sorted(CATALOGUE))
def test_a_message_describes_headers_key_and_typed_payload(event_type: str) -> None:
    """Its own examples satisfy its own schemas; another type's example does not."""
    message = DOCUMENT["components"]["messages"][message_id(event_type)]
    assert set(message["headers"]["required"]) == {"content-type", "lintas-proof"}
    assert message["bindings"]["kafka"]["key"]["type"] == "string"
    payload = message["payload"] | {"components": DOCUMENT["components"]}
    check = jsonschema.Draft202012Validator(payload)
    for example in message["examples"]:
        check.validate(example["payload"])
        jsonschema.validate(example["headers"], message["headers"])
        assert example["payload"]["subject"]
    other = next(name for name in sorted(CATALOGUE) if name != event_type)
    foreign = DOCUMENT["components"]["messages"][message_id(other)]["examples"][0]["payload"]
    assert not check.is_valid(foreign)


@pytest.mark.parametrize("event_type", sorted(CATALOGUE))
def test_generated_code_finds_a_name_for_every_model(event_type: str) -> None:
    """An event's schema has a title and no list of values of its own, nor an empty default."""
    name = f"{CATALOGUE[event_type].__name__}Event"
    message = DOCUMENT["components"]["messages"][message_id(event_type)]
    assert message["payload"] == {"$ref": f"#/components/schemas/{name}"}
    schema = DOCUMENT["components"]["schemas"][name]
    assert schema["title"] == name
    assert not any("enum" in field for field in schema["allOf"][1]["properties"].values())
    envelope = DOCUMENT["components"]["schemas"]["Envelope"]
    assert not any("enum" in field for field in envelope["properties"].values())
    assert '"default": []' not in json.dumps(DOCUMENT)


def test_the_lock_file_names_no_address() -> None:
    """Packages and hashes only, so that any mirror serves."""
    text = (PARSER / "package-lock.json").read_text()
    assert "://" not in text
    lock = json.loads(text)
    packages = [entry for name, entry in lock["packages"].items() if name]
    assert all(
        "resolved" not in entry and entry["integrity"].startswith("sha512-") for entry in packages
    )
