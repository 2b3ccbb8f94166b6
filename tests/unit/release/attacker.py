"""An attacker who knows every shown figure exactly and every sum, and nothing of our algorithm.

He is stronger than any reader: readers see rounded figures. He uses linear programming.
"""

from collections.abc import Collection

import numpy as np
from scipy.optimize import linprog

from services.monitoring.release.figure import FigureId, System

Interval = tuple[float, float]


def intervals(system: System, hidden: Collection[FigureId]) -> dict[FigureId, Interval]:
    """The least and greatest value that each hidden figure could have."""
    unknown = sorted(hidden)
    if not unknown:
        return {}
    matrix, right = _equations(system, unknown)
    bounds = [(0, None)] * len(unknown)
    found = {}
    for index, name in enumerate(unknown):
        ends = []
        for sign in (1, -1):
            goal = np.zeros(len(unknown))
            goal[index] = sign
            answer = linprog(goal, A_eq=matrix, b_eq=right, bounds=bounds, method="highs")
            assert answer.status in {0, 3}, answer.message  # solved, or no upper limit
            ends.append(answer.fun * sign if answer.status == 0 else float("inf"))
        found[name] = (ends[0], ends[1])
    return found


def _equations(system: System, unknown: list[FigureId]) -> tuple[np.ndarray, np.ndarray]:
    place = {name: index for index, name in enumerate(unknown)}
    matrix = np.zeros((max(1, len(system.constraints)), len(unknown)))
    right = np.zeros(max(1, len(system.constraints)))
    for row, constraint in enumerate(system.constraints):
        for member in constraint.members:
            factor = -1 if member == constraint.total else 1
            if member in place:
                matrix[row, place[member]] += factor
            else:
                right[row] -= factor * system.values[member]
    return matrix, right
