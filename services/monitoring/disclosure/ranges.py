"""The widest range of a target that solutions show, and the narrowest that bounds allow."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from services.monitoring.disclosure.reader import Equation, Reader
from services.monitoring.disclosure.solver import Program, Undecided, Vector
from services.monitoring.disclosure.targets import Reach, Weights
from services.monitoring.disclosure.whole import Row, Whole, WholeRows


class Ranges:
    """Ranges in one group of a reader's numbers; all others keep the value they are given.

    Every solution that is met is kept: it widens each target, not only the one it was sought for.
    A solution is one that was checked in whole numbers.
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
        self._program, self._rows = Program(lower, upper, rows), WholeRows(lower, upper, rows)
        self._met = np.empty((0, len(numbers)), np.int64)
        self._outer: dict[Weights, tuple[int, int]] = {}
        self._reached: dict[Weights, Reach] = {}

    def solution(self) -> dict[int, int]:
        """One assignment of whole numbers that obeys everything.

        Raises:
            NoSolution: there is none.
            Undecided: the solver's limit was reached before one was found.
        """
        self._seek({})
        if not len(self._met):
            raise Undecided("no whole numbers were found that obey every equation")
        return {number: int(self._met[0, n]) for number, n in self._at.items()}

    def relaxed(self) -> dict[int, int]:
        """A point that obeys everything, each number of it rounded: near whole numbers that do.

        Raises:
            NoSolution: there is none.
            Undecided: the solver's limit was reached before one was found.
        """
        point = np.rint(self._program.highest({}).point).astype(np.int64)
        return {number: int(point[n]) for number, n in self._at.items()}

    def takes(self, solution: Mapping[int, int]) -> bool:
        """Whether these whole numbers obey everything; if so they are kept."""
        return self._meet(np.array([solution[number] for number in self._at], float))

    def width(self, weights: Weights, enough: int) -> int:
        """How far apart two solutions lie; no more is sought once it is enough."""
        if not len(self._met):
            self._scatter()
        low, high = self.met(weights)
        if high - low >= enough:
            return high - low
        low, high, _ = self.reached(weights)
        return high - low

    def outer(self, weights: Weights) -> tuple[int, int]:
        """Bounds that hold for every solution, by linear programs; they may be wider than can be."""
        if weights not in self._outer:
            low, high = (self._most(self._objective(weights, sign)) for sign in (-1, 1))
            self._outer[weights] = -low, high
        return self._outer[weights]

    def reached(self, weights: Weights) -> Reach:
        """The ends of a target, by programs in whole numbers."""
        if weights not in self._reached:
            ends = [self._seek(self._objective(weights, sign)) for sign in (-1, 1)]
            self._reached[weights] = Reach(*self.met(weights), all(ends))
        return self._reached[weights]

    def met(self, weights: Weights) -> tuple[int, int]:
        """The lowest and highest value in the solutions that were met."""
        if not len(self._met):
            return 0, 0
        known = np.zeros(len(self._met), np.int64)
        for number, weight in weights:
            known += weight * self._met[:, self._at[number]]
        return int(known.min()), int(known.max())

    def _objective(self, weights: Weights, sign: int) -> dict[int, int]:
        return {self._at[n]: sign * w for n, w in weights}

    def _scatter(self) -> None:
        """A few solutions far apart: every second number up and the others down, and so on."""
        for step in (1, 2, 4):
            for sign in (-1, 1):
                signs = (sign if n // step % 2 else -sign for n in range(len(self._at)))
                self._seek(dict(enumerate(signs)))

    def _most(self, objective: Mapping[int, int]) -> int:
        try:
            found = self._program.highest(objective)
        except Undecided:
            return self._rows.most(objective, np.zeros(self._rows.count))
        self._meet(found.point)
        return self._rows.most(objective, found.prices)

    def _seek(self, objective: Mapping[int, int]) -> bool:
        """Meet the solution where a sum is largest; False where the limit was reached before."""
        try:
            if self._meet(self._program.highest(objective).point):
                return True
            found = self._program.highest(objective, whole=True)
        except Undecided:
            return False
        return self._meet(found.point) and found.is_best

    def _meet(self, point: Vector) -> bool:
        """Keep a point that obeys everything in whole numbers."""
        whole: Whole | None = self._rows.checked(point)
        if whole is not None:
            self._met = np.vstack((self._met, whole))
        return whole is not None


def _row(equation: Equation, at: Mapping[int, int], fixed: Mapping[int, int]) -> Row:
    weights, low, high = equation
    known = sum(weight * fixed[n] for n, weight in weights.items() if n not in at)
    return {at[n]: w for n, w in weights.items() if n in at}, low - known, high - known
