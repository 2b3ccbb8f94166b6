"""HiGHS: the extreme values of a weighted sum of whole numbers that obey equations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

Row = tuple[Mapping[int, float], float, float]
"""Coefficients of columns, and the bounds that their weighted sum keeps."""
Vector = NDArray[np.float64]
WHOLE = 1e-6
"""What the solver calls a whole number may be off by so much."""
NODES = 5_000
"""A limit in nodes, not in seconds: it ends at the same place on every machine."""


class NoSolution(Exception):
    """The equations contradict each other: the solver has proven that nothing obeys them."""


class Undecided(Exception):
    """The solver stopped before it knew a solution, or that there is none: this proves nothing."""


@dataclass(frozen=True)
class Extreme:
    """The best solution: its value, the columns, the price of each row and of each column's bound."""

    value: float
    point: Vector
    prices: Vector
    reduced: Vector
    bound: float
    """No solution has more than this."""
    is_best: bool
    """Whether none is better by more than the gap; else the limit was reached."""


class Program:
    """Columns with bounds, and rows over them; asked again and again with other objectives.

    The solver sees each column as its distance from its lower bound: its tolerance is absolute, so
    with sums of hundreds of thousands it took rounding errors of its own for contradictions.
    """

    def __init__(self, lower: Sequence[float], upper: Sequence[float], rows: Sequence[Row]) -> None:
        self.columns = len(lower)
        self._least = np.array(lower, float)
        self._solver = highspy.Highs()
        for option, value in _OPTIONS.items():
            self._solver.setOptionValue(option, value)
        self._solver.passModel(_model(lower, upper, rows))
        self._whole = False

    def highest(
        self,
        objective: Mapping[int, float],
        *,
        whole: bool = False,
        gap: float = 0.0,
        nodes: int = NODES,
    ) -> Extreme:
        """The largest value of a weighted sum of columns, in whole numbers if asked.

        With a gap, any value that is proven to be so near the largest will do; after so many nodes,
        the best that was found.

        Raises:
            NoSolution: nothing obeys the rows.
            Undecided: the limit was reached before anything that obeys them was found.
        """
        self._require_whole(whole)
        self._solver.setOptionValue("mip_rel_gap", gap)
        self._solver.setOptionValue("mip_max_nodes", nodes)
        costs = np.zeros(self.columns)
        for column, weight in objective.items():
            costs[column] = -weight
        self._solver.changeColsCost(self.columns, np.arange(self.columns, dtype=np.int32), costs)
        self._solver.run()
        return self._found(-float(costs @ self._least), whole=whole)

    def _found(self, least: float, *, whole: bool) -> Extreme:
        """Where the solver ended; `least` is the objective where each column has its lower bound."""
        status, info = self._solver.getModelStatus(), self._solver.getInfo()
        if status in _CONTRADICTORY:
            raise NoSolution(str(status))
        if status not in _ENDED or info.primal_solution_status != _FEASIBLE:
            raise Undecided(str(status))
        found = self._solver.getSolution()
        return Extreme(
            value=least - info.objective_function_value,
            point=np.array(found.col_value) + self._least,
            prices=-np.array(found.row_dual),
            reduced=-np.array(found.col_dual),
            bound=least - (info.mip_dual_bound if whole else info.objective_function_value),
            is_best=status == highspy.HighsModelStatus.kOptimal,
        )

    def _require_whole(self, whole: bool) -> None:
        if whole != self._whole:
            kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
            kinds = np.full(self.columns, int(kind), dtype=np.uint8)
            every = np.arange(self.columns, dtype=np.int32)
            self._solver.changeColsIntegrality(self.columns, every, kinds)
            self._whole = whole


_ENDED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit)
_CONTRADICTORY = (
    highspy.HighsModelStatus.kInfeasible,
    # Columns have bounds, so nothing is unbounded.
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)
_FEASIBLE = 2
"""HiGHS's number for a solution that obeys everything."""
_OPTIONS: Mapping[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "mip_feasibility_tolerance": 1e-9,
}


def is_whole(point: Vector) -> bool:
    """Whether a solution consists of whole numbers."""
    return bool(np.all(np.abs(point - np.round(point)) < WHOLE))


def _model(lower: Sequence[float], upper: Sequence[float], rows: Sequence[Row]) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(lower), len(rows)
    model.col_cost_ = np.zeros(len(lower))
    room = np.array(upper, float) - np.array(lower, float)
    model.col_lower_, model.col_upper_ = np.zeros(len(lower)), room
    least = [sum(weight * lower[column] for column, weight in row.items()) for row, _, _ in rows]
    model.row_lower_ = np.array(
        [low - n for (_, low, _), n in zip(rows, least, strict=True)], float
    )
    model.row_upper_ = np.array(
        [high - n for (_, _, high), n in zip(rows, least, strict=True)], float
    )
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = len(lower), len(rows)
    matrix.start_ = np.cumsum([0, *(len(row) for row, _, _ in rows)], dtype=np.int32)
    matrix.index_ = np.array([column for row, _, _ in rows for column in row], dtype=np.int32)
    matrix.value_ = np.array([weight for row, _, _ in rows for weight in row.values()], float)
    return model
