"""What is hidden for its own sake, before anything is hidden for the sake of others."""

from collections.abc import Iterator, Mapping

from services.monitoring.disclosure import STEP, K
from services.monitoring.disclosure.table import FigureId, Sum, Table, is_small

FEW_CONTRIBUTORS = 3
"""Below this, one contributor who knows his own part knows the part of the other."""


def primary(table: Table) -> set[FigureId]:
    """Small counts, complements that are small, shares of a few, and results of a few."""
    few = (one for one, number in table.contributors.items() if number < FEW_CONTRIBUTORS)
    hidden = {one for one in few if table.counts.get(one, 0)}
    hidden |= {one for one, count in table.counts.items() if is_small(count)}
    for one in table.sums():
        hidden |= set(_told_by_a_sum(one, table))
    return hidden - table.structure.open


def _told_by_a_sum(one: Sum, table: Table) -> Iterator[FigureId]:
    """Of a total of a few nobody may learn that none or all of them are in a part."""
    total = table.counts[one.total]
    for part in one.parts:
        if is_small(total) or is_small(total - table.counts[part]):
            yield part


def told_by_parts(table: Table, values: Mapping[FigureId, int | None]) -> set[FigureId]:
    """Parts whose value says too much beside what is hidden around them.

    A reader cannot tell a total hidden for its size from another: none of its parts shows zero. Nor
    can he tell a rest of 11 from one of 10 when he sees both ends rounded and nothing between.
    """
    hidden = set[FigureId]()
    for one in table.sums():
        if values[one.total] is None and len(one.parts) > 1:
            hidden |= {part for part in one.parts if values[part] == 0}
        shown = [part for part in one.parts if values[part]]
        if values[one.total] is not None and len(shown) == 1:
            rest = table.counts[one.total] - table.counts[shown[0]]
            hidden |= set(shown) if 0 < rest < K + 2 * (STEP - 1) else set()
    return hidden - table.structure.open
