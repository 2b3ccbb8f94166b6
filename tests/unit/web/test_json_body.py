"""What a stranger may write into a JSON body, and what is refused."""

import json
from time import process_time

import pytest

from shared.errors import Refusal
from shared.http.json_body import MAX_DEPTH, read_json


def code(body: bytes) -> str:
    """The code with which a body is refused."""
    with pytest.raises(Refusal) as caught:
        read_json(body)
    assert caught.value.status == 400
    return caught.value.code


@pytest.mark.parametrize("body", [b"null", b"[]", b"7", b'"text"', b"true", b"[{}]"])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    """Every endpoint takes a JSON object."""
    assert code(body) == "BODY_SHAPE"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a":1,}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":1,"a":1}',
        b'{"x":[{"a":1,"a":2}]}',
        b"{'a':1}",
        b'{"a":"\xff"}',
        b"\xef\xbb\xbf{}",
        b'{"a":' + b"9" * 1_000_000 + b"}",
        b'{"a":"tab\tinside"}',
    ],
)
def test_what_is_not_strict_json_is_refused(body: bytes) -> None:
    """Trailing commas, NaN, a key given twice, other encodings, absurd numbers."""
    assert code(body) == "JSON_SYNTAX"


def test_a_syntax_error_names_line_and_column() -> None:
    """So that a person can find it."""
    with pytest.raises(Refusal) as caught:
        read_json(b'{\n "a": }')
    assert "2:" in caught.value.message


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 10_000, 200_000])
def test_deep_nesting_is_refused_quickly(depth: int) -> None:
    """No RecursionError and little CPU (bound loose for slow machines)."""
    body = b'{"a":' * depth + b"1" + b"}" * depth
    started = process_time()
    assert code(body) == "JSON_DEPTH"
    assert process_time() - started < 0.2


def test_nesting_up_to_the_limit_is_read() -> None:
    """The limit itself is allowed."""
    body = b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH
    assert json.loads(body) == read_json(body)[1]


@pytest.mark.parametrize(
    "text", ["\\ud800", "\\u0000", "\\u202e", "\u202e", "\u2066", "\\u001b", "\\udc00\\ud800"]
)
def test_characters_that_must_not_be_stored_are_refused(text: str) -> None:
    """Lone surrogates, NUL, other controls and direction overrides; escaped or not."""
    assert code(f'{{"a":["x{text}y"]}}'.encode()) == "TEXT_FORBIDDEN"


def test_a_forbidden_character_in_a_key_is_refused() -> None:
    """Keys are text too."""
    assert code(b'{"a\\u0000":1}') == "TEXT_FORBIDDEN"


def test_a_pair_of_surrogates_and_emoji_are_accepted() -> None:
    """Four-byte characters are ordinary text."""
    assert read_json('{"a":"\\ud83c\\udf3e\U0001f33e"}'.encode())[1] == {
        "a": "\U0001f33e\U0001f33e"
    }


def test_names_are_stored_in_one_form() -> None:
    """A composed and a decomposed spelling are the same name (NFC)."""
    text, value = read_json('{"a":"Sule\u0301"}'.encode())
    assert {"a": "Sul\u00e9"} == value == json.loads(text)


def test_line_breaks_in_a_text_are_kept() -> None:
    """An address may have two lines."""
    assert read_json('{"a":"Jl. Melati\\nRT 1 é"}'.encode())[1] == {"a": "Jl. Melati\nRT 1 \u00e9"}
