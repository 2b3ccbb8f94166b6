"""How many values a weighted sum of figures can have in a block, and which cuts follow from few."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.monitoring.disclosure import K
from services.monitoring.disclosure.blocks import Block, Weights
from services.monitoring.disclosure.solver import WHOLE, Extreme, Program, Row, Vector, is_whole

ENOUGH = K - 1
"""Highest less lowest of what has K values."""


@dataclass(frozen=True)
class Cut:
    """A pattern of hiding protects only if `fixed` and the weights of what it hides reach `need`."""

    weights: Mapping[int, float]
    fixed: float
    need: float = ENOUGH

    def row(self) -> Row:
        """As a row of the program that chooses."""
        return self.weights, self.need - self.fixed - WHOLE, np.inf


class Spread:
    """The values that are possible in a block while some more of its figures are hidden."""

    def __init__(self, block: Block, extra: frozenset[int]) -> None:
        self._block, self._extra = block, extra
        pairs = zip(block.windows, block.hidden, strict=True)
        self._now = [then if n in extra else now for n, (now, then) in enumerate(pairs)]
        lower, upper = [-below for below, _ in self._now], [above for _, above in self._now]
        self._program = Program(lower, upper, [(dict(row), 0.0, 0.0) for row in block.rows])
        self._targets = [*(((n, 1),) for n in sorted(block.vague | extra)), *block.complements]
        self._low, self._high = np.zeros(len(self._targets)), np.zeros(len(self._targets))

    def narrow(self) -> Iterator[Cut]:
        """A cut for each target that has too few values, by linear programs, then whole ones."""
        for number, target in enumerate(self._targets):
            if not self._is_wide(number):
                up, down = self._seek(target, 1), self._seek(target, -1)
                if up.value + down.value < ENOUGH - WHOLE:
                    yield self._cut(target, up, down)
                elif not self._is_wide(number) and not self._is_wide_in_whole_numbers(number):
                    yield self._one_more()

    def _seek(self, target: Weights, sign: int, *, whole: bool = False) -> Extreme:
        found = self._program.highest({n: sign * w for n, w in target}, whole=whole)
        if is_whole(found.point):
            self._learn(found.point)
        return found

    def _learn(self, point: Vector) -> None:
        """One solution widens every target, not only the one it was sought for."""
        seen = [sum(w * point[n] for n, w in target) for target in self._targets]
        self._low, self._high = np.minimum(self._low, seen), np.maximum(self._high, seen)

    def _is_wide(self, number: int) -> bool:
        return bool(self._high[number] - self._low[number] >= ENOUGH - WHOLE)

    def _is_wide_in_whole_numbers(self, number: int) -> bool:
        for sign in (1, -1):
            self._seek(self._targets[number], sign, whole=True)
        return self._is_wide(number)

    def _cut(self, target: Weights, up: Extreme, down: Extreme) -> Cut:
        """Weak duality: whatever is hidden, the spread is at most this weighted sum of windows."""
        fixed, weights = 0.0, dict[int, float]()
        for sign, found in ((1, up), (-1, down)):
            for n, price in enumerate(self._reduced(target, sign, found)):
                if abs(price) > WHOLE:
                    side = int(price > 0)
                    now, then = self._block.windows[n][side], self._block.hidden[n][side]
                    fixed += abs(price) * now
                    weights[n] = weights.get(n, 0.0) + abs(price) * (then - now)
        return conditional(self._block, target, weights, fixed)

    def _reduced(self, target: Weights, sign: int, found: Extreme) -> Vector:
        left = np.zeros(len(self._now))
        for n, weight in target:
            left[n] = sign * weight
        for price, row in zip(found.prices, self._block.rows, strict=True):
            for n, weight in row:
                left[n] -= price * weight
        return left

    def _one_more(self) -> Cut:
        others = (n for n in range(len(self._now)) if n not in self._extra | self._block.vague)
        return Cut(dict.fromkeys(others, 1.0), 0.0, 1.0)


def conditional(block: Block, target: Weights, weights: Mapping[int, float], fixed: float) -> Cut:
    """A cut that asks for nothing while its target is shown exactly; no weight above the need."""
    capped = {n: min(weight, float(ENOUGH)) for n, weight in weights.items() if weight > 0}
    own = target[0][0]
    if len(target) > 1 or own in block.vague:
        return Cut(capped, fixed)
    return Cut(capped | {own: capped.get(own, 0.0) - ENOUGH}, fixed, 0.0)


def first_cuts(block: Block) -> Sequence[Cut]:
    """What each single sum demands: its members vary no more than all the others together."""
    cuts = []
    for row in block.rows:
        room = {n: sum(block.windows[n]) for n, _ in row}
        more = {n: sum(block.hidden[n]) - room[n] for n in room}
        total = sum(room.values())
        for n, own in room.items():
            others = {m: float(more[m]) for m in room if m != n}
            cuts.append(conditional(block, ((n, 1),), others, total - own))
    return cuts
