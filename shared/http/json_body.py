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
        raise Refusal("BODY_SHAPE")
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
        raise Refusal("JSON_SYNTAX.encoding", place=error.start) from None


def _load(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = f"{error.lineno}:{error.colno}"
        raise Refusal("JSON_SYNTAX.place", place=place) from None
    except RecursionError:
        raise Refusal("JSON_DEPTH", limit=MAX_DEPTH) from None
    except ValueError:  # an integer of thousands of digits
        raise Refusal("JSON_SYNTAX.number") from None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Refusal("JSON_SYNTAX.twice")
    return value


def _no_constant(_name: str) -> Any:
    raise Refusal("JSON_SYNTAX.constant")


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
    raise Refusal("JSON_DEPTH", limit=MAX_DEPTH)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        if _FORBIDDEN.search(value):
            raise Refusal("TEXT_FORBIDDEN")
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value
