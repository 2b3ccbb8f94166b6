"""Looking for two solutions far apart: first where nothing ties releases, then everywhere."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from services.monitoring.disclosure import K
from services.monitoring.disclosure.groups import tied
from services.monitoring.disclosure.ranges import Ranges
from services.monitoring.disclosure.reader import Equation, Reader
from services.monitoring.disclosure.targets import Target, Weights

Pieces = dict[int, list[tuple[int, int]]]
"""Group -> what a target weighs in it."""


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

    def is_wide(self, target: Target) -> bool:
        """Whether enough values are possible while the values before rounding keep still."""
        enough = 1 if target.reason in ("nobody", "everybody") else K - 1
        for group in self._pieces(target.weights, self._group_of):
            self._open(group)
        width = 0
        for part, weights in self._pieces(target.weights, self._part_of).items():
            width += self._parts[part].width(tuple(weights), enough)
            if width >= enough:
                return True
        return False

    def bounds(self, weights: Weights) -> tuple[int, int]:
        """The lowest and highest value of a target in any solution."""
        low = high = sum(w * self._fixed[n] for n, w in weights if n not in self._group_of)
        for group, piece in self._pieces(weights, self._group_of).items():
            least, most = self._open(group).bounds(tuple(piece))
            low, high = low + least, high + most
        return low, high

    def _open(self, group: int) -> Ranges:
        if group not in self._whole:
            numbers, equations = self._groups[group]
            self._whole[group] = Ranges(self._reader, numbers, equations, self._fixed)
            found = self._whole[group].solution()
            anchors = [n for n in numbers if n in self._reader.anchors]
            self._fixed |= {n: found[n] for n in anchors}
            self._divide(set(numbers).difference(anchors), equations)
        return self._whole[group]

    def _divide(self, numbers: set[int], equations: Sequence[Equation]) -> None:
        for part, inside in tied(numbers, _links(equations)):
            self._part_of |= dict.fromkeys(part, len(self._parts))
            self._parts.append(Ranges(self._reader, part, inside, self._fixed))

    @staticmethod
    def _pieces(weights: Weights, group_of: dict[int, int]) -> Pieces:
        pieces: Pieces = defaultdict(list)
        for n, weight in weights:
            if n in group_of:
                pieces[group_of[n]].append((n, weight))
        return pieces


def _links(equations: Iterable[Equation]) -> Iterator[tuple[Iterable[int], Equation]]:
    return ((equation[0], equation) for equation in equations)
