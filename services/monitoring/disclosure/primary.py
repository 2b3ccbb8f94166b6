"""What is hidden for its own sake, before anything is hidden for the sake of others."""

from collections.abc import Iterator

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
