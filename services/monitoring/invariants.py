"""What must always hold in monitoring's tables, whatever has been received so far.

Cells are kept up to date by deltas; each check counts the same thing a second way.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from services.monitoring import store
from services.monitoring.release.cells import month_end
from shared.service.invariants import SHARED, Invariant, differing


def reconciliation(connection: Connection) -> int:
    """Kabupaten where indicator 28 is not 0 at the end of the latest month that has an event."""
    latest = max(store.latest_times(connection).values(), default=None)
    if latest is None:
        return 0
    month = latest.strftime("%Y-%m")
    families = store.joined_by_district(connection, month)
    return differing(families, store.cooperative_side_joined(connection, month_end(month)))


def bands(connection: Connection) -> int:
    """Places and months where joined + not joined + unknown is not enrolled."""
    return len(store.unbalanced_bands(connection))


def districts(connection: Connection) -> int:
    """Kabupaten, months and bands where the kecamatan do not add up to the kabupaten."""
    return len(store.unbalanced_districts(connection))


INVARIANTS: Mapping[str, Invariant] = {
    **SHARED,
    "reconciliation": reconciliation,
    "bands": bands,
    "districts": districts,
}
"""All of them, by the value of the label `invariant`."""
