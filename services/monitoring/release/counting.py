"""Questions to the log as of a cut: cells by province, closings, whether anything was corrected."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from duckdb import DuckDBPyConnection

from services.monitoring.figures.compute import Cell, cells_of
from services.monitoring.figures.definitions import Definition
from services.monitoring.log.duck import condition
from services.monitoring.release.reports import CLOSED, Reports, reports_of
from services.monitoring.release.table_sums import PROVINCE_LENGTH

CORRECTED = "fact_corrected_v1"
"""Every correction is a row of this table; what takes back is in no other one."""


def cells_by_province(
    duck: DuckDBPyConnection, definition: Definition, reports: Reports
) -> dict[str, list[Cell]]:
    """The cells of a definition; also of provinces that only owe its lists, in order."""
    found: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells_of(duck, definition):
        found[cell.region[:PROVINCE_LENGTH]].append(cell)
    for district in reports.districts(needed_lists(definition)):
        found[district[:PROVINCE_LENGTH]]
    return dict(sorted(found.items()))


def needed_lists(definition: Definition) -> set[str]:
    """Every list that a figure of the definition needs."""
    parts = definition.header.parts.values()
    own = (one for part in parts for one in part.needs or ())
    return {*definition.header.needs, *own}


def closings(duck: DuckDBPyConnection, definitions: Iterable[Definition]) -> Reports:
    """Obligations and closings, from the definition that counts them."""
    counting = [one for one in definitions if CLOSED in one.header.parts]
    if not counting:
        return Reports(are_counted=False)
    return reports_of(cell for one in counting for cell in cells_of(duck, one))


def has_corrections(
    duck: DuckDBPyConnection, definition: Definition, previous: Mapping[str, int]
) -> bool:
    """Whether an event that it is counted from was replaced or taken back after an earlier cut."""
    if CORRECTED not in definition.tables:
        return False
    tables = ", ".join(f"'{table}'" for table in definition.tables)
    query = (
        f"select 1 from {CORRECTED} where not ({condition(previous)}) "  # noqa: S608  our own names
        f"and replace(replace(corrected_type, 'id.lintas.', ''), '.', '_') in ({tables}) limit 1"
    )
    return bool(duck.execute(query).fetchall())
