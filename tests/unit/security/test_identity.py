"""A NIK is checked by its structure and never shows itself; pseudonyms are stable and keyed."""

import copy
import hmac
import json
import logging
import pickle
import re
from base64 import b32encode
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lokal import parse_nik
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.events.base import Pseudonym
from shared.security.base32 import base32_of
from shared.security.identity import InvalidNationalId, NationalId, Pseudonymiser

MAN = "3509301703850001"
WOMAN = "3509305703850001"
KEY = bytes(range(32))
PERSON = Pseudonymiser("k1", KEY)


class Someone(BaseModel):
    """A model with a NIK."""

    nik: NationalId


def code_of(text: str) -> str:
    """The code with which a text is refused."""
    with pytest.raises(InvalidNationalId) as caught:
        NationalId.parse(text)
    assert text == "" or text not in str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("text", [MAN, WOMAN, "3509302902000001", "9471013112991234"])
def test_possible_numbers_are_accepted(text: str) -> None:
    """A man, a woman, a leap day of one of two centuries, another province."""
    assert NationalId.parse(text).reveal() == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "NIK_FORMAT"),
        ("350930170385000", "NIK_LENGTH"),
        ("35093017038500011", "NIK_LENGTH"),
        ("35093O1703850001", "NIK_FORMAT"),
        ("3509 3017 0385 0001", "NIK_SEPARATED"),
        ("".join(chr(0xFEE0 + ord(digit)) for digit in MAN), "NIK_DIGITS"),
        ("".join(chr(0x0630 + ord(digit)) for digit in MAN), "NIK_DIGITS"),
        (f"{MAN}\n", "NIK_SEPARATED"),
        (f"'{MAN}", "NIK_APOSTROPHE"),
        (f'="{MAN}"', "NIK_FORMULA"),
        ("0509301703850001", "NIK_REGION"),
        ("3509301703850000", "NIK_ROUNDED"),
        ("3500301703850001", "NIK_REGION"),
        ("3509001703850001", "NIK_REGION"),
    ],
)
def test_wrong_forms_are_refused_by_name(text: str, code: str) -> None:
    """Length, letters, blanks, other scripts' digits, marks of a spreadsheet, impossible numbers."""
    assert code_of(text) == code


@pytest.mark.parametrize(
    "text", ["3.50930E+15", "3,50930E+15", "3e15", "3509301703850001.0", "3509301703850000,00"]
)
def test_numbers_saved_by_a_spreadsheet_are_named_as_such(text: str) -> None:
    """The digits are lost already: another remedy than a typing error."""
    assert code_of(text) == "NIK_SCIENTIFIC"


@pytest.mark.parametrize(
    "middle", ["310285", "000185", "320185", "400185", "720185", "711385", "300299", "290285"]
)
def test_impossible_dates_are_refused(middle: str) -> None:
    """Neither as a man's day nor as a woman's."""
    assert code_of(f"350930{middle}0001") == "NIK_DATE"


numbers = st.builds(
    "{:02d}{:02d}{:02d}{:02d}{:02d}{:02d}{:04d}".format,
    st.integers(1, 99),
    st.integers(0, 99),
    st.integers(0, 99),
    st.integers(0, 75),
    st.integers(0, 14),
    st.integers(0, 99),
    st.integers(0, 9999),
)


@given(numbers)
def test_an_independent_parser_agrees(text: str) -> None:
    """lokal-id knows today's provinces and one century; on the rest both decide alike."""
    info = parse_nik(text, reference_date=date(2099, 12, 31))
    codes = {issue.code for issue in info.errors}
    try:
        NationalId.parse(text)
    except InvalidNationalId as refused:
        # a province is never judged by today's list; a leading zero is no number of anybody
        assert codes - {"province"} or text[0] == "0"
        if refused.code == "NIK_DATE":
            assert "birth_date" in codes
    else:
        assert codes <= {"province", "birth_date"}
        if "birth_date" in codes:
            assert text[6:10] in ("2902", "6902")


@pytest.mark.parametrize(
    "show",
    [repr, str, "{}".format, "{!r:>40}".format, lambda nik: f"{nik:>20}", lambda nik: f"{[nik]}"],
)
def test_no_way_of_printing_shows_it(show: object) -> None:
    """Neither whole nor in part."""
    assert callable(show)
    assert re.search(r"\d", show(NationalId.parse(MAN))) is None


def test_a_log_line_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    """As an argument of a message."""
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("person %s", NationalId.parse(MAN))
    assert MAN not in caplog.text
    assert "***" in caplog.text


def test_a_model_takes_text_and_gives_json_without_it() -> None:
    """In and out of Pydantic."""
    someone = Someone.model_validate_json(json.dumps({"nik": MAN}))
    assert someone.nik.reveal() == MAN
    assert json.loads(someone.model_dump_json()) == {"nik": "*" * 16}
    assert MAN not in repr(someone)
    assert someone == Someone(nik=NationalId.parse(MAN))


