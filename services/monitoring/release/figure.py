"""The words of a release: figure, constraint, system, row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from services.monitoring.release import K

Status = Literal["published", "hidden", "not_reported", "not_applicable", "held"]
Mark = Literal["", "revised", "break"]
"""Whether a shown value differs from the release before, and whether by a new definition."""
SystemName = tuple[str, ...]


class FigureId(NamedTuple):
    """Which figure; ids compare as tuples, and that order decides every tie."""

    indicator: str
    measure: str
    region: str
    period: str
    programme: str = ""
    band: str = ""


@dataclass(frozen=True)
class Constraint:
    """`total` equals the sum of `parts`, and everyone knows it."""

    total: FigureId
    parts: tuple[FigureId, ...]

    @property
    def members(self) -> tuple[FigureId, ...]:
        """The total and its parts."""
        return (self.total, *self.parts)


@dataclass(frozen=True)
class System:
    """Exact figures that are suppressed together, because sums tie them to each other."""

    name: SystemName
    values: Mapping[FigureId, int]
    constraints: tuple[Constraint, ...] = ()
    open: frozenset[FigureId] = frozenset()
    """Figures that are not about people: always shown, exact."""
    moves: Mapping[FigureId, int] = field(default_factory=dict)
    """For stocks: how many families came or went in each figure since the month before."""


class Decided(NamedTuple):
    """A figure with its exact value (which stays here) and what may be shown of it."""

    id: FigureId
    exact: int
    shown: int | None
    status: Status


class Row(NamedTuple):
    """One line of a release, as the public sees it."""

    id: FigureId
    value: int | None
    status: Status
    unit: str = ""
    """What is counted."""
    mark: Mark = ""
    reporting: int = 0
    """Kabupaten whose offices have closed every list that the figure needs."""
    expected: int = 0
    """Kabupaten whose offices are obliged to report; 0 where the figure needs no list."""


def is_small(value: int) -> bool:
    """Whether so many people, or a change by so many, would say too much."""
    return 1 <= abs(value) < K


def rounded(value: int) -> int:
    """Half up to a multiple of five."""
    return (value + 2) // 5 * 5
