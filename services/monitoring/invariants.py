"""What must always hold in the cells of the newest cut.

Each check counts the same thing a second way. Before the first cut there is nothing to check.
"""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection

from services.monitoring import store
from services.monitoring.figures.compute import Cell
from shared.regions import district_of
from shared.service.invariants import SHARED, Invariant, differing


def reconciliation(connection: Connection) -> int:
    """Kabupaten where indicator 28 is not 0 at the end of the latest month that has a cell."""
    families: Counter[str] = Counter()
    members: Counter[str] = Counter()
    for one in _newest(connection):
        if (one.part, one.band, one.region) == ("i01.flow", "joined", district_of(one.region)):
            families[one.region] += one.value
        elif one.part == "i28.members_side":
            members[one.region] += one.value
    return differing(families, members)


def bands(connection: Connection) -> int:
    """Places and months where joined + not joined + unknown is not enrolled."""
    balance: Counter[tuple[str, str]] = Counter()
    for one in _flows(connection):
        balance[one.region, one.period] += -one.value if one.band == "enrolled" else one.value
    return sum(value != 0 for value in balance.values())


def districts(connection: Connection) -> int:
    """Kabupaten, months and bands where the kecamatan do not add up to the kabupaten."""
    balance: Counter[tuple[str, str, str]] = Counter()
    for one in _flows(connection):
        whole = district_of(one.region)
        balance[whole, one.period, one.band] += -one.value if one.region == whole else one.value
    return sum(value != 0 for value in balance.values())


def _flows(connection: Connection) -> list[Cell]:
    return [one for one in _newest(connection) if one.part == "i01.flow"]


def _newest(connection: Connection) -> list[Cell]:
    cut = store.newest_cut(connection)
    return store.cells(connection, cut.number) if cut else []


INVARIANTS: Mapping[str, Invariant] = {
    **SHARED,
    "reconciliation": reconciliation,
    "bands": bands,
    "districts": districts,
}
"""All of them, by the value of the label `invariant`."""
