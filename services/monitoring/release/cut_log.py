"""The log as of a cut, and as it would be without the corrections since an earlier one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from duckdb import DuckDBPyConnection

from services.monitoring.figures.definitions import Definition
from services.monitoring.log.duck import Cut, open_log
from services.monitoring.log.snapshot import LogSnapshot
from services.monitoring.release.cells import Cell
from services.monitoring.release.counting import CORRECTED, cells_by_province, has_corrections
from services.monitoring.release.family import make_family
from services.monitoring.release.figure import FigureId
from services.monitoring.release.reports import Reports
from services.monitoring.release.scope import Scope

MEMORY, THREADS = "2GB", 2


@dataclass(frozen=True)
class CutLog:
    """Questions to the log as of a cut; connections close with it."""

    snapshot: LogSnapshot
    cut: Cut
    earlier: Cut
    """The cut of the release before; empty if there is none."""
    spill: Path
    _open: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def duck(self) -> DuckDBPyConnection:
        """Everything in the cut."""
        return self._opened({})

    @cached_property
    def _without(self) -> DuckDBPyConnection:
        """The same with the corrections of the earlier cut alone."""
        return self._opened({CORRECTED: self.earlier})

    def cells(self, definition: Definition, reports: Reports) -> Mapping[str, Sequence[Cell]]:
        """The cells of a definition by province."""
        return cells_by_province(self.duck, definition, reports)

    def uncorrected(
        self, definition: Definition, reports: Reports
    ) -> Mapping[str, Sequence[Cell]] | None:
        """The cells without the corrections since; None where no event that they are made from has any."""
        if not self.earlier or not has_corrections(self.duck, definition, self.earlier):
            return None
        return cells_by_province(self._without, definition, reports)

    def _opened(self, others: Mapping[str, Cut]) -> DuckDBPyConnection:
        return self._open.enter_context(
            open_log(
                self.snapshot,
                self.cut,
                memory=MEMORY,
                threads=THREADS,
                spill=self.spill,
                other_cuts=others,
            )
        )


@contextmanager
def cut_log(snapshot: LogSnapshot, cut: Cut, earlier: Cut, directory: Path) -> Iterator[CutLog]:
    """The log as of a cut, after the release of an earlier one."""
    with ExitStack() as stack:
        yield CutLog(snapshot, cut, earlier, directory / "spill", stack)


def moved_by_corrections(
    scope: Scope, uncorrected: Mapping[str, Sequence[Cell]] | None
) -> Collection[FigureId]:
    """The figures of a family that would count otherwise without the corrections."""
    if uncorrected is None:
        return frozenset()
    other = replace(scope, cells=uncorrected.get(scope.province, []))
    if other.cells == scope.cells:
        return frozenset()
    now, then = (make_family(one).table.counts for one in (scope, other))
    return frozenset(one for one in now if now[one] != then.get(one))
