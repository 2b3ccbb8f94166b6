"""Events as rows of typed tables: one table for each type, with every field of the contract.

    id.lintas.family.enrolled.v1 -> family_enrolled_v1(source, sequence, event, ..., programme, ...)

A correction is a row of its own table, and its replacement a row of the corrected type's table, in
which `corrects` is the id of the corrected event: no query reads JSON.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from types import MappingProxyType
from typing import cast
from uuid import UUID

import pyarrow as pa

from services.monitoring import CARD
from services.monitoring.log.arrays import (
    ID,
    MOMENT,
    OPTIONAL_ID,
    TEXT,
    WHOLE,
    Column,
    columns_of,
    transposed,
)
from shared.events.catalogue import CATALOGUE, PREFIX, TYPE_OF
from shared.events.corrections import FactCorrected
from shared.events.envelope import Event, InvalidEvent, replacement_of

COMMON: Mapping[str, Column] = MappingProxyType(
    {
        "source": TEXT,
        "sequence": WHOLE,
        "event": ID,
        "subject": TEXT,
        "time": MOMENT,
        "recorded": MOMENT,
        "corrects": OPTIONAL_ID,
    }
)
"""The columns that every table begins with."""
_ATTRIBUTES = tuple(
    map(Event._fields.index, ("source", "sequence", "id", "subject", "time", "recordedtime"))
)
_DATA = Event._fields.index("data")

OWNERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        name: frozenset(topic.owner for topic in CARD.listens_to if name in topic.types)
        for name in CATALOGUE
    }
)
"""Event type to the sources from which monitoring hears it."""
HEARD: tuple[str, ...] = tuple(name for name in CATALOGUE if OWNERS[name])
"""The event types that monitoring applies, in the contract's order."""


def table_name(event_type: str) -> str:
    """The table of a type: `family_enrolled_v1` for `id.lintas.family.enrolled.v1`."""
    return event_type.removeprefix(PREFIX).replace(".", "_")


_COLUMNS = {name: columns_of(CATALOGUE[name]) for name in HEARD}
SCHEMAS: Mapping[str, pa.Schema] = MappingProxyType(
    {
        table_name(name): pa.schema(
            [(column, one.type) for column, one in {**COMMON, **_COLUMNS[name]}.items()]
        )
        for name in HEARD
    }
)
"""Table name to schema, for every type that monitoring applies."""
CORRECTION = TYPE_OF[FactCorrected]
Replacement = tuple[UUID, Event]
"""The id of a corrected event, and the correction as an event of the corrected type."""


def tables_of(events: Sequence[Event]) -> dict[str, pa.Table]:
    """The rows of these events by table; a type without a row has no table.

    Raises:
        InvalidEvent: a correction names a type that its source does not own.
        pa.ArrowInvalid: a whole number has more than 64 bits.
    """
    by_type: dict[str, list[Event]] = {}
    for event in events:
        by_type.setdefault(event.type, []).append(event)
    replaced: dict[str, list[Replacement]] = {}
    for correction in by_type.get(CORRECTION, ()):
        for one in _replacements(correction):
            replaced.setdefault(one[1].type, []).append(one)
    return {
        table_name(name): _table(name, by_type.get(name, []), replaced.get(name, []))
        for name in HEARD
        if name in by_type or name in replaced
    }


def _replacements(correction: Event) -> Iterable[Replacement]:
    """The replacement of a correction, if it has one."""
    data = cast("FactCorrected", correction.data)
    if correction.source not in OWNERS.get(data.corrected_type, ()):
        raise InvalidEvent("CORRECTION", "corrected_type is not a type of this source")
    replacement = replacement_of(data, extra="ignore")
    if replacement is not None:
        row = correction._replace(type=data.corrected_type, data=replacement)
        yield data.corrected, row


def _table(event_type: str, events: list[Event], replaced: list[Replacement]) -> pa.Table:
    rows = [*events, *(row for _, row in replaced)]
    corrects = [*repeat(None, len(events)), *(corrected for corrected, _ in replaced)]
    own, by_attribute = _COLUMNS[event_type], list(zip(*rows, strict=True))
    common = (*(by_attribute[place] for place in _ATTRIBUTES), corrects)
    columns = [*COMMON.values(), *own.values()]
    values = [*common, *transposed(tuple(own), by_attribute[_DATA])]
    arrays = [column.build(some) for column, some in zip(columns, values, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMAS[table_name(event_type)])
