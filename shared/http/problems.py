"""RFC 9457 problem documents, the form of every error answer. They never repeat a value."""

import json
import re
from collections.abc import Mapping, Sequence
from http.client import SERVICE_UNAVAILABLE
from typing import Any

from fastapi import Response
from pydantic_core import ErrorDetails

from shared.errors import Refusal
from shared.messages import catalogue, phrase

PROBLEM_TYPE = "application/problem+json"
MAX_ERRORS = 50
"""How many field errors one answer lists."""
RETRY_AFTER_SECONDS = "5"

PROBLEM_STATUSES = (400, 401, 403, 404, 405, 406, 408, 409, 413, 415, 422, 500, 503)
"""The statuses that have a title of their own."""

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "For programs: stable, upper case"},
        "detail": {"type": "string", "description": "Indonesian, with English beside it"},
        "field": {"type": "string"},
        "remedy": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


def problem(refusal: Refusal, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """The problem document of a refusal; a 503 carries Retry-After."""
    again = {"Retry-After": RETRY_AFTER_SECONDS} if refusal.status == SERVICE_UNAVAILABLE else {}
    body: dict[str, Any] = {
        "type": f"urn:lintas:problem:{refusal.code.lower().replace('_', '-')}",
        "title": problem_title(refusal.status),
        "status": refusal.status,
        "code": refusal.code,
        "detail": refusal.message,
    }
    if refusal.field:
        body["field"] = refusal.field
    if refusal.remedy:
        body["remedy"] = refusal.remedy
    content = json.dumps(body | more, ensure_ascii=False, separators=(",", ":"))
    return Response(content, refusal.status, again | dict(headers or {}), media_type=PROBLEM_TYPE)


def problem_title(status: int) -> str:
    """The title of a problem document, in both languages."""
    return phrase(f"status.{status if status in PROBLEM_STATUSES else 'other'}").both()


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for these problem statuses; `shared/http/openapi.py` makes them references."""
    return {
        status: {"description": problem_title(status), "content": {PROBLEM_TYPE: {}}}
        for status in statuses
    }


class InvalidContent(Refusal):
    """422: `errors` lists every field that breaks the contract."""

    def __init__(self, errors: Sequence[dict[str, str]]) -> None:
        first = errors[0]
        remedy, _, remedy_en = first["remedy"].partition(" / ")
        super().__init__(
            "CONTENT_INVALID",
            first["field"],
            code=first["code"],
            place=first["field"],
            remedy=remedy,
            remedy_en=remedy_en,
        )
        self.errors = list(errors[:MAX_ERRORS])


_WORD = re.compile(r"[A-Za-z][A-Za-z_-]{0,59}\d{0,2}")
SHAPE_CODES = frozenset({"FIELD_UNKNOWN", "FIELD_MISSING", "FIELD_TYPE"})
"""Codes that blame the sender's program, not one record of its data."""


def field_error(error: ErrorDetails) -> dict[str, str]:
    """One Pydantic error as {field, code, message, remedy}, without the value."""
    code = _code_of(error)
    field = ".".join(_shown(part) for part in error["loc"]) or "body"
    refusal = _choice_refusal(error, field) or field_refusal(code, field)
    return {
        "field": refusal.field or "",
        "code": code,
        "message": refusal.message,
        "remedy": refusal.remedy,
    }


def field_refusal(code: str, field: str | None) -> Refusal:
    """The refusal of one field; a code without words of its own is a value that is not allowed."""
    name = f"{code}.field"
    return Refusal(name if name in catalogue() else "FIELD_VALUE.field", field, code=code)


def _choice_refusal(error: ErrorDetails, field: str) -> Refusal | None:
    """The refusal of what is none of a few words, which it names."""
    if error["type"] not in ("enum", "literal_error"):
        return None
    expected = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
    return Refusal("FIELD_VALUE.choice", field, expected=expected)


def _shown(part: int | str) -> str:
    """Part of a field's path; show the sender's own name only if it is a plain word."""
    return str(part) if isinstance(part, int) or _WORD.fullmatch(part) else "?"


def _code_of(error: ErrorDetails) -> str:
    kind = error["type"]
    own = getattr(error.get("ctx", {}).get("error"), "code", None)
    if isinstance(own, str):
        return own
    if kind.isupper():  # a PydanticCustomError raised with one of our codes
        return kind
    if kind in ("extra_forbidden", "missing"):
        return "FIELD_UNKNOWN" if kind == "extra_forbidden" else "FIELD_MISSING"
    if kind.startswith(("date_", "datetime_")) and not kind.endswith("_type"):
        return "DATE_INVALID"
    if kind.endswith(("_type", "is_instance_of")) or kind.startswith("model_"):
        return "FIELD_TYPE"
    return _by_ending(kind)


def _by_ending(kind: str) -> str:
    if kind.endswith(("too_long", "too_short")):
        return "FIELD_LENGTH"
    if kind.startswith(("greater_than", "less_than")):
        return "FIELD_RANGE"
    if kind.endswith(("_mismatch", "_parsing", "_from_float", "_unicode", "_sub_type")):
        return "FIELD_FORMAT"
    return "FIELD_VALUE"
