"""Figures that sums make equal, taken as one: a total of one part is that part."""

from collections.abc import Iterable, Sequence

from services.monitoring.disclosure.blocks import Block, Weights, Window
from services.monitoring.disclosure.groups import tied


def merged(block: Block) -> tuple[Block, list[list[int]]]:
    """A block in which no two figures are equal by a sum, and of each the figures that it replaces.

    Who sees one of them sees all: together they vary as far as each of them may.
    """
    pairs = [row for row in block.rows if _are_equal(row)]
    groups = tied(range(len(block.figures)), (((n for n, _ in row), row) for row in pairs))
    members = [group for group, _ in groups]
    at = {n: number for number, group in enumerate(members) for n in group}
    rows = dict.fromkeys(_row(row, at) for row in block.rows)
    small = Block(
        figures=tuple(block.figures[group[0]] for group in members),
        rows=tuple(row for row in rows if row),
        windows=tuple(_common(block.windows, group) for group in members),
        hidden=tuple(_common(block.hidden, group) for group in members),
        vague=frozenset(at[n] for n in block.vague),
        complements=tuple(dict.fromkeys(_named(one, at) for one in block.complements)),
    )
    return small, members


def _are_equal(row: Weights) -> bool:
    return len(row) == 2 and row[0][1] == -row[1][1]  # noqa: PLR2004 - one figure and another


def _row(row: Weights, at: dict[int, int]) -> Weights:
    """A sum over what is left, in one order and with one sign."""
    found: dict[int, int] = {}
    for n, weight in row:
        found[at[n]] = found.get(at[n], 0) + weight
    left = sorted((n, weight) for n, weight in found.items() if weight)
    sign = -1 if left and left[0][1] < 0 else 1
    return tuple((n, sign * weight) for n, weight in left)


def _named(target: Weights, at: dict[int, int]) -> Weights:
    return tuple((at[n], weight) for n, weight in target)


def _common(windows: Sequence[Window], group: Iterable[int]) -> Window:
    some = [windows[n] for n in group]
    return min(below for below, _ in some), min(above for _, above in some)
