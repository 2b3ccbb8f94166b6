"""Small tables to suppress: random ones for the audit, and figures with short names."""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from services.monitoring.release.change import small
from services.monitoring.release.figure import Constraint, FigureId, System
from services.monitoring.release.suppression import suppress


def one(name: str) -> FigureId:
    """A figure called `name`."""
    return FigureId("99", name, "35.09", "2026-06")


def line(total: int | None, parts: Mapping[str, int], *, open_total: bool = False) -> System:
    """One total over named parts; the total is the sum unless given."""
    values = {one(name): value for name, value in parts.items()}
    whole = sum(parts.values()) if total is None else total
    constraint = Constraint(one("total"), tuple(values))
    shown = frozenset({one("total")}) if open_total else frozenset()
    return System(("X",), {**values, one("total"): whole}, (constraint,), shown)


def grid(counts: Sequence[Sequence[int]]) -> System:
    """A table with margins in both directions; row and column `t` are totals."""
    rows = [[*row, sum(row)] for row in counts]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    height, width = len(rows) - 1, len(rows[0]) - 1
    values = {at(i, j, height, width): n for i, row in enumerate(rows) for j, n in enumerate(row)}
    across = [
        Constraint(
            at(i, width, height, width), tuple(at(i, j, height, width) for j in range(width))
        )
        for i in range(height + 1)
    ]
    down = [
        Constraint(
            at(height, j, height, width), tuple(at(i, j, height, width) for i in range(height))
        )
        for j in range(width + 1)
    ]
    return System(("X",), values, (*across, *down))


def at(row: int, column: int, height: int, width: int) -> FigureId:
    """The figure at a place; the last row and column are totals."""
    down = "t" if row == height else str(row)
    across = "t" if column == width else str(column)
    return FigureId("99", f"m{across}", f"35.09.{down}", "2026-06")


counts = st.one_of(st.integers(0, 14), st.integers(0, 60), st.just(0))
"""Counts of people, with many small ones."""


@st.composite
def grids(draw: st.DrawFn, most: int = 4) -> System:
    """Random tables with margins."""
    height, width = draw(st.integers(1, most)), draw(st.integers(1, most))
    rows = st.lists(counts, min_size=width, max_size=width)
    return grid(draw(st.lists(rows, min_size=height, max_size=height)))


@st.composite
def lines(draw: st.DrawFn) -> System:
    """Random totals over one to six parts."""
    values = draw(st.lists(counts, min_size=1, max_size=6))
    return line(None, {f"p{index}": value for index, value in enumerate(values)})


def hide(system: System) -> frozenset[FigureId]:
    """What is hidden of a system whose small counts are the only reason."""
    return suppress(system, small(system))
