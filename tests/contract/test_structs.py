"""The two ways of checking a batch, payloads as structs or as Pydantic's instances, give one verdict.

Structs may take less: what they do not take is checked the other way. They must never take more, or
read another value.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, field_validator, model_validator

from shared.events import reporting
from shared.events.assemblies import AnnualMeetingHeld, MemberTargetSet
from shared.events.base import Payload
from shared.events.beneficiary import ProgrammeTargetSet, TargetSet
from shared.events.catalogue import CATALOGUE
from shared.events.corrections import FactCorrected
from shared.events.days import DayBound, jakarta_day
from shared.events.days import places as day_places
from shared.events.envelope import Event
from shared.events.examples import Example
from shared.events.json_schema import payload_schema
from shared.events.membership import SavingsRecorded, TransactionsRecorded
from shared.events.monitoring import CutTaken, ReleasePublished
from shared.events.typed import NotTyped, is_typed, typed
from shared.wire.batch_check import check_batch
from shared.wire.signatures import HEADER
from shared.wire.verification import Refused, StoredRecord
from tests.kit.damage import ALL, NAMES, SIGNERS, TRUST, at, damaged, places, with_value
from tests.kit.depth import examples

RECEIVED = datetime(2026, 12, 1, tzinfo=UTC)
WITHOUT_STRUCTS = {
    AnnualMeetingHeld,
    CutTaken,
    FactCorrected,
    MemberTargetSet,
    ProgrammeTargetSet,
    ReleasePublished,
    SavingsRecorded,
    TargetSet,
    TransactionsRecorded,
    *reporting.EVENTS,
}
"""A replacement has any shape; the others name months and years, whose bounds are no days."""


def records_of(example: Example, values: Sequence[bytes]) -> list[StoredRecord]:
    """Records with these values and the key that each one names, signed by the topic's owner."""
    proofs = SIGNERS[example.topic.name].prove(values)
    return [
        StoredRecord(example.topic.name, 0, 0, _key(value), value, ((HEADER, proof),))
        for value, proof in zip(values, proofs, strict=True)
    ]


def _key(value: bytes) -> bytes:
    try:
        subject = json.loads(value)["subject"]
    except (ValueError, LookupError, TypeError):
        subject = "none"
    return str(subject).encode("utf-8", "replace")


def both(records: Sequence[StoredRecord]) -> Iterator[tuple[Any, Any]]:
    """The result of each record with structs and without."""
    ways: list[list[Event | Refused]] = [
        check_batch(records, trust=TRUST, topics=NAMES, now=RECEIVED, structs=structs)
        for structs in (True, False)
    ]
    return zip(*ways, strict=True)


def plain(value: Any) -> Any:
    """A result as nested tuples, with the type of every value of a payload."""
    if isinstance(value, Refused):
        return value.code, value.detail, value.place
    if isinstance(value, Event):
        return *value._replace(data=None), plain(value.data)  # type: ignore[arg-type]
    if isinstance(value, BaseModel):
        return tuple((name, plain(getattr(value, name))) for name in type(value).model_fields)
    if isinstance(value, msgspec.Struct):
        return tuple((name, plain(getattr(value, name))) for name in value.__struct_fields__)
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return type(value), value


def agreed(example: Example, values: Sequence[bytes]) -> list[Any]:
    """The results with structs, which are those without."""
    found = []
    for value, (fast, slow) in zip(values, both(records_of(example, values)), strict=True):
        assert plain(fast) == plain(slow), value
        found.append(fast)
    return found


