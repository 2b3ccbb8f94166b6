"""How many values a weighted sum of figures can have in a block, and which cuts follow from few."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from services.monitoring.disclosure import K
from services.monitoring.disclosure.blocks import Block, Weights
from services.monitoring.disclosure.solver import WHOLE, Extreme, Program, Row, Undecided, Vector
from services.monitoring.disclosure.whole import WholeRows

ENOUGH = K - 1
"""Highest less lowest of what has K values."""
LONG = 60
"""Sums of sums over more figures than that are too weak to be worth their cuts."""
TURNS, WORTH = 4, 0.7
"""Pushing many targets at once ends after so many turns, or when one leaves so large a share narrow."""
SIGNS = 0x9E3779B1
"""Its multiples have bits without a pattern: which targets are pushed up and which down."""


@dataclass(frozen=True)
class Cut:
    """A pattern of hiding protects only if `fixed` and the weights of what it hides reach `need`."""

    weights: Mapping[int, float]
    fixed: float
    need: float = ENOUGH

    def asks(self) -> bool:
        """Whether hiding nothing does not meet it."""
        return self.need - self.fixed > WHOLE

    def row(self) -> Row:
        """As a row of the program that chooses."""
        return self.weights, self.need - self.fixed - WHOLE, np.inf


class Spread:
    """The values that are possible in a block while some more of its figures are hidden.

    A target is wide when two solutions, checked in whole numbers, lie far enough apart.
    """

    def __init__(self, block: Block, extra: frozenset[int]) -> None:
        self._block, self._extra = block, extra
        pairs = zip(block.windows, block.hidden, strict=True)
        now = [then if n in extra else now for n, (now, then) in enumerate(pairs)]
        lower, upper = [-below for below, _ in now], [above for _, above in now]
        rows = [(dict(row), 0, 0) for row in block.rows]
        self._program, self._rows = Program(lower, upper, rows), WholeRows(lower, upper, rows)
        self._targets: list[Weights] = [
            *(((n, 1),) for n in sorted(block.vague | extra)),
            *block.complements,
        ]
        # The columns of each target as vectors: one, or the difference of two.
        self._first = np.array([target[0][0] for target in self._targets], np.int64)
        self._second = np.array([target[-1][0] for target in self._targets], np.int64)
        self._double = np.array([len(target) - 1 for target in self._targets], np.int64)
        self._low, self._high = np.zeros((2, len(self._targets)), np.int64)
        self._room = np.array(now).sum(axis=1)
        self._narrow = np.zeros(len(block.figures), bool)
        self._sums = set[bytes]()

    def narrow(self) -> Iterator[Cut]:
        """Cuts for the targets that have too few values, by linear programs, then whole ones.

        One sum of sums may keep many figures narrow: its cuts are given once, and no program is
        solved for what it shows to be narrow.
        """
        self._scatter()
        for number, target in enumerate(self._targets):
            if not self._is_wide(number) and not self._is_known_narrow(target):
                yield from self._cuts_of(number)

    def _scatter(self) -> None:
        """Push all targets that are not wide yet up and down together, while that widens many."""
        left = 2 * len(self._targets)
        for turn in range(TURNS):
            narrow = np.flatnonzero(self._high - self._low < ENOUGH)
            if len(narrow) > left * WORTH or not len(narrow):
                return
            left = len(narrow)
            weights = dict[int, int]()
            for n in narrow:
                sign = -1 if (int(n) * SIGNS >> (turn + 8)) & 1 else 1
                for column, weight in self._targets[n]:
                    weights[column] = weights.get(column, 0) + sign * weight
            for sign in (1, -1):
                self._seek(tuple(weights.items()), sign)

    def _cuts_of(self, number: int) -> Iterator[Cut]:
        """What a target demands that is not wide; nothing if it is after all."""
        target = self._targets[number]
        up, down = self._seek(target, 1), self._seek(target, -1)
        if up.value + down.value < ENOUGH - WHOLE:
            yield self._cut(target, up, down)
            for sign, found in ((1, up), (-1, down)):
                yield from self._row_cuts(target, sign, found)
        elif not self._is_wide(number) and not self._is_wide_in_whole_numbers(number):
            yield self._one_more()

    def _is_known_narrow(self, target: Weights) -> bool:
        return len(target) == 1 and bool(self._narrow[target[0][0]])

    def _row_cuts(self, target: Weights, sign: int, found: Extreme) -> Iterable[Cut]:
        """The cuts of the sum of sums that kept a target from going further, once."""
        weights = -found.reduced
        for n, weight in target:
            weights[n] += sign * weight
        inside = np.flatnonzero(np.abs(weights) > WHOLE)
        if not 1 < len(inside) <= LONG:
            return ()
        shares = np.abs(weights[inside]).round(6)
        key = inside.tobytes() + (shares / shares[0]).round(6).tobytes()
        if key in self._sums:
            return ()
        self._sums.add(key)
        room = shares * self._room[inside]
        self._narrow[inside[(room.sum() - room) < ENOUGH * shares - WHOLE]] = True
        return row_cuts(self._block, dict(zip(inside.tolist(), shares.tolist(), strict=True)))

    def _seek(self, target: Weights, sign: int) -> Extreme:
        found = self._program.highest({n: sign * w for n, w in target})
        self._learn(found.point)
        return found

    def _learn(self, point: Vector) -> None:
        """One solution widens every target, not only the one it was sought for."""
        whole = self._rows.checked(point)
        if whole is not None:
            seen = whole[self._first] - self._double * whole[self._second]
            self._low, self._high = np.minimum(self._low, seen), np.maximum(self._high, seen)

    def _is_wide(self, number: int) -> bool:
        return bool(self._high[number] - self._low[number] >= ENOUGH)

    def _is_wide_in_whole_numbers(self, number: int) -> bool:
        for sign in (1, -1):
            objective = {n: sign * w for n, w in self._targets[number]}
            with suppress(Undecided):
                self._learn(self._program.highest(objective, whole=True).point)
        return self._is_wide(number)

    def _cut(self, target: Weights, up: Extreme, down: Extreme) -> Cut:
        """Weak duality: whatever is hidden, the spread is at most this weighted sum of windows."""
        now = np.array(self._block.windows, float)
        more = np.array(self._block.hidden, float) - now
        fixed, weights = 0.0, np.zeros(len(now))
        for found in (up, down):
            for side, signed in enumerate((-found.reduced, found.reduced)):
                prices = np.where(signed > WHOLE, signed, 0.0)
                fixed += float(prices @ now[:, side])
                weights += prices * more[:, side]
        found_weights = {int(n): float(weights[n]) for n in np.flatnonzero(weights)}
        return conditional(self._block, target, found_weights, fixed)

    def _one_more(self) -> Cut:
        known = self._extra | self._block.vague
        others = (n for n in range(len(self._block.figures)) if n not in known)
        return Cut(dict.fromkeys(others, 1.0), 0.0, 1.0)


def conditional(block: Block, target: Weights, weights: Mapping[int, float], fixed: float) -> Cut:
    """A cut that asks for nothing while its target is shown exactly; no weight above the need."""
    capped = {n: min(weight, float(ENOUGH)) for n, weight in weights.items() if weight > 0}
    own = target[0][0]
    if len(target) > 1 or own in block.vague:
        return Cut(capped, fixed)
    return Cut(capped | {own: capped.get(own, 0.0) - ENOUGH}, fixed, 0.0)


def first_cuts(block: Block) -> list[Cut]:
    """What each single sum demands."""
    return [cut for row in block.rows for cut in row_cuts(block, {n: 1.0 for n, _ in row})]


def row_cuts(block: Block, row: Mapping[int, float]) -> Iterator[Cut]:
    """What a sum demands, with these weights: no member varies more than all others together."""
    room = {n: weight * sum(block.windows[n]) for n, weight in row.items()}
    more = {n: weight * sum(block.hidden[n]) - room[n] for n, weight in row.items()}
    total = sum(room.values())
    for n, weight in row.items():
        fixed = (total - room[n]) / weight
        if fixed < ENOUGH - WHOLE:
            others = {m: more[m] / weight for m in row if m != n}
            yield conditional(block, ((n, 1),), others, fixed)
