"""What a reader would like to prove: small counts, small rests of totals, small changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from services.monitoring.disclosure import K
from services.monitoring.disclosure.reader import Reader, Shown
from services.monitoring.disclosure.table import FigureId, Structure

Reason = Literal["count", "rest", "nobody", "everybody", "change", "month"]
Weights = tuple[tuple[int, int], ...]
"""Numbers of a reader, each with its weight."""


class Reach(NamedTuple):
    """The lowest and the highest value that solutions show."""

    low: int
    high: int
    is_all: bool
    """Whether none lies outside; else the solver's limit was reached."""


@dataclass(frozen=True)
class Target:
    """A weighted sum of unknown numbers, and what it would say."""

    figure: FigureId
    reason: Reason
    releases: tuple[int, ...]
    weights: Weights

    @property
    def enough(self) -> int:
        """Highest less lowest, from which on nothing is proven."""
        return 1 if self.reason in ("nobody", "everybody") else K - 1

    def could_be_told(self, low: int, high: int) -> bool:
        """Whether some range within these bounds would tell too much."""
        if self.reason in ("nobody", "everybody"):
            return low <= 0
        return (low < K and high > 0) or (low < 0 and high > -K)

    def is_told_by(self, reach: Reach) -> bool:
        """Whether to know these ends is to know too much; ends that may lie further out count."""
        low, high, is_all = reach
        if self.reason in ("nobody", "everybody"):
            return high <= 0
        return high - low < self.enough and (not is_all or self.could_be_told(low, high))


def targets(
    reader: Reader, releases: Sequence[Shown], structures: Sequence[Structure], since: int
) -> Iterator[Target]:
    """Everything to look at in the releases from a number on, and between them and all before."""
    for now in range(since, len(releases)):
        structure = structures[now]
        for one in releases[now]:
            if one not in structure.open and one not in structure.derived:
                yield Target(one, "count", (now,), ((reader.counts[now, one], 1),))
                yield from _changes(reader, one, now, structure)
        yield from _rests(reader, releases[now], structure, now)


def _changes(reader: Reader, one: FigureId, now: int, structure: Structure) -> Iterator[Target]:
    last = structure.before.get(one)
    earlier = [((then, now), (then, one), "change") for then in range(now)]
    beside: Literal["month"] = "month"
    for names, key, reason in (*earlier, ((now,), (now, last), beside)):
        if key in reader.counts:
            weights = ((reader.counts[now, one], 1), (reader.counts[key], -1))
            if weights[0][0] != weights[1][0]:
                yield Target(one, "month" if reason == "month" else "change", names, weights)


def _rests(reader: Reader, release: Shown, structure: Structure, now: int) -> Iterator[Target]:
    """What a total leaves beside a part, and whether a hidden total leaves nothing on either side."""
    for each in structure.present(release):
        if each.total in structure.open:
            continue
        total = reader.counts[now, each.total]
        for part in each.parts:
            count = reader.counts[now, part]
            rest = ((total, 1), (count, -1))
            if len(each.parts) > 2:  # noqa: PLR2004 - of two parts, one is the rest of the other
                yield Target(part, "rest", (now,), rest)
            if release[each.total] is None and len(each.parts) > 1:
                yield Target(part, "nobody", (now,), ((count, 1),))
                yield Target(part, "everybody", (now,), rest)