def compact(document: Any) -> bytes:
    """JSON as a relay writes it."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_what_a_relay_writes_is_read_into_a_struct(example: Example) -> None:
    """Of every type but those that are listed, also under an agreement that has been renewed."""
    (event,) = agreed(example, [example.wire()])
    payload = CATALOGUE[example.type]
    assert type(event.data) is (payload if payload in WITHOUT_STRUCTS else typed(payload))
    assert event.value == example.wire()


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_both_ways_agree_on_every_damaged_example(example: Example) -> None:
    """Dropped, retyped, out of range, another word, something added: at every place."""
    values = [compact(changed) for _, changed in damaged(json.loads(example.wire()))]
    found = agreed(example, values)
    assert any(isinstance(one, Refused) for one in found)
    assert any(isinstance(one, Event) for one in found)


def numbers(schema: Any) -> Iterator[int]:
    """Every bound of a schema and its neighbours."""
    for name, value in schema.items():
        if name in ("minimum", "maximum", "maxItems", "maxLength", "minLength"):
            yield from (value - 1, value, value + 1)
        if isinstance(value, dict):
            yield from numbers(value)


def edges(example: Example) -> Iterator[Any]:
    """The example with values at the edge of what its type allows, and one step beyond."""
    event, payload = json.loads(example.wire()), CATALOGUE[example.type]
    limits = sorted(set(numbers(payload_schema(example.type, payload))))
    for path in places(event["data"], ("data",)):
        value = at(event, path)
        if type(value) is int:
            yield from (with_value(event, path, limit) for limit in limits)
            yield from (with_value(event, path, odd) for odd in (value + 0.0, 2**63, 2**64, -0.0))
        if isinstance(value, list):
            lengths = [limit for limit in limits if limit < 300]
            yield from (with_value(event, path, (value * limit)[:limit]) for limit in lengths)
        if isinstance(value, str):
            yield from (with_value(event, path, value[0] * max(0, limit)) for limit in limits)
    for place in day_places(payload):
        if place.bound is not None:
            path = ("data", place.field)
            yield from (with_value(event, path, day) for day in _days(place.bound, place.is_day))


def _days(bound: DayBound, is_day: bool) -> Iterator[Any]:
    today = jakarta_day(RECEIVED)
    for edge in (bound.earliest, bound.latest(today)):
        for step in (-1, 0, 1):
            day = edge + timedelta(days=step)
            yield day.isoformat() if is_day else day.year
            yield day.isoformat()[:7]


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_both_ways_agree_at_the_edge_of_what_is_allowed(example: Example) -> None:
    """The bounds of numbers, lengths and days, and one step beyond."""
    found = {type(one) for one in agreed(example, list(map(compact, edges(example))))}
    assert Refused in found
    assert Event in found or CATALOGUE[example.type] is FactCorrected


def moments() -> Iterator[str]:
    """Forms and edges of `time` and `recordedtime`."""
    for day in ("2006-12-31", "2007-01-01", "2026-12-01", "2026-12-02", "2027-12-02", "9999-12-31"):
        for hour in ("00:00:00", "16:59:59", "17:00:00", "00:05:00", "00:05:01", "23:59:60"):
            yield from (f"{day}T{hour}{tail}" for tail in ("Z", ".000000Z", ".999999Z", ",000000Z"))
    yield from ("2026-01-01T00:00:00.0000000Z", "2026-01-01T00:00:00.00000+Z", "-" * 27)


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_both_ways_agree_on_moments(example: Example) -> None:
    """Each attribute for itself, so that a shorter form of one leaves room for nothing."""
    event = json.loads(example.wire())
    values = [
        compact(with_value(event, (name,), text))
        for name in ("time", "recordedtime")
        for text in moments()
    ]
    assert {type(one) for one in agreed(example, values)} == {Event, Refused}


def respelt(text: str) -> Iterator[str]:
    """The same event in other bytes, or with something twice."""
    event = json.loads(text)
    names = {path[-1] for path in places(event) if isinstance(path[-1], str)}
    for name in names:
        key = f'"{name}":'
        for value in ("null", '"x"', json.dumps(event.get(name, 1))):
            yield text.replace(key, f"{key}{value},{key}", 1)
            yield text.replace(key, f'"\\u{ord(name[0]):04x}{name[1:]}":{value},{key}', 1)
        yield text.replace(key, f'"{name}" :', 1)
        yield text.replace(key, f"{key} ", 1)
    for path in places(event):
        value = at(event, path)
        if isinstance(value, str) and value:
            written = json.dumps(value)
            yield text.replace(written, f'"\\u{ord(value[0]):04x}{written[2:]}', 1)
    yield from (f" {text}", f"{text} ", f"{text}\n", f"\ufeff{text}", text + text, text[:-1], "")
    yield json.dumps(event)
    yield json.dumps(dict(reversed(event.items())))
    yield json.dumps(event | {"data": dict(reversed(event["data"].items()))})


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_both_ways_agree_on_other_spellings(example: Example) -> None:
    """Escapes, white space, another order, repeated keys, bytes before and after."""
    values = [text.encode() for text in respelt(example.wire().decode())]
    assert {type(one) for one in agreed(example, values)} == {Event, Refused}


@given(which=st.integers(0, len(ALL) - 1), changes=st.data())
@examples(600)
def test_both_ways_agree_on_any_bytes(which: int, changes: st.DataObject) -> None:
    """A few bytes replaced, removed or put in, anywhere."""
    value = bytearray(ALL[which].wire())
    for _ in range(changes.draw(st.integers(1, 3))):
        place = changes.draw(st.integers(0, len(value) - 1))
        removed = changes.draw(st.integers(0, 2))
        value[place : place + removed] = changes.draw(
            st.binary(max_size=2)
            | st.sampled_from([b'"', b",", b"0", b"9", b"a", b"-", b"Z", b" "])
        )
    agreed(ALL[which], [bytes(value)])


@given(which=st.integers(0, len(ALL) - 1), place=st.integers(0), value=st.text(max_size=60))
@examples(300)
def test_both_ways_agree_on_any_text(which: int, place: int, value: str) -> None:
    """Unicode at any path."""
    event = json.loads(ALL[which].wire())
    paths = list(places(event))
    agreed(ALL[which], [compact(with_value(event, paths[place % len(paths)], value))])


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_a_record_is_judged_by_its_own_key_and_proof(example: Example) -> None:
    """Another key, none, a proof of other bytes, several proofs or none: refused in both ways."""
    (record,) = records_of(example, [example.wire()])
    (_, proof) = record.headers[0]
    assert proof is not None
    odd = [
        (record.key, ()),
        (record.key, ((HEADER, None),)),
        (record.key, ((HEADER, proof), (HEADER, proof))),
        (record.key, ((HEADER, proof[:80]),)),
        (record.key, ((HEADER, proof + bytes(32)),)),
        (record.key, ((HEADER, proof[:9] + b"\0\0\0\1" + proof[13:]),)),
        (None, record.headers),
        (b"", record.headers),
        (b"k1." + b"b" * 52, record.headers),
    ]
    records = [StoredRecord(record.topic, 0, 0, key, record.value, some) for key, some in odd]
    for fast, slow in both(records):
        assert plain(fast) == plain(slow)
        assert isinstance(fast, Refused)


def test_every_class_but_those_of_any_shape_has_a_struct() -> None:
    """A new payload class with a rule that is not translated fails here, not in silence."""
    assert {payload for payload in CATALOGUE.values() if not is_typed(payload)} == {FactCorrected}


class Ranged(Payload):
    """A rule that msgspec is not given."""

    size: Annotated[int, Field(multiple_of=3)]


class Judged(Payload):
    """A rule in Python about one field."""

    size: int

    @field_validator("size")
    @classmethod
    def _even(cls, value: int) -> int:
        return value


class JudgedWhole(Payload):
    """A rule in Python about all fields."""

    size: int

    @model_validator(mode="after")
    def _right(self) -> "JudgedWhole":
        return self


@pytest.mark.parametrize("payload", [Ranged, Judged, JudgedWhole])
def test_a_class_with_a_rule_that_is_not_translated_has_no_struct(payload: type[Payload]) -> None:
    """Its rule would be lost."""
    with pytest.raises(NotTyped):
        typed(payload)


def test_fields_of_a_struct_have_the_types_of_the_class() -> None:
    """Days, ids, enumerations and tuples, not their texts."""
    example = next(one for one in ALL if one.type == "id.lintas.family.enrolled.v1")
    (event,) = agreed(example, [example.wire()])
    assert isinstance(event.id, UUID)
    assert isinstance(event.data.enrolled_on, date)
    assert isinstance(event.data.programme, Enum)
    assert isinstance(event.data.persons, tuple)
