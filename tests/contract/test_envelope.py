"""The wire: CloudEvents rules checked by hand, and no place for personal data."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import jsonschema
import pytest

from shared.events.attributes import ENVELOPE_ATTRIBUTES, OPTIONAL
from shared.events.catalogue import CATALOGUE
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.envelope import MAX_EVENT_BYTES, Fact, InvalidEvent, draft, with_sequence
from shared.events.examples import EXAMPLES, Example
from shared.events.json_schema import envelope_schema, payload_schema
from shared.events.reading import parse

ALL = [example for examples in EXAMPLES.values() for example in examples]
FIRST = ALL[0]
FORBIDDEN_WORDS = {
    "nik",
    "kk",
    "name",
    "nama",
    "phone",
    "telepon",
    "telephone",
    "address",
    "alamat",
    "birth",
    "lahir",
    "national",
    "email",
    "amount",
    "income",
    "savings",
    "rupiah",
    "pregnancy",
    "disability",
    "child",
    "health",
}


def event(example: Example = FIRST) -> dict[str, Any]:
    """An example as JSON."""
    return dict(json.loads(example.wire()))


def changed(**attributes: Any) -> bytes:
    """The first example with attributes replaced; None removes one."""
    merged = event() | attributes
    return json.dumps({key: value for key, value in merged.items() if value is not None}).encode()


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_the_attributes_follow_cloudevents(example: Example) -> None:
    """Names are lower-case, required ones are there and not empty, time is RFC 3339 in Z."""
    found = event(example)
    for name in found:
        assert re.fullmatch(r"[a-z0-9]{1,20}", name)
    assert found["specversion"] == "1.0"
    assert all(found[name] for name in ("id", "source", "type", "subject"))
    assert UUID(found["id"]).version == 7
    assert re.fullmatch(r"urn:lintas:[a-z]+", found["source"])
    assert found["type"].startswith("id.lintas.")
    assert re.search(r"\.v\d+$", found["type"])
    for name in ("time", "recordedtime"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", found[name])
        assert datetime.fromisoformat(found[name]).utcoffset() == timedelta(0)
    assert re.fullmatch(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", found["traceparent"])
    assert list(found) == list(ENVELOPE_ATTRIBUTES)


@pytest.mark.parametrize(
    ("smaller", "greater"), [(1, 2), (9, 10), (99, 100), (2**31, 2**31 + 1), (1, 2**62)]
)
def test_the_order_of_sequences_is_the_order_of_their_texts(smaller: int, greater: int) -> None:
    """CloudEvents compares `sequence` as text."""
    first, second = (
        json.loads(with_sequence(b"{}", n).replace(b"{,", b"{"))["sequence"]
        for n in (smaller, greater)
    )
    assert first < second
    assert len(first) == len(second) == 19


def test_the_sequence_changes_nothing_else() -> None:
    """The relay adds it without touching the bytes before it."""
    body = FIRST.wire().partition(b',"sequence"')[0]
    assert with_sequence(body + b"}", 7).startswith(body)
    assert parse(with_sequence(body + b"}", 7)).sequence == 7


def test_times_of_any_zone_are_written_in_utc_and_naive_ones_refused() -> None:
    """A moment in Jakarta is the same moment in UTC."""
    jakarta = datetime(2026, 1, 1, 3, tzinfo=timezone(timedelta(hours=7)))
    arguments: dict[str, Any] = {
        "id": UUID(int=0),
        "source": "urn:x",
        "agreement": "",
        "traceparent": "",
    }
    fact = Fact("s", jakarta, FIRST.fact.payload)
    assert (
        json.loads(draft(fact, recorded=jakarta, **arguments))["time"]
        == "2025-12-31T20:00:00.000000Z"
    )
    with pytest.raises(ValueError, match="zone"):
        draft(Fact("s", datetime(2026, 1, 1), FIRST.fact.payload), recorded=jakarta, **arguments)
    assert jakarta.astimezone(UTC).year == 2025


@pytest.mark.parametrize("attribute", sorted(ENVELOPE_ATTRIBUTES.keys() - OPTIONAL))
def test_an_event_without_a_required_attribute_is_refused(attribute: str) -> None:
    """Schema and parser agree on what is required."""
    with pytest.raises(InvalidEvent) as refused:
        parse(changed(**{attribute: None}))
    assert refused.value.code == "ENVELOPE"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"", "DECODE"),
        (b"{", "DECODE"),
        (b"\xff", "DECODE"),
        (b"\xef\xbb\xbf" + FIRST.wire(), "DECODE"),
        (b"[]", "ENVELOPE"),
        (b"null", "ENVELOPE"),
        (b"{}", "ENVELOPE"),
        (changed(specversion="0.3"), "ENVELOPE"),
        (changed(id="1"), "ENVELOPE"),
        (changed(time="yesterday"), "ENVELOPE"),
        (changed(time="2025-01-15T05:00:00"), "ENVELOPE"),
        (changed(time="2025-01-15T12:00:00+07:00"), "ENVELOPE"),
        (changed(time=1736917200), "ENVELOPE"),
        (changed(sequence="-1"), "ENVELOPE"),
        (changed(sequence="\u0661"), "ENVELOPE"),
        (changed(sequence=5), "ENVELOPE"),
        (changed(sequence="9" * 30), "ENVELOPE"),
        (changed(sequence="9" * 19), "ENVELOPE"),
        (changed(sequence="0" * 19), "ENVELOPE"),
        (changed(sequence="1"), "ENVELOPE"),
        (changed(type="id.lintas.family.enrolled.v99"), "TYPE_UNKNOWN"),
        (changed(data={}), "SCHEMA"),
        (changed(data=[]), "ENVELOPE"),
        (changed(datacontenttype="text/xml"), "ENVELOPE"),
        (changed(dataschema="urn:lintas:schema:family.changed.v1"), "ENVELOPE"),
        (changed(traceparent="00-1-1-01"), "ENVELOPE"),
        (changed(traceparent="00-" + "0" * 32 + "-" + "1" * 16 + "-01"), "ENVELOPE"),
        (changed(agreement="MoU 9"), "ENVELOPE"),
        (changed(source="urn:other:beneficiary"), "ENVELOPE"),
        (changed(id="0199e00003e8700080000000000003e8"), "ENVELOPE"),
        (FIRST.wire().replace(b'"type"', b'"type":"x","type"'), "DECODE"),
        (FIRST.wire().replace(b'"region"', b'"region":"35.09.30.2001","region"'), "DECODE"),
        (FIRST.wire().replace(b'"PKH"', b'"PKH","more":NaN'), "DECODE"),
        (b" " * (MAX_EVENT_BYTES + 1), "TOO_LARGE"),
    ],
)
def test_what_is_no_event_is_refused_by_its_code(value: bytes, code: str) -> None:
    """Never another exception, and never a value in the message."""
    with pytest.raises(InvalidEvent) as refused:
        parse(value)
    assert refused.value.code == code


@pytest.mark.parametrize("nik", ["3509900101900001", "k1.3509900101900001"])
def test_a_subject_is_a_pseudonym_or_an_id(nik: str) -> None:
    """Neither the envelope's schema nor its reader has a place for a NIK as subject."""
    check = jsonschema.Draft202012Validator(envelope_schema())
    assert check.is_valid(event())
    assert not check.is_valid(event() | {"subject": nik})
    with pytest.raises(InvalidEvent) as refused:
        parse(changed(subject=nik, type="id.lintas.later.happened.v1", data={}))
    assert refused.value.code == "ENVELOPE"


