"""Published schema and consumer's check over damaged examples: one accepts what the other accepts.

The schema is the one of the AsyncAPI document, read by a validator that knows nothing of Lintas; the
check is the whole door of a consumer, with a true signature over whatever bytes came out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.asyncapi import document, event_name
from shared.events.attributes import ENVELOPE_ATTRIBUTES
from shared.events.catalogue import CATALOGUE
from shared.events.envelope import Event, InvalidEvent
from shared.events.examples import Example
from shared.events.reading import parse
from shared.wire.signatures import HEADER
from shared.wire.verification import Refused, StoredRecord, check, check_times
from tests.kit.damage import ALL, NAMES, ODD, SIGNERS, TRUST, at, damaged, places, with_value
from tests.kit.depth import examples

BEYOND: Mapping[str, str] = {
    "DECODE": "a key occurs twice in one object: a parser keeps one of them before a schema looks",
    "FORGED": "the source is the one that signed",
    "AGREEMENT": "of a type that is on several topics: the agreement is one of this topic",
    "NOT_OWN": "a list is one of its source",
    "REGION_UNKNOWN": "the region is in the list of regions",
    "TYPE_NOT_ALLOWED": "a correction speaks of a type of its own topic",
    "TYPE_UNKNOWN": "a correction speaks of a type that this version knows",
    "TIME_FUTURE": "what happened is not later than today, what is announced not later than its bound",
    "DATE_IMPLAUSIBLE": "nothing is earlier than it can be",
    "SUBJECT": "the subject is of the kind that the type speaks of (`shared/events/subjects.py`)",
    "REPLACEMENT": "a replacement is the data of the type that is corrected",
    "WHOLE": "a whole number is written with digits alone; JSON Schema takes 1.0 as well",
}
"""What a JSON Schema cannot say, by the code with which a consumer refuses it."""

COMPONENTS = document()["components"]
SCHEMAS = {
    name: jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{event_name(payload)}", "components": COMPONENTS},
        validate_formats=True,
    )
    for name, payload in CATALOGUE.items()
}
RECEIVED = datetime(2026, 12, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Verdict:
    """What a consumer says of a value: no code is yes."""

    code: str | None
    detail: str = ""


def consumer(value: bytes, example: Example, key: Any) -> Verdict:
    """The verdict of a consumer's whole check on a record that the topic's owner has signed."""
    (proof,) = SIGNERS[example.topic.name].prove([value])
    text = key if isinstance(key, str) else "none"
    record = StoredRecord(
        example.topic.name, 0, 0, text.encode("utf-8", "replace"), value, ((HEADER, proof),)
    )
    try:
        check_times(check(record, TRUST, NAMES), RECEIVED)
    except Refused as refused:
        return Verdict(refused.code, refused.detail)
    return Verdict(None)


def reason(verdict: Verdict, path: tuple[Any, ...], changed: dict[str, Any]) -> str | None:
    """The entry of `BEYOND` by which a consumer refuses what the schema allows."""
    if verdict.code == "SCHEMA" and verdict.detail.startswith("replacement"):
        return "REPLACEMENT"
    if verdict.code == "ENVELOPE" and verdict.detail.startswith("subject: must be "):
        return "SUBJECT"
    if verdict.code == "SCHEMA" and isinstance(at(changed, path), float):
        return "WHOLE"
    return verdict.code


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_schema_and_consumer_agree_on_every_damaged_example(example: Example) -> None:
    """What the schema refuses is refused; what it allows is applied, or refused by a listed rule."""
    event = json.loads(example.wire())
    schema = SCHEMAS[example.type]
    assert schema.is_valid(event)
    assert consumer(example.wire(), example, event["subject"]).code is None
    seen = set()
    for path, changed in damaged(event):
        allowed = schema.is_valid(changed)
        value = json.dumps(changed, separators=(",", ":")).encode()
        verdict = consumer(value, example, changed.get("subject"))
        said = f"{path}: schema {allowed}, consumer {verdict}, {changed}"
        if verdict.code is None:
            assert allowed, said
        elif allowed:
            assert reason(verdict, path, changed) in BEYOND, said
        seen.add((allowed, verdict.code is None))
    assert {(True, True), (False, False)} <= seen


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_a_key_given_twice_is_refused_wherever_it_is(example: Example) -> None:
    """In the envelope, in the data, in an object of a list; with the same value or another."""
    text = example.wire().decode()
    event = json.loads(text)
    names = {path[-1] for path in places(event) if isinstance(path[-1], str)}
    for name in sorted(names):
        for value in ("null", '"x"', json.dumps(at(event, (name,))) if name in event else "1"):
            twice = text.replace(f'"{name}":', f'"{name}":{value},"{name}":', 1)
            assert consumer(twice.encode(), example, event["subject"]).code == "DECODE", name
            spread = text.replace(f'"{name}":', f'"{name}" :\t{value} , "{name}":', 1)
            assert consumer(spread.encode(), example, event["subject"]).code == "DECODE", name
            escaped = f'"\\u{ord(name[0]):04x}{name[1:]}":{value},"{name}":'
            hidden = text.replace(f'"{name}":', escaped, 1)
            assert consumer(hidden.encode(), example, event["subject"]).code == "DECODE", name


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_room_in_a_shorter_sequence_is_no_room_for_white_space(example: Example) -> None:
    """As long as a relay writes it is not enough: the sequence itself has 19 digits."""
    head, _, tail = example.wire().partition(b'"sequence":"0')
    short = b'"sequence":"'.join((head, tail))
    for value in (short, b'"sequence": "'.join((head, tail)), b" " + short, short + b" "):
        verdict = consumer(value, example, example.fact.subject)
        assert verdict == Verdict("ENVELOPE", "missing or of a wrong form: sequence")


def _read(value: bytes) -> Event:
    """An event without the bytes that it was read from."""
    return parse(value)._replace(value=b"")


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_order_and_white_space_change_nothing(example: Example) -> None:
    """A publisher that is no relay of ours may write its JSON as it likes."""
    event = json.loads(example.wire())
    for value in (
        json.dumps(event, indent=2),
        json.dumps(dict(reversed(event.items()))),
        json.dumps(event, sort_keys=True, ensure_ascii=True),
    ):
        assert _read(value.encode()) == _read(example.wire())


@pytest.mark.parametrize("name", ["datacontenttype", "dataschema", "traceparent"])
def test_optional_attributes_of_cloudevents_may_be_absent_or_null(name: str) -> None:
    """CloudEvents reads null as absent."""
    for example in ALL:
        event = json.loads(example.wire())
        absent = {key: value for key, value in event.items() if key != name}
        for one in (absent, event | {name: None}):
            assert SCHEMAS[example.type].is_valid(one)
            assert consumer(json.dumps(one).encode(), example, event["subject"]).code is None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30)
    | st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@given(which=st.integers(0, len(ALL) - 1), place=st.integers(0), value=ANYTHING)
@examples(400)
def test_schema_and_consumer_agree_on_anything(which: int, place: int, value: Any) -> None:
    """Any value at any path."""
    event = json.loads(ALL[which].wire())
    paths = [*places(event), ("more",), ("data", "more")]
    path = paths[place % len(paths)]
    changed = with_value(event, path, value)
    allowed = SCHEMAS[ALL[which].type].is_valid(changed)
    verdict = consumer(json.dumps(changed).encode(), ALL[which], changed["subject"])
    if verdict.code is None:
        assert allowed
    elif allowed:
        assert reason(verdict, path, changed) in BEYOND


@given(which=st.integers(0, len(ALL) - 1), place=st.integers(0), byte=st.integers(0, 255))
@examples(1_000)
def test_one_other_byte_is_read_as_json_reads_it_or_refused(
    which: int, place: int, byte: int
) -> None:
    """The short way over bytes of a relay's own form takes nothing that JSON reads otherwise."""
    value = bytearray(ALL[which].wire())
    value[place % len(value)] = byte
    try:
        event = parse(bytes(value))
    except InvalidEvent:
        return
    found = json.loads(bytes(value))
    if consumer(bytes(value), ALL[which], event.subject).code is None:
        assert SCHEMAS[event.type].is_valid(found)
    assert event._replace(value=b"") == _read(json.dumps(found, indent=1).encode())
    assert str(event.id) == found["id"].lower()
    assert event.sequence == int(found["sequence"])


def test_every_attribute_is_damaged() -> None:
    """The list of places covers the envelope."""
    event = json.loads(ALL[0].wire())
    assert {path[0] for path, _ in damaged(event)} >= set(ENVELOPE_ATTRIBUTES)
