"""Blocks: figures that sums tie to each other, with how far a reader must let each of them vary."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.monitoring.disclosure import K
from services.monitoring.disclosure.groups import tied
from services.monitoring.disclosure.table import FigureId, Sum, Table

REACH = 2 * (K - 1)
"""A hidden count is let vary by so much; more would only help the reader to know less."""
Window = tuple[int, int]
"""How far below and above its exact count a figure may lie for a reader."""
Weights = tuple[tuple[int, int], ...]
"""Figures by index, each with its weight."""


@dataclass(frozen=True)
class Block:
    """Some figures of a table; all others keep still.

    The reader of this model is stronger than any real one: he knows every value before rounding.
    """

    figures: tuple[FigureId, ...]
    rows: tuple[Weights, ...]
    """Sums over the figures, by index: the weighted sum of all changes is zero."""
    windows: tuple[Window, ...]
    """As shown."""
    hidden: tuple[Window, ...]
    """The same when a figure is hidden."""
    vague: frozenset[int]
    """Figures whose exact count is not shown."""
    complements: tuple[Weights, ...]
    """Small differences of a total and a part."""

    def is_hidden(self, n: int) -> bool:
        """Whether a figure is hidden already, or varies as if it were."""
        return n in self.vague and self.windows[n] == self.hidden[n]


class Blocks:
    """Cuts a table into blocks, by what is let vary."""

    def __init__(
        self,
        table: Table,
        values: Mapping[FigureId, int | None],
        exact: Collection[FigureId],
        sums: Sequence[Sum],
    ) -> None:
        self._table, self._values, self._exact = table, values, exact
        self._links = [((one.total, *one.parts), one) for one in sums]
        self.vague = {one for one in values if one not in exact}

    def around(self, free: Iterable[FigureId]) -> list[Block]:
        """The blocks of the free figures that have something to protect."""
        groups = tied(set(free) | self.vague, self._links)
        return [self._block(group, sums) for group, sums in groups if self.vague & set(group)]

    def _block(self, group: Sequence[FigureId], sums: Sequence[Sum]) -> Block:
        at = {one: n for n, one in enumerate(group)}
        rows = [_row(one, at) for one in sums]
        return Block(
            figures=tuple(group),
            rows=tuple(row for row in rows if row),
            windows=tuple(self._window(one) for one in group),
            hidden=tuple(self._hidden(one) for one in group),
            vague=frozenset(at[one] for one in group if one in self.vague),
            complements=tuple(self._complements(sums, at)),
        )

    def _window(self, one: FigureId) -> Window:
        value, count = self._values[one], self._table.counts[one]
        if one in self._exact:
            return 0, 0
        if value is None:
            return self._hidden(one)
        return count - max(K, value - K + 1), value + K - 1 - count

    def _hidden(self, one: FigureId) -> Window:
        return min(self._table.counts[one], REACH), REACH

    def _complements(self, sums: Iterable[Sum], at: Mapping[FigureId, int]) -> Iterable[Weights]:
        counts = self._table.counts
        for one in sums:
            for part in one.parts:
                if 1 <= counts[one.total] - counts[part] < K and one.total in at and part in at:
                    yield (at[one.total], 1), (at[part], -1)


def _row(one: Sum, at: Mapping[FigureId, int]) -> Weights:
    row = tuple((at[part], 1) for part in one.parts if part in at)
    return (*row, (at[one.total], -1)) if one.total in at else row
