"""Complementary hiding: the cheapest figures to hide so that everything vague stays vague.

An integer program chooses, linear programs look for what a reader could still narrow down, and
what they find is added to the integer program, until they find nothing.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from services.monitoring.disclosure.blocks import Block, Blocks
from services.monitoring.disclosure.merged import merged
from services.monitoring.disclosure.solver import NoSolution, Program, Undecided
from services.monitoring.disclosure.spread import Spread, first_cuts
from services.monitoring.disclosure.table import FigureId, History, Sum, Table

Costs = Mapping[FigureId, int]
UNIT = 1 << 15
GAP, NODES = 0.1, 200
"""A choice proven to cost at most this much above the cheapest ends the search, and so many nodes do."""
ROUNDS = 6
"""So many rounds of cuts may change the whole choice; further ones only add to it."""
TOTAL = 4
"""A total costs so many times what a part of its size costs, for each way in which it is split."""


class Protection:
    """Chooses what to hide in the blocks of one table; remembers blocks that it has seen."""

    def __init__(self, table: Table, history: History) -> None:
        self.sums = table.sums()
        self._table = table
        totals = Counter(one.total for one in self.sums)
        self._leaves = set(table.counts) - totals.keys() - table.structure.open
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
    """Figures whose hiding protects a block, hardly dearer than the cheapest; nothing if none do.

    It has no limit of time and one thread: the same block gives the same figures with the same
    version of the solver.
    """
    small, shown, costs = _merged(block, price)
    chosen = Choice(small, costs).made()
    if chosen is None:
        return None
    return frozenset(block.figures[n] for group in chosen for n in shown[group])


def least(block: Block, price: Costs, nodes: int) -> float:
    """What protecting a block costs at least: no cheaper figures do, by what the solver has proven."""
    small, _, costs = _merged(block, price)
    return Choice(small, costs, gap=0.0, nodes=nodes).proven(2 * ROUNDS)


def _merged(block: Block, price: Costs) -> tuple[Block, list[list[int]], list[int]]:
    """A smaller block, what of each of its figures is shown, and what hiding that costs."""
    small, members = merged(block)
    shown = [[n for n in group if not block.is_hidden(n)] for group in members]
    return small, shown, [sum(price[block.figures[n]] for n in group) for group in shown]


class Choice:
    """The cheapest pattern of hiding: cuts are added until what meets them all protects."""

    def __init__(
        self, block: Block, costs: Sequence[int], gap: float = GAP, nodes: int = NODES
    ) -> None:
        self._block, self._costs = block, costs
        self._gap, self._nodes = gap, nodes
        self._cuts = first_cuts(block)
        self._least = 0.0

    def made(self) -> frozenset[int] | None:
        """What meets every cut, until no new cut is found; nothing if the cuts cannot be met.

        After some rounds what is hidden stays so: the last cuts change the choice, hardly its cost.
        """
        extra, rounds = self._first(), 0
        while extra is not None and (found := [*Spread(self._block, extra).narrow()]):
            self._cuts += found
            rounds += 1
            last, kept = extra, extra if rounds > ROUNDS else frozenset[int]()
            extra = self._cheapest(kept)
            if extra is None and kept:
                extra = self._cheapest()
            if extra == last:
                return None
        return extra

    def proven(self, rounds: int) -> float:
        """What any choice that protects costs at least, as far as so many rounds show."""
        extra = self._first()
        for _ in range(rounds):
            found = [] if extra is None else [*Spread(self._block, extra).narrow()]
            if not found:
                break
            self._cuts += found
            extra = self._cheapest()
        return self._least

    def _first(self) -> frozenset[int] | None:
        return self._cheapest() if any(cut.asks() for cut in self._cuts) else frozenset()

    def _cheapest(self, kept: frozenset[int] = frozenset()) -> frozenset[int] | None:
        """The cheapest figures that meet every cut, with those that are kept; nothing if none do.

        Where the limit is reached before any are found, all of them.
        """
        numbers = range(len(self._costs))
        may = [0 if self._block.is_hidden(n) else 1 for n in numbers]
        must = [int(n in kept) for n in numbers]
        program = Program(must, may, [cut.row() for cut in self._cuts])
        try:
            prices = {n: -cost for n, cost in enumerate(self._costs)}
            found = program.highest(prices, whole=True, gap=self._gap, nodes=self._nodes)
        except NoSolution:
            return None
        except Undecided:
            return frozenset(n for n in numbers if may[n])
        if not kept:
            self._least = max(self._least, -found.bound)
        return frozenset(n for n in numbers if found.point[n] > 0.5)  # noqa: PLR2004


def costs(table: Table, totals: Mapping[FigureId, int], history: History) -> Costs:
    """What hiding a figure costs: more for a larger one, much more for a total of many splits.

    `totals` says of how many sums a figure is the total: the one that is split by area, state and decile
    is what people cite, and nothing is saved by hiding it for the sake of one of these splits.
    Figures hidden in the release before are a little cheaper, so that patterns stay as they are.
    A little chance from the id makes it improbable that two choices cost the same.
    """
    last = history[-1].values if history else {}
    return {
        one: UNIT
        * (4 + (count.bit_length() or 8))
        * (TOTAL * totals.get(one, 0) or 1)
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
