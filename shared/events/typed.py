"""A payload class as a msgspec struct: the same fields and Python types, decoded several times faster.

Constraints come from the published schema of each field. A struct refuses no form of a UUID or a day
that Pydantic refuses, and ignores unknown fields and repeated keys: whoever decodes into one proves the
form of the bytes besides (`shared.events.relay_form`).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import msgspec
from pydantic import TypeAdapter

from shared.events.attributes import Schema
from shared.events.base import Payload

_BOUNDS = {
    "minimum": "ge", "maximum": "le", "minLength": "min_length", "maxLength": "max_length",
    "maxItems": "max_length",
}  # fmt: skip
_WORDS = frozenset(
    {"type", "title", "description", "examples", "default", "format", "items", "x-lintas-day"}
)
"""Keywords that say nothing which the Python type does not say."""
_TRUE: Any = Literal[True]


class NotTyped(TypeError):
    """A class that no struct can stand for, for example one with a field of any shape."""


@cache
def typed(payload: type[Payload]) -> type[msgspec.Struct]:
    """The struct of a payload class; optional fields have the same defaults.

    Raises:
        NotTyped: a field has a type or a rule that is not translated, or the class has validators.
    """
    rules = payload.__pydantic_decorators__
    if (
        rules.field_validators
        or rules.model_validators
        or rules.validators
        or rules.root_validators
    ):
        raise NotTyped(f"{payload.__name__} has validators")
    schema = TypeAdapter(payload).json_schema()
    fields: list[Any] = []
    for name, field in payload.model_fields.items():
        kind = _type_of(field.annotation, schema["properties"][name])
        fields.append((name, kind) if field.is_required() else (name, kind, field.default))
    # fields with defaults stand last in every class: `kw_only` keeps their order on the wire
    return msgspec.defstruct(payload.__name__, fields, frozen=True, gc=False, kw_only=True)


def is_typed(payload: type[Payload]) -> bool:
    """Whether a struct can stand for this class."""
    try:
        typed(payload)
    except NotTyped:
        return False
    return True


def _type_of(annotation: Any, schema: Schema) -> Any:
    """A field's type with its rules as msgspec writes them down."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    kind: Any = annotation
    if origin is Annotated:
        kind = _type_of(arguments[0], schema)
    elif origin in (Union, UnionType):
        kind = _optional(arguments, schema)
    elif origin is tuple:
        items = GenericAlias(tuple, (_type_of(arguments[0], schema["items"]), ...))
        kind = Annotated[items, _rules(schema)]
    elif annotation == _TRUE:
        kind = bool  # `always_true` names these fields
    elif isinstance(annotation, type) and issubclass(annotation, Payload):
        kind = typed(annotation)
    elif annotation in (str, int, bool):
        kind = Annotated[annotation, _rules(schema)]
    elif annotation not in (UUID, date) and not _is_enumeration(annotation):
        raise NotTyped(f"no struct has a field of {annotation}")
    return kind


def _is_enumeration(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, StrEnum)


def _optional(arguments: tuple[Any, ...], schema: Schema) -> Any:
    (kind,) = (one for one in arguments if one is not NoneType)
    inner = next(one for one in schema["anyOf"] if one.get("type") != "null")
    return _type_of(kind, inner) | None


def _rules(schema: Mapping[str, Any]) -> msgspec.Meta:
    """The rules of a field's schema; one that is not known here must not be lost."""
    unknown = schema.keys() - _BOUNDS.keys() - _WORDS - {"pattern"}
    if unknown:
        raise NotTyped(f"rules that are not translated: {', '.join(sorted(unknown))}")
    rules = {_BOUNDS[name]: value for name, value in schema.items() if name in _BOUNDS}
    if "pattern" in schema:
        # `$` means the end in the contract, but in Python a line end may follow
        rules["pattern"] = schema["pattern"].removesuffix("$") + r"\Z"
    return msgspec.Meta(**rules)


def always_true(payload: type[Payload]) -> tuple[str, ...]:
    """The fields of a class that are true or there is no event; msgspec has no such type."""
    return tuple(name for name, field in payload.model_fields.items() if field.annotation == _TRUE)