@pytest.mark.parametrize(
    ("corrected_type", "replacement", "code"),
    [
        (FIRST.type, {"nama": "x"}, "SCHEMA"),
        (FIRST.type, FIRST.fact.payload.model_dump(mode="json") | {"nama": "x"}, "SCHEMA"),
        ("id.lintas.family.enrolled.v99", None, "TYPE_UNKNOWN"),
        ("id.lintas.fact.corrected.v1", None, "TYPE_UNKNOWN"),
    ],
)
def test_a_correction_cannot_smuggle_data(corrected_type: str, replacement: Any, code: str) -> None:
    """A replacement has exactly the fields of the type that it mends, and that type exists."""
    payload = FactCorrected(
        corrected=UUID(int=1),
        corrected_type=corrected_type,
        reason=CorrectionReason.DUPLICATE,
        replacement=replacement,
    )
    fact = Fact("s", datetime(2026, 1, 1, tzinfo=UTC), payload)
    with pytest.raises(InvalidEvent) as refused:
        draft(fact, id=UUID(int=2), source="", recorded=fact.time, agreement="", traceparent="")
    assert refused.value.code == code


def test_a_newer_minor_version_is_read() -> None:
    """Unknown attributes and unknown data fields are ignored."""
    data = event()["data"] | {"later": 1}
    assert parse(changed(data=data, later="x")).data == FIRST.fact.payload


