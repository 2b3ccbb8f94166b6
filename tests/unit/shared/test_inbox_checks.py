"""Every reason for which a record is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from shared.events.catalogue import CATALOGUE
from shared.events.envelope import MAX_EVENT_BYTES, schema_uri
from shared.events.topics import COOPERATIVE, TRAINING
from shared.wire.signatures import HEADER
from shared.wire.verification import (
    REFUSALS,
    Refused,
    StoredRecord,
    check,
    check_times,
    mask_digits,
)
from tests.kit.records import NOW, TOPICS, Source, person, trust_in

SOURCE = Source()
OTHER = Source(topic=TRAINING, seed=b"o" * 32)
STRANGER = Source(seed=b"x" * 32)
TRUST = trust_in(SOURCE, OTHER)
GOOD = SOURCE.records([5])[0]
KEY = person(5).encode()


def changed(value: bytes, **attributes: object) -> bytes:
    """The event with other attributes; None takes one away, another type brings its schema."""
    if "type" in attributes:
        attributes = {"dataschema": schema_uri(str(attributes["type"]))} | attributes
    body = json.loads(value) | attributes
    kept = {name: content for name, content in body.items() if content is not None}
    return json.dumps(kept, separators=(",", ":")).encode()


def signed(value: bytes, key: bytes | None = KEY, source: Source = SOURCE) -> StoredRecord:
    return source.signed([(value, key)])[0]


def event_with(**attributes: object) -> StoredRecord:
    subject = attributes.get("subject", person(5))
    return signed(changed(SOURCE.value(5), **attributes), str(subject).encode())


CLOSED = {
    "report": str(UUID(int=3)),
    "list": "FAMILIES",
    "district": "35.09",
    "month": "2026-01",
    "nil": False,
    "closed_on": "2026-02-02",
}
CASES: dict[str, tuple[str, Callable[[], StoredRecord]]] = {
    "a null value": ("EMPTY", lambda: replace(GOOD, value=None)),
    "an empty value": ("EMPTY", lambda: replace(GOOD, value=b"")),
    "no key": ("KEY_MISSING", lambda: replace(GOOD, key=None)),
    "one byte too many": ("TOO_LARGE", lambda: signed(b" " * (MAX_EVENT_BYTES + 1))),
    "no proof": ("PROOF_MISSING", lambda: replace(GOOD, headers=())),
    "a null proof": ("PROOF_MISSING", lambda: replace(GOOD, headers=((HEADER, None),))),
    "two proofs": ("PROOF_FORMAT", lambda: replace(GOOD, headers=GOOD.headers * 2)),
    "half a proof": (
        "PROOF_FORMAT",
        lambda: replace(GOOD, headers=((HEADER, (GOOD.headers[0][1] or b"")[:20]),)),
    ),
    "a key that nobody trusts": ("KEY_UNKNOWN", lambda: signed(STRANGER.value(5), source=STRANGER)),
    "one changed byte": (
        "PROOF_INVALID",
        lambda: replace(GOOD, value=(GOOD.value or b"").replace(b'"2026', b'"2025', 1)),
    ),
    "another event's proof": (
        "PROOF_INVALID",
        lambda: replace(GOOD, headers=SOURCE.records([6])[0].headers),
    ),
    "a signer that does not own the topic": (
        "NOT_OWNER",
        lambda: replace(OTHER.records([5])[0], topic=COOPERATIVE.name),
    ),
    "a claim to be another source": (
        "FORGED",
        lambda: Source(claims="urn:lintas:beneficiary").records([5])[0],
    ),
    "no JSON": ("DECODE", lambda: signed(b"\xff\xfe no json")),
    "truncated JSON": ("DECODE", lambda: signed(SOURCE.value(5)[:-10])),
    "an array": ("ENVELOPE", lambda: signed(b"[1, 2]")),
    "no id": ("ENVELOPE", lambda: event_with(id=None)),
    "another CloudEvents version": ("ENVELOPE", lambda: event_with(specversion="2.0")),
    "a sequence that is no number": ("ENVELOPE", lambda: event_with(sequence="five")),
    "sequence zero": ("ENVELOPE", lambda: event_with(sequence="0")),
    "a sequence of 5,000 digits": ("ENVELOPE", lambda: event_with(sequence="9" * 5000)),
    "JSON nested 10,000 deep": ("DECODE", lambda: signed(b"[" * 10_000 + b"]" * 10_000)),
    "an unknown type": ("TYPE_UNKNOWN", lambda: event_with(type="id.lintas.membership.sold.v9")),
    "data without a required field": ("SCHEMA", lambda: event_with(data={"membership": "x"})),
    "another's key": ("KEY_MISMATCH", lambda: replace(GOOD, key=person(6).encode())),
    "an agreement that does not exist": (
        "AGREEMENT",
        lambda: event_with(agreement="urn:lintas:agreement:none:9#x"),
    ),
    "an agreement about another topic": (
        "AGREEMENT",
        lambda: event_with(agreement=TRAINING.agreement),
    ),
    "the schema of another type": (
        "ENVELOPE",
        lambda: event_with(dataschema="urn:lintas:schema:membership.resigned.v1"),
    ),
    "data that is no JSON": ("ENVELOPE", lambda: event_with(datacontenttype="text/xml")),
    "a trace of another form": ("ENVELOPE", lambda: event_with(traceparent="00-1-2-01")),
    "a key twice": (
        "DECODE",
        lambda: signed(SOURCE.value(5).replace(b'"type":', b'"type":"x","type":')),
    ),
    "a village that does not exist": (
        "REGION_UNKNOWN",
        lambda: event_with(
            type="id.lintas.membership.activated.v1",
            data={
                "membership": str(UUID(int=1)),
                "cooperative": str(UUID(int=2)),
                "region": "99.99.99.9999",
                "activated_on": "2026-01-02",
            },
        ),
    ),
    "a correction of another owner's event": (
        "TYPE_NOT_ALLOWED",
        lambda: event_with(
            type="id.lintas.fact.corrected.v1",
            data={
                "corrected": str(UUID(int=1)),
                "corrected_type": "id.lintas.family.enrolled.v1",
                "reason": "CANCELLED",
            },
        ),
    ),
    "a closing of a list of another ministry": (
        "NOT_OWN",
        lambda: event_with(
            type="id.lintas.report.closed.v1", subject=str(UUID(int=3)), data=CLOSED
        ),
    ),
    "a correction into a list of another ministry": (
        "NOT_OWN",
        lambda: event_with(
            type="id.lintas.fact.corrected.v1",
            subject=str(UUID(int=3)),
            data={
                "corrected": str(UUID(int=1)),
                "corrected_type": "id.lintas.report.closed.v1",
                "reason": "DATA_ENTRY",
                "replacement": CLOSED,
            },
        ),
    ),
    "a type of another topic": (
        "TYPE_NOT_ALLOWED",
        lambda: signed(
            changed(
                SOURCE.value(5),
                type="id.lintas.training.completed.v1",
                data={
                    "training": str(UUID(int=1)),
                    "activity": "TRAINING",
                    "completed_on": "2026-01-02",
                },
            )
        ),
    ),
}


LAPSED = json.loads(SOURCE.value(5))["data"]
CHANGED = {"subject": str(UUID(int=1)), "type": "id.lintas.cooperative.status_changed.v1"}
STATUS = {"status": "CLOSED", "version": 1}
TODAY, TOMORROW = "2026-07-01", "2026-07-02"


def corrected(day: str) -> StoredRecord:
    """A correction of a lapse, with another day."""
    data = {
        "corrected": str(UUID(int=1)),
        "corrected_type": "id.lintas.membership.lapsed.v1",
        "reason": "DATA_ENTRY",
        "replacement": LAPSED | {"lapsed_on": day},
    }
    return event_with(type="id.lintas.fact.corrected.v1", data=data)


UNTIMELY: dict[str, tuple[str, Callable[[], StoredRecord]]] = {
    "recorded six minutes ahead": (
        "TIME_FUTURE",
        lambda: event_with(recordedtime="2026-07-01T03:06:00.000000Z"),
    ),
    "happened in the last hour there is": (
        "TIME_FUTURE",
        lambda: event_with(time="9999-12-31T23:00:00.000000Z"),
    ),
    "recorded in the last hour there is": (
        "TIME_FUTURE",
        lambda: event_with(recordedtime="9999-12-31T23:00:00.000000Z"),
    ),
    "happened in the first hour there is": (
        "DATE_IMPLAUSIBLE",
        lambda: event_with(time="0001-01-01T00:00:00.000000Z"),
    ),
    "happened tomorrow": ("TIME_FUTURE", lambda: event_with(time=f"{TOMORROW}T05:00:00.000000Z")),
    "a last day tomorrow": (
        "TIME_FUTURE",
        lambda: event_with(data=LAPSED | {"lapsed_on": TOMORROW}),
    ),
    "corrected to tomorrow": ("TIME_FUTURE", lambda: corrected(TOMORROW)),
    "corrected to 1206": ("DATE_IMPLAUSIBLE", lambda: corrected("1206-06-01")),
    "a last day before the programme": (
        "DATE_IMPLAUSIBLE",
        lambda: event_with(data=LAPSED | {"lapsed_on": "2006-12-31"}),
    ),
    "happened in 1206": (
        "DATE_IMPLAUSIBLE",
        lambda: event_with(time="1206-06-01T05:00:00.000000Z"),
    ),
    "recorded in 1970": (
        "DATE_IMPLAUSIBLE",
        lambda: event_with(recordedtime="1970-01-01T00:00:00.000000Z"),
    ),
    "announced too long beforehand": (
        "TIME_FUTURE",
        lambda: event_with(**CHANGED, data=STATUS | {"effective_on": "2027-07-03"}),
    ),
}
TIMELY: dict[str, Callable[[], StoredRecord]] = {
    "recorded five minutes ahead": lambda: event_with(recordedtime="2026-07-01T03:05:00.000000Z"),
    "happened today, at noon": lambda: event_with(
        time=f"{TODAY}T05:00:00.000000Z", data=LAPSED | {"lapsed_on": TODAY}
    ),
    "announced a year beforehand": lambda: event_with(
        **CHANGED,
        time="2027-07-02T05:00:00.000000Z",
        data=STATUS | {"effective_on": "2027-07-02"},
    ),
    "corrected to today": lambda: corrected(TODAY),
}


@pytest.mark.parametrize("name", UNTIMELY)
def test_an_event_with_a_day_that_cannot_be_is_refused_with_its_place(name: str) -> None:
    """Its sequence counts as received, so the events after it are not held up."""
    code, make = UNTIMELY[name]
    event = check(make(), TRUST, TOPICS)
    with pytest.raises(Refused) as caught:
        check_times(event, NOW)
    assert (caught.value.code, caught.value.place) == (code, (COOPERATIVE.owner, 5))
    assert person(5)[3:] not in str(caught.value)


@pytest.mark.parametrize("name", TIMELY)
def test_an_event_at_the_bound_is_taken(name: str) -> None:
    """The control: a clock a little ahead, a noon that is still to come, an announcement."""
    check_times(check(TIMELY[name](), TRUST, TOPICS), NOW)


def test_near_midnight_the_clock_of_a_publisher_may_be_in_the_next_day() -> None:
    """23:57 in Jakarta by our clock, 00:01 by theirs: what they record today is no future."""
    received = datetime(2026, 6, 30, 16, 57, tzinfo=UTC)
    today = {"time": f"{TODAY}T05:00:00.000000Z", "data": LAPSED | {"lapsed_on": TODAY}}
    check_times(
        check(event_with(recordedtime="2026-06-30T17:01:00.000000Z", **today), TRUST, TOPICS),
        received,
    )


def test_a_good_record_becomes_its_event() -> None:
    """The control: without a fault nothing is refused."""
    event = check(GOOD, TRUST, TOPICS)
    assert (event.source, event.sequence, event.subject) == (COOPERATIVE.owner, 5, person(5))


@pytest.mark.parametrize("name", CASES)
def test_a_bad_record_is_refused_with_its_code(name: str) -> None:
    """One fault, one code."""
    code, make = CASES[name]
    with pytest.raises(Refused) as caught:
        check(make(), TRUST, TOPICS)
    assert caught.value.code == code


def test_every_refusal_code_has_a_case() -> None:
    """Three come from applying and from what came before, every other code from a check."""
    later = {"APPLY_FAILED", "SEQUENCE_REUSED", "ID_REUSED"}
    checked = {code for code, _ in (*CASES.values(), *UNTIMELY.values())}
    assert checked | later == set(REFUSALS)


@pytest.mark.parametrize("name", CASES)
def test_a_refusal_never_repeats_a_value(name: str) -> None:
    """Details name fields and lengths; the subject stays out of logs and tables."""
    with pytest.raises(Refused) as caught:
        check(CASES[name][1](), TRUST, TOPICS)
    assert person(5)[3:] not in str(caught.value)


def test_a_type_that_is_a_number_of_a_person_is_masked() -> None:
    """A forger may hide a NIK where an error message would quote it."""
    with pytest.raises(Refused) as caught:
        check(event_with(type="nik 3509.3001.0190.0001"), TRUST, TOPICS)
    assert "0190" not in caught.value.detail


def test_short_numbers_are_not_masked() -> None:
    """Lengths and limits stay readable."""
    assert mask_digits("70000 bytes, the limit is 65536") == "70000 bytes, the limit is 65536"


@pytest.mark.parametrize("name", ["an unknown type", "data without a required field"])
def test_what_the_signed_bytes_decide_has_a_place(name: str) -> None:
    """Such an event is counted as received, so it does not hold the watermark."""
    raw = SOURCE.value(5)
    other = {
        "an unknown type": (b".lapsed.", b".sold."),
        "data without a required field": (b'"cooperative"', b'"co"'),
    }
    record = signed(raw.replace(*other[name]))
    with pytest.raises(Refused) as caught:
        check(record, TRUST, TOPICS)
    assert (caught.value.code, caught.value.place) == (CASES[name][0], (COOPERATIVE.owner, 5))


def test_an_unreadable_event_under_a_foreign_key_has_no_place() -> None:
    """Otherwise whoever may write to the topic could make the true event look received."""
    record = signed(SOURCE.value(5).replace(b".lapsed.", b".sold."), key=person(6).encode())
    with pytest.raises(Refused) as caught:
        check(record, TRUST, TOPICS)
    assert caught.value.place is None


def test_no_single_flipped_bit_is_accepted() -> None:
    """Each bit of the value is covered by the signature."""
    value = bytearray(GOOD.value or b"")
    for place in range(len(value)):
        value[place] ^= 1 << (place % 8)
        with pytest.raises(Refused) as caught:
            check(replace(GOOD, value=bytes(value)), TRUST, TOPICS)
        assert caught.value.code == "PROOF_INVALID"
        value[place] ^= 1 << (place % 8)


def test_a_larger_catalogue_reads_what_the_smaller_one_could_not() -> None:
    """An unknown type is only unknown to this version."""
    smaller = {name: cls for name, cls in CATALOGUE.items() if "lapsed" not in name}
    with pytest.raises(Refused) as caught:
        check(GOOD, TRUST, TOPICS, smaller)
    assert caught.value.code == "TYPE_UNKNOWN"
    assert check(GOOD, TRUST, TOPICS, CATALOGUE).sequence == 5
