"""All figures of a release, from cells: people's figures in systems, and open figures."""

from collections.abc import Iterable
from itertools import groupby

from services.monitoring.release.attainment import attainments, targets_derived
from services.monitoring.release.cells import Cells
from services.monitoring.release.change import Watch, small
from services.monitoring.release.cohorts import funnels, trainings
from services.monitoring.release.figure import Decided, FigureId, System, SystemName, rounded
from services.monitoring.release.modules import modules
from services.monitoring.release.stock import Places, joined_at_end, stocks
from services.monitoring.release.suppression import suppress

Draft = dict[SystemName, list[Decided]]
"""What a release would say, before it is compared with the one before."""
OPEN: SystemName = ("open",)
"""Name of the figures that belong to no system: they are always shown as they are."""


def draft(cells: Cells, places: Places) -> Draft:
    """Every figure up to the cells' last month, decided within its system."""
    others = (*funnels(cells), *trainings(cells), *attainments(cells), *modules(cells))
    made = dict(decide_stocks(stocks(cells, places)))
    made |= {one.name: decided(one, suppress(one, small(one))) for one in others}
    made[OPEN] = [Decided(one, n, n, "published") for one, n in open_figures(cells)]
    return made


def decide_stocks(systems: Iterable[System]) -> Iterable[tuple[SystemName, list[Decided]]]:
    """Decide the months of each kabupaten one after the other."""
    for _, months in groupby(systems, key=lambda system: system.name[1]):
        watch = Watch()
        for system in months:
            yield system.name, decided(system, watch.decide(system))


def decided(system: System, hidden: Iterable[FigureId]) -> list[Decided]:
    """The figures of a system with what may be shown: open ones exact, others rounded."""
    secret = frozenset(hidden)
    return [
        Decided(one, value, None, "hidden")
        if one in secret
        else Decided(one, value, value if one in system.open else rounded(value), "published")
        for one, value in system.values.items()
    ]


def open_figures(cells: Cells) -> Iterable[tuple[FigureId, int]]:
    """Figures that are not about people: targets, sessions, participants, cooperatives."""
    yield from targets_derived(cells)
    for indicator, measure in (("15", "sessions"), ("16", "participants")):
        sums = cells.sums(f"i{indicator}.{measure}", lambda c: (c.region, c.period))
        for (district, month), value in sums.items():
            yield FigureId(indicator, measure, district, month), value
    yield from _cooperatives(cells)
    yield from _reconciliation(cells)


def _cooperatives(cells: Cells) -> Iterable[tuple[FigureId, int]]:
    for measure in ("registered", "operating"):
        sums = cells.sums(f"i21.{measure}", lambda c: (c.region,))
        for district in cells.districts("21"):
            yield FigureId("21", measure, district, cells.until), sums[district,]


def _reconciliation(cells: Cells) -> Iterable[tuple[FigureId, int]]:
    """Joined families at the end, counted from the families and from the members."""
    joined, members = joined_at_end(cells), cells.sums("i28.members_side", lambda c: (c.region,))
    for district in sorted({*cells.districts("01"), *(region for (region,) in members)}):
        difference = abs(joined[district,] - members[district,])
        yield FigureId("28", "difference", district, cells.until), difference
