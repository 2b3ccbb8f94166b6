"""Arrow columns from Python values: the column's type by a field's annotation, and its array.

Each builder takes the values of one field of many events and calls Python as seldom as it can.
"""

import json
import types
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import accumulate, chain
from operator import attrgetter
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin
from uuid import UUID

import pyarrow as pa

from shared.events.base import Payload

Values = Sequence[Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WRITE = json.JSONEncoder(separators=(",", ":")).encode


class Column(NamedTuple):
    """The type of a column and how its array is made."""

    type: pa.DataType
    build: Callable[[Values], pa.Array]


def moments(values: Values) -> pa.Array:
    """Moments with a zone as timestamps in UTC; a third of the time of Arrow's own conversion."""
    return pa.array([one - _EPOCH for one in values], pa.duration("us")).view(pa.timestamp("us"))


def ids(values: Sequence[UUID]) -> pa.Array:
    """UUIDs, none of them missing; half the time of Arrow's own conversion."""
    joined = b"".join([one.int.to_bytes(16, "big") for one in values])
    stored = pa.Array.from_buffers(pa.binary(16), len(values), [None, pa.py_buffer(joined)])
    return pa.ExtensionArray.from_storage(pa.uuid(), stored)


def plain(kind: pa.DataType) -> Column:
    """A column that Arrow makes itself; None becomes null."""
    return Column(kind, partial(pa.array, type=kind))


TEXT, WHOLE, MOMENT = plain(pa.string()), plain(pa.int64()), Column(pa.timestamp("us"), moments)
ID, OPTIONAL_ID = Column(pa.uuid(), ids), plain(pa.uuid())
_PLAIN = {date: plain(pa.date32()), bool: plain(pa.bool_()), int: WHOLE, UUID: ID}


def column_of(annotation: Any) -> Column:
    """The column of a payload's field.

    Raises:
        TypeError: no column is known for this annotation.
    """
    kind, optional = _without_none(annotation)
    if kind is UUID and optional:
        return OPTIONAL_ID
    if kind in _PLAIN:
        return _PLAIN[kind]
    if get_origin(kind) is dict:
        return Column(pa.string(), _documents)
    if isinstance(kind, type) and issubclass(kind, str):
        return TEXT
    if not optional and get_origin(kind) in (tuple, list):
        return _list_of(column_of(get_args(kind)[0]))
    if not optional and isinstance(kind, type) and issubclass(kind, Payload):
        return _struct_of(kind)
    raise TypeError(f"no column for {annotation}")


def columns_of(payload: type[Payload]) -> dict[str, Column]:
    """The columns of all fields of a class."""
    return {name: column_of(one.annotation) for name, one in payload.model_fields.items()}


def transposed(names: Sequence[str], objects: Values) -> list[Values]:
    """The values of these attributes, one sequence for each."""
    if len(names) == 1:
        return [list(map(attrgetter(names[0]), objects))]
    return list(zip(*map(attrgetter(*names), objects), strict=True)) or [()] * len(names)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    """The bare type of an annotation, and whether None is allowed beside it."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _without_none(parts[0])
    if origin is Literal:
        return type(parts[0]), False
    if origin in (Union, types.UnionType):
        kinds = [one for one in parts if one is not type(None)]
        if len(kinds) == 1:
            return _without_none(kinds[0])[0], True
    return annotation, False


def _documents(values: Values) -> pa.Array:
    """JSON objects as text."""
    return pa.array([None if one is None else _WRITE(one) for one in values], pa.string())


def _list_of(item: Column) -> Column:
    def build(values: Values) -> pa.Array:
        offsets = pa.array([0, *accumulate(map(len, values))], pa.int32())
        inner = item.build(list(chain.from_iterable(values)))
        return pa.ListArray.from_arrays(offsets, inner)

    return Column(pa.list_(item.type), build)


def _struct_of(payload: type[Payload]) -> Column:
    columns = columns_of(payload)
    names, fields = tuple(columns), [pa.field(name, one.type) for name, one in columns.items()]

    def build(values: Values) -> pa.Array:
        by_field = zip(columns.values(), transposed(names, values), strict=True)
        arrays = [column.build(some) for column, some in by_field]
        return pa.StructArray.from_arrays(arrays, fields=fields)

    return Column(pa.struct(fields), build)
