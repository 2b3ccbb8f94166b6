"""The widest range of a target that solutions show, and the narrowest that bounds allow."""

from collections.abc import Iterable, Mapping, Sequence
from math import floor

import numpy as np

from services.monitoring.disclosure.reader import Equation, Reader
from services.monitoring.disclosure.solver import WHOLE, Extreme, Program, is_whole
from services.monitoring.disclosure.targets import Weights


class Ranges:
    """Ranges in one group of a reader's numbers; all others keep the value they are given.

    Every solution that is met is kept: it widens each target, not only the one it was sought for.
    """

    def __init__(
        self,
        reader: Reader,
        numbers: Sequence[int],
        equations: Iterable[Equation],
        fixed: Mapping[int, int],
    ) -> None:
        self._at = {number: n for n, number in enumerate(numbers)}
        rows = [_row(equation, self._at, fixed) for equation in equations]
        lower, upper = [reader.lower[n] for n in numbers], [reader.upper[n] for n in numbers]
        self._program = Program(lower, upper, rows)
        self._met = np.empty((0, len(numbers)))
        self._bounds: dict[tuple[Weights, bool], tuple[int, int]] = {}

    def solution(self) -> dict[int, int]:
        """One assignment of whole numbers that obeys everything.

        Raises:
            NoSolution: there is none.
        """
        found = self._highest({})
        return {number: round(found.point[n]) for number, n in self._at.items()}

    def width(self, weights: Weights, enough: int) -> int:
        """How far apart two solutions lie; no more is sought once it is enough."""
        if not len(self._met):
            self._scatter()
        known = sum(weight * self._met[:, self._at[number]] for number, weight in weights)
        if (width := np.ptp(known)) >= enough:
            return round(float(width))
        low, high = self.bounds(weights)
        return high - low

    def bounds(self, weights: Weights, *, whole: bool = True) -> tuple[int, int]:
        """The lowest and the highest whole number that the target can be; none missing outside.

        Bounds that are not `whole` come from linear programs: they may be wider.
        """
        if (weights, whole) not in self._bounds:
            low, high = (self._end(weights, sign, whole=whole) for sign in (-1, 1))
            self._bounds[weights, whole] = -low, high
        return self._bounds[weights, whole]

    def _scatter(self) -> None:
        """A few solutions far apart: every second number up and the others down, and so on."""
        for step in (1, 2, 4):
            for sign in (-1, 1):
                signs = (sign if n // step % 2 else -sign for n in range(len(self._at)))
                self._highest(dict(enumerate(signs)))

    def _end(self, weights: Weights, sign: int, *, whole: bool) -> int:
        objective = {self._at[n]: sign * w for n, w in weights}
        return floor(self._highest(objective, whole=whole).value + WHOLE)

    def _highest(self, objective: Mapping[int, float], *, whole: bool = True) -> Extreme:
        found = self._program.highest(objective)
        if whole and not is_whole(found.point):
            found = self._program.highest(objective, whole=True)
        if is_whole(found.point):
            self._met = np.vstack((self._met, np.round(found.point)))
        return found


def _row(
    equation: Equation, at: Mapping[int, int], fixed: Mapping[int, int]
) -> tuple[dict[int, float], float, float]:
    weights, low, high = equation
    known = sum(weight * fixed[n] for n, weight in weights.items() if n not in at)
    return {at[n]: float(w) for n, w in weights.items() if n in at}, low - known, high - known
