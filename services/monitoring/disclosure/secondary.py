"""Complementary hiding: the cheapest figures to hide so that everything vague stays vague.

An integer program chooses, linear programs look for what a reader could still narrow down, and
what they find is added to the integer program, until they find nothing.
"""

import zlib
from collections.abc import Iterable, Mapping

from services.monitoring.disclosure.blocks import Block, Blocks
from services.monitoring.disclosure.solver import NoSolution, Program
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


def choose(block: Block, price: Costs) -> frozenset[FigureId] | None:
    """The cheapest figures whose hiding protects a block; nothing if no hiding does.

    It has no limit of time and one thread: the same block gives the same figures with the same
    version of the solver.
    """
    extra: frozenset[int] = frozenset()
    cuts: list[Cut] = []
    while found := list(Spread(block, extra).narrow()):
        cuts += found if cuts else [*first_cuts(block), *found]
        chosen = _cheapest(block, cuts, price)
        if chosen is None:
            return None
        extra = chosen
    return frozenset(block.figures[n] for n in extra)


def _cheapest(block: Block, cuts: Iterable[Cut], price: Costs) -> frozenset[int] | None:
    shown = [
        0 if n in block.vague and _is_hidden(block, n) else 1 for n in range(len(block.figures))
    ]
    program = Program([0] * len(shown), shown, [cut.row() for cut in cuts])
    try:
        prices = {n: -price[one] for n, one in enumerate(block.figures)}
        found = program.highest(prices, whole=True, gap=GAP, nodes=NODES)
    except NoSolution:
        return None
    return frozenset(n for n, chosen in enumerate(found.point) if chosen > 0.5)  # noqa: PLR2004


def _is_hidden(block: Block, n: int) -> bool:
    return block.windows[n] == block.hidden[n]


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
