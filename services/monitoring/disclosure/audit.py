"""Trying to prove small counts and small changes from everything that was published."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from services.monitoring.disclosure.bounds import tighten
from services.monitoring.disclosure.reader import Reader, Shown, keeps_the_rule
from services.monitoring.disclosure.search import Search
from services.monitoring.disclosure.solver import NoSolution
from services.monitoring.disclosure.table import FigureId, Structure
from services.monitoring.disclosure.targets import Reach, Target, Weights, targets


@dataclass(frozen=True, order=True)
class Finding:
    """Something that a reader can prove: the lowest and the highest value that is possible."""

    figure: FigureId
    reason: str
    releases: tuple[int, ...]
    low: int
    high: int


def audit(
    releases: Sequence[Shown], structure: Structure | Sequence[Structure], since: int = 0
) -> list[Finding]:
    """What can be proven or narrowed to fewer than K values, over all releases together.

    Values that cannot be sticky are taken for rounded exact counts.

    Args:
        releases: what each release of one table family published, the first one first.
        structure: the sums, months and open figures that everyone knows, of each release or of all.
        since: look for what concerns releases from this number on, in the light of all.

    Raises:
        NoSolution: no exact counts can stand behind these releases.
        Undecided: the solver's limit was reached before any were found; this proves nothing.
    """
    known = [structure] * len(releases) if isinstance(structure, Structure) else structure
    if keeps_the_rule(releases, known):
        with suppress(NoSolution):
            return _proven(releases, known, since, sticky=True)
    return _proven(releases, known, since, sticky=False)


def _proven(
    releases: Sequence[Shown], structures: Sequence[Structure], since: int, *, sticky: bool
) -> list[Finding]:
    """Linear bounds dismiss most; programs look at the rest."""
    reader = Reader(releases, structures, sticky=sticky)
    tighten(reader)
    search = Search(reader)
    return sorted(
        Finding(target.figure, target.reason, target.releases, reach.low, reach.high)
        for target in targets(reader, releases, structures, since)
        if target.could_be_told(*_outer(reader, target.weights))
        if (reach := _told(search, target))
    )


def _told(search: Search, target: Target) -> Reach | None:
    """How far a target reaches, if that says too much: from what lies near, else from everything.

    It is cleared by bounds that hold in every solution, or by two solutions that lie far apart, both
    in whole numbers. Where the solver's limit ends the search before either, it counts as given away.
    """
    if search.is_wide(target) or search.was_met(target):
        return None
    for hops in search.hops(target):
        near = search.near(target, hops)
        if not target.could_be_told(*near.outer()) or near.is_wide(target.enough):
            return None
    if not target.could_be_told(*search.outer(target.weights)):
        return None
    reach = search.reached(target.weights)
    return reach if target.is_told_by(reach) else None


def _outer(reader: Reader, weights: Weights) -> tuple[int, int]:
    low = sum(w * (reader.lower[n] if w > 0 else reader.upper[n]) for n, w in weights)
    return low, sum(w * (reader.upper[n] if w > 0 else reader.lower[n]) for n, w in weights)
