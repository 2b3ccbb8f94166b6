"""Events as the tables of a cut, and the cells that the SQL files make of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa

from services.monitoring.figures.compute import Cell, cells, latest_times
from services.monitoring.figures.definitions import DEFINITIONS, Definition
from services.monitoring.log.columns import SCHEMAS, tables_of
from shared.events.envelope import Event
from tests.kit.story import Cells, Story

LATER = datetime(9000, 1, 1, tzinfo=UTC)


def opened(events: Sequence[Event], *more: Mapping[str, pa.Table]) -> duckdb.DuckDBPyConnection:
    """A connection with a table for each type; `more` are tables as other deliveries left them."""
    lots = [tables_of(events), *more]
    duck = duckdb.connect(config={"threads": 1})
    for name, schema in SCHEMAS.items():
        rows = [lot[name] for lot in lots if name in lot]
        duck.register("rows", pa.concat_tables(rows) if rows else schema.empty_table())
        duck.execute(f"create table {name} as from rows")
    return duck


def cells_of_events(
    events: Sequence[Event], definitions: Iterable[Definition] = DEFINITIONS.values()
) -> Cells:
    """Every cell of these events."""
    with opened(events) as duck:
        return by_key(cells(duck, definitions))


def exact_cells(cells: Iterable[Cell]) -> dict[tuple[str, str, str, str, str], int]:
    """The cells by part, region, period, programme and band."""
    return {(one.part, one.region, one.period, one.programme, one.band): one.value for one in cells}


def by_key(cells: Iterable[Cell]) -> Cells:
    """The cells by part, region, period and band; those of several programmes added up."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    for one in cells:
        found[one.part, one.region, one.period, one.band] += one.value
    return {key: value for key, value in found.items() if value}


def marks_of_events(events: Sequence[Event]) -> dict[str, datetime]:
    """How far each source has come."""
    with opened(events) as duck:
        return latest_times(duck, LATER)


def plain_of(event: Event) -> dict[str, Any]:
    """The event as any reader of JSON sees it."""
    return {
        "id": str(event.id),
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": event.time.isoformat(),
        "recordedtime": event.recordedtime.isoformat(),
        "sequence": event.sequence,
        "data": event.data.model_dump(mode="json"),
    }


def cells_of(story: Story, *parts: str) -> Cells:
    """The cells of a story, or those of some parts; only their definitions are computed."""
    wanted = [
        one for one in DEFINITIONS.values() if not parts or one.header.parts.keys() & {*parts}
    ]
    found = cells_of_events(story.events, wanted)
    return {key: value for key, value in found.items() if not parts or key[0] in parts}
