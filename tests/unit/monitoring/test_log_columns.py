"""Laws on the log's columns: every field of every heard type is there, typed, with its value."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest

from services.monitoring import CARD
from services.monitoring.log.columns import COMMON, HEARD, SCHEMAS, table_name, tables_of
from shared.events.base import Payload
from shared.events.beneficiary import FamilyChanged
from shared.events.catalogue import CATALOGUE
from shared.events.corrections import FactCorrected
from shared.events.envelope import Event, InvalidEvent
from shared.events.examples import EXAMPLES
from shared.events.json_schema import payload_schema
from shared.events.reading import parse

EVENTS = [parse(one.wire()) for name in HEARD for one in EXAMPLES[name]]
_FORMATS = {"date": pa.date32(), "uuid": pa.uuid()}
_TYPES = {"string": pa.string(), "integer": pa.int64(), "boolean": pa.bool_()}


def as_published(schema: dict[str, Any], parts: dict[str, Any]) -> pa.DataType:
    """The type of a column by the JSON Schema of its field."""
    if "anyOf" in schema:
        (one,) = (some for some in schema["anyOf"] if some != {"type": "null"})
        return as_published(one, parts)
    if "$ref" in schema:
        return as_published(parts[schema["$ref"].rpartition("/")[2]], parts)
    if schema["type"] == "array":
        return pa.list_(as_published(schema["items"], parts))
    if "properties" in schema:
        inner = schema["properties"].items()
        return pa.struct([(name, as_published(one, parts)) for name, one in inner])
    if schema["type"] == "object":
        return pa.string()
    return _FORMATS.get(schema.get("format", ""), _TYPES[schema["type"]])


def as_value(value: Any) -> Any:
    """A field's value as Arrow gives it back."""
    if isinstance(value, Payload):
        return {name: as_value(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, tuple):
        return [as_value(one) for one in value]
    if isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"))
    return value.value if isinstance(value, StrEnum) else value


def as_row(event: Event, data: Payload, corrects: UUID | None) -> dict[str, Any]:
    """An event as the row that it must be."""
    own = {name: as_value(getattr(data, name)) for name in type(data).model_fields}
    common = {
        "source": event.source,
        "sequence": event.sequence,
        "event": event.id,
        "subject": event.subject,
        "time": event.time.astimezone(UTC).replace(tzinfo=None),
        "recorded": event.recordedtime.astimezone(UTC).replace(tzinfo=None),
        "corrects": corrects,
    }
    return common | own


def expected_rows(event: Event) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of one event, each with its table."""
    yield table_name(event.type), as_row(event, event.data, None)
    data = event.data
    if isinstance(data, FactCorrected) and data.replacement is not None:
        replacement = CATALOGUE[data.corrected_type].model_validate_json(
            json.dumps(data.replacement)
        )
        yield table_name(data.corrected_type), as_row(event, replacement, data.corrected)


def by_table(events: list[Event]) -> dict[str, list[dict[str, Any]]]:
    """The expected rows of events by table, sorted."""
    found: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        for table, row in expected_rows(event):
            found.setdefault(table, []).append(row)
    return {table: sorted(rows, key=_place) for table, rows in found.items()}


def _place(row: dict[str, Any]) -> tuple[str, int]:
    return row["source"], row["sequence"]


def test_every_heard_type_has_a_table() -> None:
    """No type that monitoring subscribes to is left out, and no other has a table."""
    heard = {name for topic in CARD.listens_to for name in topic.types}
    assert set(SCHEMAS) == {table_name(name) for name in heard}


@pytest.mark.parametrize("name", HEARD)
def test_every_field_of_the_contract_is_a_column_of_its_type(name: str) -> None:
    """The published schema decides: a new field of the contract is a column without other work."""
    schema = payload_schema(name, CATALOGUE[name])
    parts = schema.get("$defs", {})
    own = [(field, as_published(one, parts)) for field, one in schema["properties"].items()]
    common = [(column, one.type) for column, one in COMMON.items()]
    assert SCHEMAS[table_name(name)] == pa.schema([*common, *own])


def test_no_field_has_the_name_of_a_common_column() -> None:
    """A payload cannot hide what the envelope says."""
    fields = {field for name in HEARD for field in CATALOGUE[name].model_fields}
    assert fields & set(COMMON) == set()


def test_every_example_keeps_every_value() -> None:
    """Nothing is dropped or changed between the event and its row, replacements included."""
    tables = tables_of(EVENTS)
    rows = {name: sorted(table.to_pylist(), key=_place) for name, table in tables.items()}
    assert rows == by_table(EVENTS)
    assert {name: table.schema for name, table in tables.items()} == dict(SCHEMAS)


def test_a_replacement_is_a_row_of_the_corrected_type() -> None:
    """It carries the correction's own place, and the id of the event that it replaces."""
    (correction,) = (one for one in EVENTS if getattr(one.data, "replacement", None))
    tables = tables_of([correction])
    assert set(tables) == {"fact_corrected_v1", "family_enrolled_v1"}
    (row,) = tables["family_enrolled_v1"].to_pylist()
    assert row["event"] == correction.id
    assert row["corrects"] == correction.data.corrected  # type: ignore[attr-defined]
    assert row["enrolled_on"] == date(2025, 1, 14)


def test_a_source_cannot_correct_the_type_of_another() -> None:
    """Otherwise a row of one ministry would count as a fact of another."""
    (correction,) = (one for one in EVENTS if getattr(one.data, "replacement", None))
    with pytest.raises(InvalidEvent, match="CORRECTION"):
        tables_of([correction._replace(source="urn:lintas:training")])


def test_a_number_beyond_64_bits_is_refused() -> None:
    """The inbox then keeps that event in quarantine and applies the others."""
    (changed,) = (one for one in EVENTS if isinstance(one.data, FamilyChanged))
    huge = changed.data.model_copy(update={"version": 2**63})
    with pytest.raises(OverflowError):
        tables_of([changed._replace(data=huge)])


def test_moments_keep_microseconds_in_any_year() -> None:
    """As far as a date of Python reaches."""
    last = datetime.max.replace(tzinfo=UTC)
    (row,) = tables_of([EVENTS[0]._replace(time=last)]).popitem()[1].to_pylist()
    assert row["time"] == last.replace(tzinfo=None)


def test_without_events_there_are_no_tables() -> None:
    """An empty batch writes nothing."""
    assert tables_of([]) == {}


def test_reading_keeps_the_exact_bytes() -> None:
    """A row can always be made again from what was received."""
    for name in HEARD:
        for one in EXAMPLES[name]:
            assert parse(one.wire()).value == one.wire()
