"""What may be an identity number is found however it is written; what the contract writes is not suspected."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.envelope import draft, with_sequence
from shared.events.examples import EXAMPLES
from shared.ids import new_traceparent, uuid7
from shared.security.identity_search import suspects_identity
from tests.kit.records import NOW

NIK = "3509900101900001"


@pytest.mark.parametrize(
    "content",
    [
        NIK.encode(),
        f'{{"nik":"{NIK}"}}'.encode(),
        f'{{"nik":{NIK}}}'.encode(),
        f"k1.{NIK}".encode(),
        f"NIK{NIK}X".encode(),
        b"3509.9001.0190.0001",
        b"350990 010190 0001",
        b"35.09.90-010190-0001",
        f"{NIK} {NIK}".encode(),
        f"{NIK}{NIK}".encode(),
        f"0{NIK}".encode(),
        b'"3.509900101900001E+15"',
        b'"3,509900101900001e15"',
        b'{"nik":"\\u0033\\u0035\\u0030\\u0039900101900001"}',
        NIK.encode("utf-16"),
        b"\xff\xfe;" + NIK.encode() + b";",
        f'{{"sequence":"000{NIK}"}}'.encode(),
    ],
)
def test_an_identity_number_is_suspected(content: bytes) -> None:
    """Bare, in a field, as a number, grouped, twice, escaped, as a spreadsheet leaves it."""
    assert suspects_identity([content])
    assert suspects_identity([None, b"", b"harmless", content])


@pytest.mark.parametrize(
    "content",
    [
        b"35.09.90.2009",
        b"350990010190000",
        b"2026-07-01T03:00:00.000000Z",
        b"081234567890",
        b"0000000000001234567",
        b"11111111-1111-7111-8111-111111111111",
        b"00-11111111111111111111111111111111-1111111111111111-01",
        b"a" * 24 + b"1234567812345678" + b"0" * 24,
    ],
)
def test_what_the_contract_writes_with_digits_is_not_suspected(content: bytes) -> None:
    """A false suspicion costs the content of a record that could have been replayed."""
    assert not suspects_identity([content])


@pytest.mark.parametrize("event_type", EXAMPLES)
def test_no_example_of_the_contract_is_suspected(event_type: str) -> None:
    """Each could be staged."""
    assert all(not suspects_identity([one.wire()]) for one in EXAMPLES[event_type])


@given(st.binary(min_size=10, max_size=10), st.integers(1, 10**12))
def test_no_id_trace_or_sequence_is_ever_suspected(entropy: bytes, sequence: int) -> None:
    """They are drawn at random; one in two thousand spans has digits only."""
    one = next(iter(EXAMPLES.values()))[0]
    body = draft(
        one.fact,
        id=uuid7(NOW, entropy),
        source="urn:lintas:beneficiary",
        recorded=NOW,
        agreement="urn:lintas:agreement:x:1#y",
        traceparent=new_traceparent(),
    )
    assert not suspects_identity([with_sequence(body, sequence)])


@given(st.text(), st.text(), st.sampled_from([NIK, "3509 9001 0190 0001"]))
def test_it_is_found_whatever_is_around_it(before: str, after: str, number: str) -> None:
    """In JSON of any surroundings that do not go on with digits."""
    edge = f"{before}x{number}x{after}"
    assert suspects_identity([json.dumps({"a": edge}).encode()])


SLOW = re.compile(
    rb"[0-9]{16}"
    rb"|(?<![0-9])(?<![0-9][ ._/\-])[0-9](?:[ ._/\-]?[0-9]){15}(?![ ._/\-]?[0-9])"
    rb"|[0-9][.,][0-9]{12,15}[eE]\+?15"
)
"""Each form alone, as one would read it."""


@given(st.text("0123456789 ._/-,eE+x", max_size=60))
def test_the_quick_search_finds_what_each_form_alone_would(text: str) -> None:
    """What clears most contents clears none of them wrongly."""
    assert suspects_identity([text.encode()]) == bool(SLOW.search(text.encode()))
