"""Read an untrusted JSON body: refuse what is dangerous, then let Pydantic validate it once.

Python's parser finds what Pydantic's overlooks (a duplicate key, NaN, depth, characters that must not
be stored); Pydantic then reads the same text strictly.
"""

import json
import re
import unicodedata
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from shared.errors import Refusal
from shared.http.problems import InvalidContent, field_error

MAX_DEPTH = 32
Parsed = TypeVar("Parsed")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def read_json(body: bytes) -> tuple[str, Any]:
    """Return the body's text, normalised (NFC), and its value.

    Raises:
        Refusal: 400 JSON_SYNTAX (line and column), JSON_DEPTH, TEXT_FORBIDDEN or BODY_SHAPE.
    """
    text = _decode(body)
    value = _load(text)
    if not isinstance(value, dict):
        raise _bad(
            "BODY_SHAPE",
            "isi harus objek JSON",
            "the body must be a JSON object",
        )
    _check_depth(value)
    if text.isascii() and "\\u" not in text:
        return text, value
    value = _clean(value)
    return json.dumps(value, ensure_ascii=False), value


def validate(adapter: TypeAdapter[Parsed], body: bytes) -> Parsed:
    """Read and validate a body as a whole.

    Raises:
        Refusal: as `read_json`; InvalidContent (422) with every field that breaks the contract.
    """
    text, _ = read_json(body)
    try:
        return adapter.validate_json(text, strict=True)
    except ValidationError as error:
        raise InvalidContent(
            [field_error(item) for item in error.errors(include_url=False)]
        ) from None


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad(
            "JSON_SYNTAX",
            f"bukan UTF-8 pada byte {error.start}",
            f"not UTF-8 at byte {error.start}",
        ) from None


def _load(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"{error.lineno}:{error.colno}"
        raise _bad(
            "JSON_SYNTAX", f"JSON rusak pada {where}", f"broken JSON at line:column {where}"
        ) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # an integer of thousands of digits
        raise _bad("JSON_SYNTAX", "bilangan terlalu panjang", "a number is too long") from None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _bad(
            "JSON_SYNTAX",
            "satu kunci muncul dua kali dalam satu objek",
            "a key appears twice in one object",
        )
    return value


def _no_constant(_name: str) -> Any:
    raise _bad("JSON_SYNTAX", "NaN dan Infinity bukan JSON", "NaN and Infinity are not JSON")


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return
    raise _too_deep()


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        if _FORBIDDEN.search(value):
            raise _bad(
                "TEXT_FORBIDDEN", "teks memuat karakter kendali", "a text holds a control character"
            )
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


def _too_deep() -> Refusal:
    return _bad(
        "JSON_DEPTH",
        f"JSON lebih dalam dari {MAX_DEPTH}",
        f"JSON is nested deeper than {MAX_DEPTH}",
    )


def _bad(code: str, message_id: str, message_en: str) -> Refusal:
    return Refusal(code, message_id, message_en, 400)
