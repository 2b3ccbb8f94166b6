"""Equations over whole numbers, checked in whole numbers: what a solver's floats cannot prove."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Row = tuple[Mapping[int, int], int, int]
"""Coefficients of columns, and the bounds that their weighted sum keeps."""
Whole = NDArray[np.int64]
SCALE = 1 << 24
"""Prices of rows are taken to be multiples of one part in so many."""
ROOM = 1 << 62
"""Sums of numbers below it do not overflow."""


class WholeRows:
    """Columns with bounds and rows over them, in whole numbers."""

    def __init__(self, lower: Sequence[int], upper: Sequence[int], rows: Sequence[Row]) -> None:
        self._lower, self._upper = np.array(lower, np.int64), np.array(upper, np.int64)
        self._low = np.array([low for _, low, _ in rows], np.int64)
        self._high = np.array([high for _, _, high in rows], np.int64)
        self.count = len(rows)
        sizes = [len(weights) for weights, _, _ in rows]
        self._row = np.repeat(np.arange(self.count), sizes)
        self._column = np.array([n for weights, _, _ in rows for n in weights], np.int64)
        self._weight = np.array([w for weights, _, _ in rows for w in weights.values()], np.int64)

    def checked(self, point: NDArray[np.float64]) -> Whole | None:
        """The point in whole numbers, if that obeys every bound and every row exactly."""
        whole = np.rint(point).astype(np.int64)
        if np.any(whole < self._lower) or np.any(whole > self._upper):
            return None
        sums = np.zeros(self.count, np.int64)
        np.add.at(sums, self._row, self._weight * whole[self._column])
        holds = np.all(sums >= self._low) and np.all(sums <= self._high)
        return whole if holds else None

    def most(self, objective: Mapping[int, int], prices: NDArray[np.float64]) -> int:
        """A whole number that the weighted sum never exceeds, by weak duality from any prices.

        It is near the largest value when the prices are near the right ones, and true for all.
        """
        bound = self._priced(objective, np.rint(prices * SCALE))
        return self._box(objective) if bound is None else min(bound, self._box(objective))

    def _priced(self, objective: Mapping[int, int], prices: NDArray[np.float64]) -> int | None:
        """The bound of these prices; nothing where it does not fit into 64 bits."""
        left = np.zeros(len(self._lower))
        for column, weight in objective.items():
            left[column] = weight * SCALE
        np.subtract.at(left, self._column, prices[self._row] * self._weight)
        ends = (
            (left, self._lower, self._upper),
            (prices, self._low, self._high),
        )
        size = sum(
            float(np.sum(np.abs(w) * np.maximum(np.abs(low), np.abs(high))))
            for w, low, high in ends
        )
        if size >= ROOM or np.any(np.abs(left) >= 1 << 52):
            return None
        total = 0
        for some, low, high in ends:
            weights = some.astype(np.int64)
            total += int(np.sum(weights * np.where(weights > 0, high, low)))
        return total // SCALE

    def _box(self, objective: Mapping[int, int]) -> int:
        return sum(
            weight * int(self._upper[n] if weight > 0 else self._lower[n])
            for n, weight in objective.items()
        )
