"""Make a chain of releases again from the log, as another machine does that trusts nobody.

A release depends on the releases before it, so the chain is made from its first release on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.monitoring.release.cells import Cell, Cells
from services.monitoring.release.compose import draft
from services.monitoring.release.disclosure_state import DisclosureState, hold, remember, rows
from services.monitoring.release.figure import Row
from services.monitoring.release.figures import figures_csv, figures_json
from services.monitoring.release.stock import Places

CellsOf = Callable[[Mapping[str, int]], Iterable[Cell]]
"""The cells as of a cut."""


@dataclass(frozen=True)
class Made:
    """The figures of one release."""

    lines: Sequence[Row]
    figures: bytes
    csv: bytes
    state: DisclosureState
    """What the next release is compared with."""


def make(cells: Cells, places: Places, state: DisclosureState) -> Made:
    """The figures of a release from its cells and what was released before."""
    released = hold(draft(cells, places), state)
    lines = rows(released)
    csv = figures_csv(lines)
    return Made(lines, figures_json(cells.until, lines), csv, remember(released, state))


def remake(
    origins: Iterable[tuple[str, Mapping[str, int]]], cells_of: CellsOf, places: Places
) -> Iterator[Made]:
    """The releases with these last months and cuts, in the order in which they were made."""
    state = DisclosureState()
    for until, marks in origins:
        made = make(Cells(cells_of(marks), until), places, state)
        state = made.state
        yield made


def first_difference(ours: Sequence[Row], theirs: Sequence[Row]) -> str | None:
    """The first figure by id that differs, with both values; None when all are the same."""
    mine, given = ({row.id: row for row in lines} for lines in (ours, theirs))
    for one in sorted(mine.keys() | given.keys()):
        if mine.get(one) != given.get(one):
            return f"{_named(one)}: {_shown(given.get(one))}, made again {_shown(mine.get(one))}"
    return None


def _named(id: Iterable[str]) -> str:
    return " ".join(part for part in id if part)


def _shown(row: Row | None) -> str:
    return "no row" if row is None else f"{row.value} ({row.status})"
