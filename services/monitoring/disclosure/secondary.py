"""Complementary hiding: the cheapest figures to hide so that everything vague stays vague.

An integer program chooses, linear programs look for what a reader could still narrow down, and
what they find is added to the integer program, until they find nothing.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence

from services.monitoring.disclosure.blocks import Block, Blocks
from services.monitoring.disclosure.merged import merged
from services.monitoring.disclosure.solver import NoSolution, Program, Undecided
from services.monitoring.disclosure.spread import Cut, Spread, first_cuts
from services.monitoring.disclosure.table import FigureId, History, Sum, Table

Costs = Mapping[FigureId, int]
UNIT = 1 << 15
GAP, NODES = 0.1, 200
"""A choice proven to cost at most this much above the cheapest ends the search, and so many nodes do."""
TOTAL = 4
"""A total costs so many times what a part of its size costs."""


class Protection:
    """Chooses what to hide in the blocks of one table; remembers blocks that it has seen."""

    def __init__(self, table: Table, history: History) -> None:
        self.sums = table.sums()
        self._table = table
        totals = {one.total for one in self.sums}
        self._leaves = set(table.counts) - totals - table.structure.open
        self.costs = costs(table, totals, history)
        self._known: dict[Block, frozenset[FigureId] | None] = {}

    def needed(self, blocks: Blocks) -> set[FigureId]:
        """What must be hidden besides: parts if they suffice, or else totals near them, or any."""
        hidden: set[FigureId] = set()
        open_ = self._table.structure.open
        free: set[FigureId] = self._leaves
        for wider in (_near, _near, _all):
            stuck = self._stuck(blocks, free, hidden)
            if not stuck:
                return hidden
            vague = {block.figures[n] for block in stuck for n in block.vague}
            free = (wider(vague, self.sums) | self._leaves) - open_
        self._stuck(blocks, free, hidden)
        return hidden

    def _stuck(self, blocks: Blocks, free: set[FigureId], hidden: set[FigureId]) -> list[Block]:
        """Protect the blocks of these figures; those in which nothing can."""
        return [block for block in blocks.around(free) if not self._solve(block, hidden)]

    def _solve(self, block: Block, hidden: set[FigureId]) -> bool:
        """Add what protects a block; False if nothing in it can."""
        if block not in self._known:
            self._known[block] = choose(block, self.costs)
        found = self._known[block]
        hidden |= found or set()
        return found is not None


def choose(block: Block, price: Costs, gap: float = GAP) -> frozenset[FigureId] | None:
    """Figures whose hiding protects a block, by a gap at most above the cheapest; nothing if none do.

    It has no limit of time and one thread: the same block gives the same figures with the same
    version of the solver.
    """
    small, members = merged(block)
    shown = [[n for n in group if not block.is_hidden(n)] for group in members]
    costs = [sum(price[block.figures[n]] for n in group) for group in shown]
    chosen = _chosen(small, costs, gap)
    if chosen is None:
        return None
    return frozenset(block.figures[n] for group in chosen for n in shown[group])


def _chosen(block: Block, costs: Sequence[int], gap: float) -> frozenset[int] | None:
    """What meets every cut, until no new cut is found; nothing if the cuts cannot be met."""
    cuts = first_cuts(block)
    extra: frozenset[int] | None = frozenset()
    if any(cut.asks() for cut in cuts):
        extra = _cheapest(block, cuts, costs, gap)
    while extra is not None and (found := [*Spread(block, extra).narrow()]):
        cuts += found
        last, extra = extra, _cheapest(block, cuts, costs, gap)
        if extra == last:
            return None
    return extra


def _cheapest(
    block: Block, cuts: Sequence[Cut], costs: Sequence[int], gap: float
) -> frozenset[int] | None:
    """The cheapest figures that meet every cut; nothing if none do.

    Where the limit is reached before any are found, all of them.
    """
    shown = [0 if block.is_hidden(n) else 1 for n in range(len(costs))]
    program = Program([0] * len(shown), shown, [cut.row() for cut in cuts])
    try:
        prices = {n: -cost for n, cost in enumerate(costs)}
        found = program.highest(prices, whole=True, gap=gap, nodes=NODES)
    except NoSolution:
        return None
    except Undecided:
        return frozenset(n for n, may in enumerate(shown) if may)
    return frozenset(n for n, share in enumerate(found.point) if share > 0.5)  # noqa: PLR2004


def costs(table: Table, totals: Iterable[FigureId], history: History) -> Costs:
    """What hiding a figure costs: more for a larger one, much more for a total.

    Figures hidden in the release before are a little cheaper, so that patterns stay as they are.
    A little chance from the id makes it improbable that two choices cost the same.
    """
    dear, last = set(totals), history[-1].values if history else {}
    return {
        one: UNIT
        * (4 + (count.bit_length() or 8))
        * (TOTAL if one in dear else 1)
        // (1 if last.get(one, 0) is not None else 2)
        + zlib.crc32(repr(one).encode()) % 4096
        for one, count in table.counts.items()
    }


def _near(figures: Iterable[FigureId], sums: Iterable[Sum]) -> set[FigureId]:
    """The figures that share a sum with these, and those that share one with them."""
    near = set(figures)
    for _ in range(2):
        members = ({one.total, *one.parts} for one in sums)
        near |= {one for group in members if group & near for one in group}
    return near


def _all(_: Iterable[FigureId], sums: Iterable[Sum]) -> set[FigureId]:
    return {one for each in sums for one in (each.total, *each.parts)}
