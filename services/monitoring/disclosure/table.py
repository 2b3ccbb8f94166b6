"""The words of disclosure: figure, sum, structure, table, and what was shown before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from services.monitoring.disclosure import STEP, K

FigureId: TypeAlias = Any
"""Opaque: hashable and sortable. The order decides every tie."""


@dataclass(frozen=True)
class Sum:
    """`total` equals the sum of `parts`, and everyone knows it."""

    total: FigureId
    parts: tuple[FigureId, ...]


@dataclass(frozen=True)
class Structure:
    """What everyone knows of a table family before any figure of it."""

    sums: tuple[Sum, ...] = ()
    open: frozenset[FigureId] = frozenset()
    """Figures that are not about people: always shown, exact."""
    before: Mapping[FigureId, FigureId] = field(default_factory=dict)
    """For stocks: the same figure one month earlier."""
    derived: Mapping[FigureId, tuple[FigureId, ...]] = field(default_factory=dict)
    """Figures that are sums of what others show before rounding: they have no count of their own."""

    def present(self, figures: Mapping[FigureId, object]) -> Iterator[Sum]:
        """The sums as they hold in one release: over the parts that it has."""
        for one in self.sums:
            parts = tuple(part for part in one.parts if part in figures)
            if one.total in figures and parts:
                yield Sum(one.total, parts)


@dataclass(frozen=True)
class Table:
    """Exact counts of one table family, as of one release."""

    counts: Mapping[FigureId, int]
    structure: Structure
    contributors: Mapping[FigureId, int] = field(default_factory=dict)
    """How many persons a figure adds up the results of, where one would know another's beside his."""

    def sums(self) -> list[Sum]:
        """The sums over the figures of this table.

        Raises:
            ValueError: a sum does not hold.
        """
        sums = list(self.structure.present(self.counts))
        for one in sums:
            if self.counts[one.total] != sum(self.counts[part] for part in one.parts):
                raise ValueError(f"{one.total} is not the sum of its parts")
        return sums


@dataclass(frozen=True)
class Past:
    """One earlier release, as the publisher knows it; it never leaves the publisher."""

    counts: Mapping[FigureId, int]
    values: Mapping[FigureId, int | None]
    """What `decide` gave: the value before rounding, nothing where it was hidden."""


History: TypeAlias = Sequence[Past]
"""Earlier releases, the first one first."""


def is_small(value: int) -> bool:
    """Whether so many people, or a change by so many, would say too much."""
    return 1 <= abs(value) < K


def rounded(value: int) -> int:
    """Half up to a multiple of five."""
    return (value + STEP // 2) // STEP * STEP


def as_published(
    values: Mapping[FigureId, int | None], structure: Structure
) -> dict[FigureId, int | None]:
    """What `decide` gave as the public sees it: counts of people rounded, open figures exact."""
    return {
        one: value if value is None or one in structure.open else rounded(value)
        for one, value in values.items()
    }
