"""Indicator 08: graduations against the targets of facilitators, by kabupaten and year."""

from bisect import bisect_right
from collections.abc import Iterator

from services.monitoring.release.cells import Cells
from services.monitoring.release.figure import Constraint, FigureId, System

BANDS = ("000", "001-049", "050-099", "100-149", "150+")
"""Per cent of the target reached; not capped, since more than the target is welcome."""
BAND_STARTS = (0, 1, 50, 100, 150)


def band_of(graduated: int, target: int) -> str:
    """The band of `graduated` out of `target`, rounded down to a whole per cent."""
    return BANDS[bisect_right(BAND_STARTS, 100 * graduated // target) - 1]


def attainments(cells: Cells) -> list[System]:
    """One system for each kabupaten and year that has targets."""
    targets = cells.sums("i08.target", lambda c: (c.region, c.period, c.band))
    graduated = cells.sums("i08.graduated", lambda c: (c.region, c.period[:4]))
    by_year: dict[tuple[str, str], dict[str, int]] = {}
    for key, target in targets.items():
        if target > 0:
            by_year.setdefault((key[0], key[1]), {})[key[2]] = target
    return [
        _system(district, year, by, {who: graduated[who, year] for who in by})
        for (district, year), by in sorted(by_year.items())
    ]


def _system(district: str, year: str, targets: dict[str, int], graduated: dict[str, int]) -> System:
    def at(measure: str, band: str = "") -> FigureId:
        return FigureId("08", measure, district, year, band=band)

    bands = [band_of(graduated[who], target) for who, target in targets.items()]
    by_band = {at("facilitators_by_attainment", band): bands.count(band) for band in BANDS}
    values = {
        at("facilitators"): len(targets),
        at("graduated"): sum(graduated.values()),
        **by_band,
    }
    constraint = Constraint(at("facilitators"), tuple(by_band))
    return System(("D", district, year), values, (constraint,), frozenset({at("facilitators")}))


def targets_derived(cells: Cells) -> Iterator[tuple[FigureId, int]]:
    """The target of each kabupaten and year: the sum over its facilitators, typed by nobody."""
    sums = cells.sums("i08.target", lambda c: (c.region, c.period))
    for (district, year), target in sums.items():
        yield FigureId("08", "target", district, year), target
