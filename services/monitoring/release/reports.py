"""Which offices are obliged to report which lists for which months, and have closed them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from services.monitoring.release.cells import Cell

EXPECTED, CLOSED = "report.expected", "report.closed"
Report = tuple[str, str, str]
"""A kabupaten, a month, a list."""


@dataclass(frozen=True)
class Reports:
    """Obligations and closings as of a cut. Nothing is inferred from dates of facts."""

    expected: frozenset[Report] = frozenset()
    closed: frozenset[Report] = frozenset()
    are_counted: bool = True
    """False where no definition counts closings: then every list is taken as complete."""

    def is_expected(self, district: str, lists: Iterable[str], months: Collection[str]) -> bool:
        """Whether any of the lists is owed there for any of the months."""
        return any((district, month, one) in self.expected for one in lists for month in months)

    def is_complete(self, district: str, lists: Iterable[str], months: Collection[str]) -> bool:
        """Whether every list is closed there for every month; so where no list is needed."""
        if not self.are_counted:
            return True
        return all((district, month, one) in self.closed for one in lists for month in months)

    def districts(self, lists: Collection[str]) -> set[str]:
        """Every kabupaten that owes one of the lists."""
        return {district for district, _, one in self.expected if one in lists}

    def first_month(self, district: str, lists: Collection[str]) -> str | None:
        """The first month for which a kabupaten owes one of the lists."""
        months = (
            month for where, month, one in self.expected if where == district and one in lists
        )
        return min(months, default=None)


def reports_of(cells: Iterable[Cell]) -> Reports:
    """Obligations and closings from the cells of the parts that count them."""
    found: dict[str, set[Report]] = {EXPECTED: set(), CLOSED: set()}
    for cell in cells:
        if cell.part in found and cell.value > 0:
            found[cell.part].add((cell.region, cell.period, cell.band))
    return Reports(frozenset(found[EXPECTED]), frozenset(found[CLOSED]))
