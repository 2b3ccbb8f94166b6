"""Stocks month by month: a shown figure is not shown again until enough families have moved."""

from collections.abc import Collection

from services.monitoring.release.figure import FigureId, System, is_small
from services.monitoring.release.suppression import suppress

Stock = tuple[str, str]
"""A measure in a region, the same through all months."""


class Watch:
    """How many families moved in each stock since its figure was last published.

    Give it the months of one kabupaten in ascending order.
    """

    def __init__(self) -> None:
        self._moved: dict[Stock, int] = {}

    def decide(self, system: System) -> frozenset[FigureId]:
        """What to hide in this month."""
        self._add_moves(system)
        hidden = suppress(system, small(system) | self._too_little_changed(system))
        self._remember(system, hidden)
        return hidden

    def _add_moves(self, system: System) -> None:
        for figure in system.moves:
            if (stock := _stock(figure)) in self._moved:
                self._moved[stock] += system.moves[figure]

    def _too_little_changed(self, system: System) -> set[FigureId]:
        moved = self._moved
        return {one for one in system.moves if is_small(moved.get(_stock(one), 0))}

    def _remember(self, system: System, hidden: Collection[FigureId]) -> None:
        self._moved |= {_stock(one): 0 for one in system.moves if one not in hidden}


def small(system: System) -> set[FigureId]:
    """The counts of people in a system that are too small to show."""
    return {
        one for one, value in system.values.items() if one not in system.open and is_small(value)
    }


def _stock(figure: FigureId) -> Stock:
    return figure.measure, figure.region
