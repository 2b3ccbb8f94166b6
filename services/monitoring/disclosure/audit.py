"""Trying to prove small counts and small changes from everything that was published."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from services.monitoring.disclosure.bounds import tighten
from services.monitoring.disclosure.reader import Reader, Shown, keeps_the_rule
from services.monitoring.disclosure.search import Search
from services.monitoring.disclosure.solver import NoSolution
from services.monitoring.disclosure.table import FigureId, Structure
from services.monitoring.disclosure.targets import Target, Weights, targets


@dataclass(frozen=True, order=True)
class Finding:
    """Something that a reader can prove: the lowest and the highest value that is possible."""

    figure: FigureId
    reason: str
    releases: tuple[int, ...]
    low: int
    high: int


def audit(releases: Sequence[Shown], structure: Structure, since: int = 0) -> list[Finding]:
    """What can be proven or narrowed to fewer than K values, over all releases together.

    Values that cannot be sticky are taken for rounded exact counts.

    Args:
        releases: what each release of one table family published, the first one first.
        structure: the sums, months and open figures that everyone knows.
        since: look for what concerns releases from this number on, in the light of all.

    Raises:
        NoSolution: no exact counts can stand behind these releases.
    """
    if keeps_the_rule(releases, structure):
        with suppress(NoSolution):
            return _proven(releases, structure, since, sticky=True)
    return _proven(releases, structure, since, sticky=False)


def _proven(
    releases: Sequence[Shown], structure: Structure, since: int, *, sticky: bool
) -> list[Finding]:
    """Linear bounds dismiss most; programs look at the rest."""
    reader = Reader(releases, structure, sticky=sticky)
    tighten(reader)
    search, found = Search(reader), []
    for target in targets(reader, releases, structure, since):
        if target.could_be_told(*_outer(reader, target.weights)) and not search.is_wide(target):
            low, high = _narrowest(search, target)
            if target.is_told_by(low, high):
                found.append(Finding(target.figure, target.reason, target.releases, low, high))
    return sorted(found)


def _narrowest(search: Search, target: Target) -> tuple[int, int]:
    """Bounds from what lies near where they clear a target, or else from everything."""
    if not search.is_fixed(target):
        near = search.near(target)
        low, high = near.outer()
        if not target.could_be_told(low, high) or near.is_wide(target.enough):
            return low, high
    low, high = search.bounds(target.weights, whole=False)
    if not target.could_be_told(low, high):
        return low, high
    return search.bounds(target.weights, whole=True)


def _outer(reader: Reader, weights: Weights) -> tuple[int, int]:
    low = sum(w * (reader.lower[n] if w > 0 else reader.upper[n]) for n, w in weights)
    return low, sum(w * (reader.upper[n] if w > 0 else reader.lower[n]) for n, w in weights)