@pytest.mark.parametrize("field", ["region", "programme", "persons", "enrolled_on"])
def test_a_refused_value_is_not_in_the_message(field: str) -> None:
    """The quarantine's reason names the field only."""
    secret = "3509900101900001"
    with pytest.raises(InvalidEvent) as refused:
        parse(changed(data=event()["data"] | {field: secret}))
    assert field in refused.value.detail
    assert secret not in str(refused.value)


@pytest.mark.parametrize(
    "code", ["\u0663\u0665.09.30.2009", "35.09.30.2009\n", " 35.09.30.2009", "3509302009"]
)
def test_region_codes_are_ascii_digits_and_nothing_else(code: str) -> None:
    """Digits of other scripts and line ends would be other keys for the same place."""
    with pytest.raises(InvalidEvent):
        parse(changed(data=event()["data"] | {"region": code}))


@pytest.mark.parametrize("event_type", sorted(CATALOGUE))
def test_no_field_is_made_for_personal_data(event_type: str) -> None:
    """No field name speaks of identity, names, telephones, addresses, births, health or money."""
    schema = payload_schema(event_type, CATALOGUE[event_type])
    for each in [schema, *schema.get("$defs", {}).values()]:
        for name in each.get("properties", {}):
            assert not FORBIDDEN_WORDS & set(name.split("_")), name


@pytest.mark.parametrize("event_type", sorted(CATALOGUE))
def test_no_text_field_is_free(event_type: str) -> None:
    """A text has a pattern, a format, a list of values or one value: no place for a name."""
    schema = payload_schema(event_type, CATALOGUE[event_type])
    for each in [schema, *schema.get("$defs", {}).values()]:
        for name, field in each.get("properties", {}).items():
            for choice in [field, *field.get("anyOf", ()), field.get("items", {})]:
                if choice.get("type") == "string":
                    limited = choice.keys() & {"pattern", "format", "enum", "const"}
                    assert limited, f"{event_type} {name}"


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_no_example_can_hold_a_nik_or_a_telephone_number(example: Example) -> None:
    """Neither as sixteen digits, nor grouped, nor inside a longer value."""
    found = event(example)
    text = json.dumps([found["subject"], found["data"]])
    bare = re.sub(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|k1\.[a-z2-7]{52}", "", text
    )
    assert not re.search(r"\d{16}|(\d[ .-]?){16}", bare)
    assert not re.search(r"(\+62|\b0)8\d{7,}", bare)


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_no_event_can_carry_a_nik_in_place_of_a_pseudonym_or_region(example: Example) -> None:
    """Each text field with a pattern, format or list refuses a NIK put there."""
    data = event(example)["data"]
    for name, value in data.items():
        if isinstance(value, str):
            with pytest.raises(InvalidEvent):
                parse(
                    json.dumps(
                        event(example) | {"data": data | {name: "3509900101900001"}}
                    ).encode()
                )
