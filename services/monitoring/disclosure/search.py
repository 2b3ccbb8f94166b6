"""Looking for two solutions far apart: first where nothing ties releases, then everywhere."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from services.monitoring.disclosure.groups import tied
from services.monitoring.disclosure.ranges import Ranges
from services.monitoring.disclosure.reader import Equation, Reader
from services.monitoring.disclosure.solver import NoSolution, Undecided
from services.monitoring.disclosure.targets import Reach, Target, Weights

SMALL = 2_000
"""So many numbers are asked at once, again and again, sooner than a few of them each time."""
HOPS = (1, 2, 3, 4)
"""So many equations away a number is near; further ones are asked where near ones leave doubt."""
Parts = list[tuple[list[int], Ranges]]
"""Numbers that nothing ties to others, with what is known of them."""
Pieces = dict[int, list[tuple[int, int]]]
"""Group -> what a target weighs in it."""


@dataclass(frozen=True)
class Near:
    """A target among the numbers around it: as if the others did not matter, or kept still."""

    loose: Ranges
    still: Ranges
    weights: Weights
    known: int

    def outer(self) -> tuple[int, int]:
        """Bounds that hold, and may be wider than can be."""
        low, high = self.loose.outer(self.weights)
        return low + self.known, high + self.known

    def is_wide(self, enough: int) -> bool:
        """Whether so many values are possible while the others keep still."""
        low, high, _ = self.still.reached(self.weights)
        return high - low >= enough


class Search:
    """Ranges of a reader's targets, group by group of numbers that equations tie.

    A solution fixes the values before rounding; without them every release and month is a small
    group of its own. What is wide there is wide. Only the rest is asked of a whole group.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        lower, upper = reader.lower, reader.upper
        self._fixed = {n: lower[n] for n in range(len(lower)) if lower[n] == upper[n]}
        unknown = [n for n in range(len(lower)) if n not in self._fixed]
        self._groups = tied(unknown, _links(reader.equations))
        self._group_of = {n: g for g, (numbers, _) in enumerate(self._groups) for n in numbers}
        self._whole: dict[int, Ranges] = {}
        self._parts: list[Ranges] = []
        self._part_of: dict[int, int] = {}
        self._found = dict(self._fixed)
        self._users: dict[int, list[Equation]] = defaultdict(list)
        for equation in reader.equations:
            for n in equation[0]:
                self._users[n].append(equation)

    def is_wide(self, target: Target) -> bool:
        """Whether enough values are possible while the values before rounding keep still."""
        for group in self._pieces(target.weights, self._group_of):
            self._open(group)
        width = 0
        for part, weights in self._pieces(target.weights, self._part_of).items():
            width += self._parts[part].width(tuple(weights), target.enough)
            if width >= target.enough:
                return True
        return False

    def hops(self, target: Target) -> Sequence[int]:
        """How far to look around a target before everything is asked: not at all in a small group."""
        groups = self._pieces(target.weights, self._group_of)
        size = sum(len(self._groups[group][0]) for group in groups)
        return HOPS if size > SMALL else ()

    def was_met(self, target: Target) -> bool:
        """Whether two solutions that were met for other targets lie far enough apart."""
        pieces = self._pieces(target.weights, self._group_of)
        ends = [self._open(group).met(tuple(piece)) for group, piece in pieces.items()]
        return sum(high - low for low, high in ends) >= target.enough

    def near(self, target: Target, hops: int) -> "Near":
        """The numbers around a target."""
        unknown = self._group_of
        numbers = {n for n, _ in target.weights if n in unknown}
        for _ in range(hops):
            equations = [e for n in numbers for e in self._users[n]]
            numbers |= {n for e in equations for n in e[0] if n in unknown}
        touching = list({id(e): e for n in numbers for e in self._users[n]}.values())
        inside = [e for e in touching if all(n in numbers or n not in unknown for n in e[0])]
        names = sorted(numbers)
        return Near(
            loose=Ranges(self._reader, names, inside, self._found),
            still=Ranges(self._reader, names, touching, self._found),
            weights=tuple((n, w) for n, w in target.weights if n in numbers),
            known=sum(w * self._found[n] for n, w in target.weights if n not in numbers),
        )

    def outer(self, weights: Weights) -> tuple[int, int]:
        """Bounds of a target that hold in every solution; they may be wider than can be."""
        low = high = self._known(weights)
        for group, piece in self._pieces(weights, self._group_of).items():
            least, most = self._open(group).outer(tuple(piece))
            low, high = low + least, high + most
        return low, high

    def reached(self, weights: Weights) -> Reach:
        """The lowest and highest value of a target in any solution that could be found."""
        low = high = self._known(weights)
        is_all = True
        for group, piece in self._pieces(weights, self._group_of).items():
            reach = self._open(group).reached(tuple(piece))
            low, high, is_all = low + reach.low, high + reach.high, is_all and reach.is_all
        return Reach(low, high, is_all)

    def _known(self, weights: Weights) -> int:
        return sum(w * self._fixed[n] for n, w in weights if n not in self._group_of)

    def _open(self, group: int) -> Ranges:
        if group not in self._whole:
            numbers, equations = self._groups[group]
            whole = self._whole[group] = Ranges(self._reader, numbers, equations, self._fixed)
            near = whole.relaxed()
            parts = self._divided(numbers, equations, near)
            found = self._joined(parts, near)
            if not whole.takes(found):
                found = whole.solution()
                parts = self._divided(numbers, equations, found)
            self._found |= found
            self._fixed |= {n: found[n] for n in numbers if n in self._reader.anchors}
            for part, ranges in parts:
                self._part_of |= dict.fromkeys(part, len(self._parts))
                self._parts.append(ranges)
        return self._whole[group]

    def _divided(
        self, numbers: Iterable[int], equations: Sequence[Equation], known: Mapping[int, int]
    ) -> Parts:
        """The parts of a group that nothing ties while the values before rounding keep still."""
        still = {n for n in numbers if n in self._reader.anchors}
        fixed = self._fixed | {n: known[n] for n in still}
        return [
            (part, Ranges(self._reader, part, inside, fixed))
            for part, inside in tied(set(numbers) - still, _links(equations))
        ]

    @staticmethod
    def _joined(parts: Parts, near: Mapping[int, int]) -> dict[int, int]:
        """One solution of each part, where it has any, beside what is near one."""
        found = dict(near)
        for _, ranges in parts:
            with suppress(NoSolution, Undecided):
                found |= ranges.solution()
        return found

    @staticmethod
    def _pieces(weights: Weights, group_of: dict[int, int]) -> Pieces:
        pieces: Pieces = defaultdict(list)
        for n, weight in weights:
            if n in group_of:
                pieces[group_of[n]].append((n, weight))
        return pieces


def _links(equations: Iterable[Equation]) -> Iterator[tuple[Iterable[int], Equation]]:
    return ((equation[0], equation) for equation in equations)