@pytest.mark.parametrize(("text", "code"), [("123", "NIK_LENGTH"), ("3e15", "NIK_SCIENTIFIC")])
def test_a_model_refuses_with_the_code(text: str, code: str) -> None:
    """The edges read the code from the error's context."""
    with pytest.raises(ValidationError) as caught:
        Someone(nik=text)
    (error,) = caught.value.errors()
    assert getattr(error["ctx"]["error"], "code", None) == code


def test_a_number_is_not_text() -> None:
    """JSON numbers lose digits: they are refused by type."""
    with pytest.raises(ValidationError, match="string_type"):
        Someone.model_validate_json(f'{{"nik":{MAN}}}')


def test_the_json_schema_says_what_is_accepted() -> None:
    """For generated documentation and fuzzers."""
    schema = TypeAdapter(NationalId).json_schema()
    assert schema["type"] == "string"
    assert re.fullmatch(schema["pattern"], MAN)


def test_equal_numbers_are_equal_and_hash_alike() -> None:
    """It can be a key of a dict."""
    assert len({NationalId.parse(MAN), NationalId.parse(MAN), NationalId.parse(WOMAN)}) == 2
    assert NationalId.parse(MAN) != MAN


def test_it_cannot_be_pickled_or_copied_into_a_file() -> None:
    """A pickle would hold the digits."""
    with pytest.raises(TypeError):
        pickle.dumps(NationalId.parse(MAN))
    with pytest.raises(TypeError):
        copy.deepcopy(NationalId.parse(MAN))


@pytest.mark.parametrize(
    ("text", "latest", "born"),
    [
        (MAN, 2026, date(1985, 3, 17)),
        (WOMAN, 2026, date(1985, 3, 17)),
        ("3509301703260001", 2026, date(2026, 3, 17)),
        ("3509301703270001", 2026, date(1927, 3, 17)),
        ("3509302902000001", 1999, None),
    ],
)
def test_the_date_inside_needs_a_century(text: str, latest: int, born: date | None) -> None:
    """The last one that is not in the future; none when that year has no such day."""
    assert NationalId.parse(text).birth_date(latest) == born


def test_a_date_of_birth_is_possible_if_one_of_two_centuries_has_it() -> None:
    """Every day and month that can be written, in years with and without a leap day."""
    for day, month, year in product(range(100), range(14), (0, 1, 4, 23, 96, 99)):
        true_day = day - 40 if day > 40 else day
        number = f"350930{day:02d}{month:02d}{year:02d}0001"
        if any(is_day(century + year, month, true_day) for century in (1900, 2000)):
            assert NationalId.parse(number).reveal() == number
        else:
            assert code_of(number) == "NIK_DATE"


def is_day(year: int, month: int, day: int) -> bool:
    """Whether the calendar has this day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def test_pseudonyms_never_change() -> None:
    """Computed by `openssl dgst -sha256 -mac HMAC`: a change would split every person."""
    assert PERSON.person(NationalId.parse(MAN)) == (
        "k1.fttp2ga5qo62i5gtxvtpiyrlquzpjvjm6cw6ygcp4kr5fe66y3sa"
    )
    assert PERSON.family("KPM/0001") == "k1.mpcxh7jziynp5g6bjaau7ze7atyutqd22y75x7s5wcvmjprq6tqa"


@given(st.binary(min_size=32, max_size=130), st.text(max_size=80))
def test_a_pseudonym_is_the_standard_hmac_in_base32(key: bytes, number: str) -> None:
    """As the standard library writes both, with keys longer than a block too."""
    code = hmac.digest(key, b"family:" + number.encode(), "sha256")
    expected = f"k1.{b32encode(code).decode().rstrip('=').lower()}"
    assert Pseudonymiser("k1", key).family(number) == expected


@given(st.binary(min_size=1, max_size=40))
def test_base32_is_that_of_the_standard_library(digest: bytes) -> None:
    """Of any length that fits."""
    assert base32_of(digest) == b32encode(digest).decode().rstrip("=").lower()


def test_pseudonyms_have_the_form_of_the_contract() -> None:
    """For both kinds."""
    form = TypeAdapter(Pseudonym)
    form.validate_python(PERSON.person(NationalId.parse(MAN)))
    form.validate_python(PERSON.family("1"))


def test_a_family_is_not_the_person_of_the_same_number() -> None:
    """The kind is part of what is hashed."""
    assert PERSON.family(MAN) != PERSON.person(NationalId.parse(MAN))


def test_another_key_gives_another_pseudonym() -> None:
    """Without the key nothing can be looked up."""
    other = Pseudonymiser("k1", bytes(range(1, 33)))
    assert other.person(NationalId.parse(MAN)) != PERSON.person(NationalId.parse(MAN))


def test_a_pseudonymiser_does_not_show_its_key_and_wants_a_strong_one() -> None:
    """Its repr names the key id alone."""
    assert repr(PERSON) == "Pseudonymiser(k1)"
    with pytest.raises(ValueError, match="32 bytes"):
        Pseudonymiser("k1", b"short")
