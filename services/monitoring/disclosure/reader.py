"""What a reader knows of everything published: numbers within bounds, and equations over them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from services.monitoring.disclosure import STEP, K
from services.monitoring.disclosure.sticky import by_month, neighbour_of
from services.monitoring.disclosure.table import FigureId, Structure

Shown: TypeAlias = Mapping[FigureId, int | None]
"""One release of a table family as published; nothing where it is hidden."""
Equation: TypeAlias = tuple[Mapping[int, int], int, int]
"""Weights of numbers, and the bounds of their sum."""
Seen: TypeAlias = dict[Any, int]
"""A shown value, or the figure that shows it -> the number that it was before rounding."""
EVERYBODY = 10**7
"""No figure counts more people."""
HALF = STEP // 2


class Reader:
    """The numbers that a reader of some releases does not know, by index.

    `counts` leads from release and figure to its exact count. `anchors` are shown values before
    rounding: several releases and months may share one, and nothing else ties them. Without the
    sticky rule every shown value is a rounded exact count.
    """

    def __init__(
        self, releases: Sequence[Shown], structures: Sequence[Structure], *, sticky: bool
    ) -> None:
        self.lower: list[int] = []
        self.upper: list[int] = []
        self.equations: list[Equation] = []
        self.anchors: set[int] = set()
        self.counts: dict[tuple[int, FigureId], int] = {}
        self._sticky = sticky
        self._own: dict[FigureId, Seen] = {}
        for number, (release, structure) in enumerate(zip(releases, structures, strict=True)):
            self._structure = structure
            self._read(number, release, structure)

    def _read(self, number: int, release: Shown, structure: Structure) -> None:
        anchors: Seen = {}
        for one in by_month(release.keys() - structure.derived.keys(), structure.before):
            value = release[one]
            if value and self._sticky and one not in structure.open:
                last = neighbour_of(one, structure.before, release)
                beside = {release[last]: anchors[last]} if last in anchors else {}
                count, anchors[one] = self._count(one, value, beside)
            else:
                count = self._plain(one, value)
            self.counts[number, one] = count
        for each in structure.present(release):
            weights = {self.counts[number, part]: 1 for part in each.parts}
            self.equations.append((weights | {self.counts[number, each.total]: -1}, 0, 0))
        for total in release.keys() & structure.derived.keys():
            self._derive(total, release, number, anchors)

    def _derive(self, total: FigureId, release: Shown, number: int, anchors: Seen) -> None:
        """A sum of values before rounding, where they are shown, and of counts where they are not."""
        parts = [one for one in self._structure.derived[total] if one in release]
        value = release[total]
        if value is None or not parts:
            return
        room = HALF if total not in self._structure.open else 0
        known = [anchors.get(one, self.counts[number, one]) for one in parts]
        self.equations.append((dict.fromkeys(known, 1), value - room, value + room))

    def _plain(self, one: FigureId, value: int | None) -> int:
        if value is None:
            return self._number(0, EVERYBODY)
        room = HALF if value and one not in self._structure.open else 0
        return self._number(value - room, value + room)

    def _count(self, one: FigureId, value: int, beside: Seen) -> tuple[int, int]:
        """The count behind a value and the value before rounding: the same number at first sight."""
        own = self._own.setdefault(one, {})
        known = [seen[value] for seen in (own, beside) if value in seen]
        anchor = known[0] if known else self._number(max(K, value - HALF), value + HALF)
        if len(set(known)) > 1:
            self.equations.append(({known[0]: 1, known[1]: -1}, 0, 0))
        self._keep_apart(anchor, value, [*own.items(), *beside.items()])
        own[value] = anchor
        self.anchors.add(anchor)
        return (self._near(anchor, value) if known else anchor), anchor

    def _near(self, anchor: int, value: int) -> int:
        count = self._number(K, value + HALF + K - 1)
        self.equations.append(({count: 1, anchor: -1}, 1 - K, K - 1))
        return count

    def _keep_apart(self, anchor: int, value: int, seen: Iterable[tuple[int, int]]) -> None:
        """Values that round to ten apart are at least eleven apart; further away it says nothing."""
        for other, number in seen:
            if 0 < abs(value - other) <= K + HALF:
                sign = 1 if value > other else -1
                self.equations.append(({anchor: sign, number: -sign}, K, EVERYBODY))

    def _number(self, lower: int, upper: int) -> int:
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.lower) - 1


def keeps_the_rule(releases: Sequence[Shown], structures: Sequence[Structure]) -> bool:
    """Whether the values can be sticky ones: none is five, and none are five apart."""
    own: dict[FigureId, set[int]] = {}
    for release, structure in zip(releases, structures, strict=True):
        for one in release.keys() - structure.open - structure.derived.keys():
            value, last = release[one], neighbour_of(one, structure.before, release)
            if value:
                seen = own.setdefault(one, set())
                beside = set() if last is None else {release[last] or 0}
                if any(abs(value - other) == STEP for other in {0, *seen, *beside}):
                    return False
                seen.add(value)
    return True
