"""Which hidden figures follow exactly from sums: elimination in whole numbers, no rounding."""

from collections.abc import Iterable, Sequence
from math import gcd
from typing import TypeVar

Name = TypeVar("Name")
Equation = dict[Name, int]
"""Unknown -> coefficient; the right-hand side is known to everyone and does not matter here."""


def derivable(equations: Iterable[Equation[Name]]) -> set[Name]:
    """The unknowns that these equations determine, whatever their right-hand sides.

    An unknown is determined exactly if its unit vector lies in the row space, and then it is alone
    in its row of the reduced echelon form.
    """
    return {next(iter(row)) for row in reduced(list(equations)) if len(row) == 1}


def reduced(equations: Sequence[Equation[Name]]) -> list[Equation[Name]]:
    """The reduced row echelon form, without empty rows; rows are scaled to small whole numbers."""
    done: dict[Name, Equation[Name]] = {}
    for equation in equations:
        row = {name: factor for name, factor in equation.items() if factor}
        for name in [name for name in row if name in done]:
            row = _eliminate(row, name, done[name])
        if not row:
            continue
        pivot = next(iter(row))
        for name, other in done.items():
            if pivot in other:
                done[name] = _eliminate(other, pivot, row)
        done[pivot] = row
    return list(done.values())


def _eliminate(row: Equation[Name], name: Name, by: Equation[Name]) -> Equation[Name]:
    ours, theirs = row[name], by[name]
    common = gcd(ours, theirs)
    scale, take = theirs // common, ours // common
    left = {key: factor * scale for key, factor in row.items()} if scale != 1 else dict(row)
    for key, factor in by.items():
        value = left.get(key, 0) - factor * take
        if value:
            left[key] = value
        else:
            left.pop(key, None)
    divisor = gcd(*left.values()) if left else 1
    return left if divisor == 1 else {key: factor // divisor for key, factor in left.items()}
