"""The yardstick: the same bytes decoded into typed structs by msgspec, on one core.

The structs are made from the contract's payload classes: UUIDs, dates, moments, enumerations,
lists and nested objects, without any check of proof, origin or pattern.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, get_args, get_origin
from uuid import UUID

import msgspec
from pydantic import BaseModel

from shared.events.catalogue import CATALOGUE

ATTRIBUTES: list[tuple[str, Any]] = [
    ("specversion", str), ("id", UUID), ("source", str), ("subject", str), ("time", datetime),
    ("recordedtime", datetime), ("datacontenttype", str), ("dataschema", str), ("agreement", str),
    ("traceparent", str), ("sequence", str),
]  # fmt: skip


def decoder() -> msgspec.json.Decoder[Any]:
    """One decoder of every event type, distinguished by `type`."""
    structs = [
        msgspec.defstruct(
            f"{payload.__name__}Event",
            [*ATTRIBUTES, ("data", _struct(payload))],
            tag_field="type",
            tag=name,
        )
        for name, payload in CATALOGUE.items()
    ]
    return msgspec.json.Decoder(reduce(or_, structs))


def decode_seconds(values: Sequence[bytes]) -> float:
    """Processor seconds to decode all of them, one after the other."""
    decode = decoder().decode
    decode(values[0])
    began = time.process_time()
    for value in values:
        decode(value)
    return time.process_time() - began


def _struct(model: type[BaseModel]) -> type[msgspec.Struct]:
    required, optional = [], []
    for name, field in model.model_fields.items():
        if field.is_required():
            required.append((name, _kind(field.annotation)))
        else:
            optional.append((name, _kind(field.annotation), field.default))
    return msgspec.defstruct(model.__name__, [*required, *optional], frozen=True)


def _kind(annotation: Any) -> Any:
    """The annotation without Pydantic's classes in it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _struct(annotation)
    arguments = [_kind(one) for one in get_args(annotation)]
    if not arguments or get_origin(annotation) is None:
        return annotation
    if get_origin(annotation) in (list, tuple, dict):
        return get_origin(annotation)[tuple(arguments)]
    if get_origin(annotation).__name__ in ("Union", "UnionType"):
        return reduce(or_, arguments)
    return arguments[0] if get_origin(annotation).__name__ == "Annotated" else annotation
