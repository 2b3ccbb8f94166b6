"""The nation's figures of an indicator: sums of what its provinces show.

Provinces are decided first, each for itself and against a reader who knows what they show before
rounding. A sum of shown values says nothing that he does not know; so there is none where a province
hides its figure, since the sum of all counts would give it away.
"""

from collections.abc import Iterable, Mapping

from services.monitoring.disclosure.table import Structure, Table
from services.monitoring.figures.definitions import Part
from services.monitoring.release.family import Family
from services.monitoring.release.figure import FigureId, Row, Status
from services.monitoring.release.parts import ReleasedPart
from services.monitoring.release.table_sums import NATION, PROVINCE_LENGTH

Values = dict[FigureId, int | None]


def make_nation(
    provinces: Iterable[ReleasedPart], parts: Mapping[str, Part]
) -> tuple[Family, Values]:
    """The national figures of one indicator, and what they show before rounding."""
    values: Values = {}
    silent: dict[FigureId, list[Status]] = {}
    reporting: dict[FigureId, tuple[int, int]] = {}
    for province in provinces:
        for row in _own(province):
            one = row.id._replace(region=NATION)
            reported, expected = reporting.get(one, (0, 0))
            reporting[one] = reported + row.reporting, expected + row.expected
            if row.id in province.past.values:
                values[one] = _added(values.get(one, 0), province.past.values[row.id])
            else:
                silent.setdefault(one, []).append(row.status)
    missing = {one: _why(some) for one, some in silent.items() if one not in values}
    open_ = frozenset(one for one in values if parts[one.measure].disclosure == "open")
    # Table wants counts: of the nation none are kept, since nothing is decided here
    table = Table({}, Structure(open=open_))
    return Family(table, missing, reporting, parts), values


def _own(province: ReleasedPart) -> Iterable[Row]:
    """The figures of the province as a whole."""
    return (row for row in province.rows if len(row.id.region) == PROVINCE_LENGTH)


def _added(so_far: int | None, value: int | None) -> int | None:
    return None if so_far is None or value is None else so_far + value


def _why(statuses: Iterable[Status]) -> Status:
    return "not_reported" if "not_reported" in statuses else "not_applicable"
