"""Show a record to an operator without its values."""

import json
import re
from typing import Any

_ATTRIBUTES = {
    "specversion": r"[0-9.]{1,5}",
    "id": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "source": r"urn:[a-z:-]{1,100}",
    "type": r"[a-z._]{1,100}\.v[0-9]{1,3}",
    "time": r"[0-9T:.-]{10,32}Z",
    "recordedtime": r"[0-9T:.-]{10,32}Z",
    "dataschema": r"urn:[a-z0-9._:-]{1,150}",
    "agreement": r"urn:[a-z:-]{1,100}:[0-9]{1,4}#[a-z-]{1,60}",
    "sequence": r"0{3}[0-9]{1,16}",
}
"""Attributes of the envelope that are shown, if they look as the contract says."""


def masked_value(value: bytes | None) -> Any:
    """The envelope's attributes and the shape of everything else; a length when it is not JSON."""
    if value is None:
        return None
    try:
        body = json.loads(value)
    except (ValueError, RecursionError):
        return f"{len(value)} bytes, not JSON"
    if not isinstance(body, dict):
        return shape(body)
    return {_name(name): _attribute(name, content) for name, content in list(body.items())[:50]}


def _attribute(name: str, content: Any) -> Any:
    pattern = _ATTRIBUTES.get(name)
    if pattern and isinstance(content, str) and re.fullmatch(pattern, content):
        return content
    return shape(content)


def shape(content: Any, depth: int = 4) -> Any:
    """The kind of a value in place of the value."""
    if isinstance(content, dict) and depth:
        return {_name(name): shape(item, depth - 1) for name, item in list(content.items())[:50]}
    if isinstance(content, list) and depth:
        return [shape(item, depth - 1) for item in content[:10]]
    if isinstance(content, str):
        return f"text of {len(content)}"
    return "null" if content is None else type(content).__name__


def _name(name: str) -> str:
    return name if re.fullmatch(r"[a-z_]{1,40}", name) else "***"
