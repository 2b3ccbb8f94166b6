"""Indicator 15: families that have had each P2K2 module, by kabupaten and calendar year."""

from services.monitoring.release.cells import Cells
from services.monitoring.release.figure import FigureId, System

MODULES = (
    "CHILD_PROTECTION",
    "EDUCATION_PARENTING",
    "FAMILY_FINANCE",
    "HEALTH_NUTRITION",
    "SOCIAL_WELFARE",
    "STUNTING_PREVENTION",
)
ALL = "ALL"
"""Families that have had all six."""


def modules(cells: Cells) -> list[System]:
    """One system without sums for each kabupaten and year in which a module was had.

    It has a row for every module, also when nobody had it: a row that comes and goes would tell.
    """
    counts = cells.sums("i15.module", lambda c: (c.region, c.period[:4], c.band))
    return [
        System(
            ("E", district, year),
            {
                FigureId("15", "families_with_module", district, year, band=band): counts[
                    district, year, band
                ]
                for band in (ALL, *MODULES)
            },
        )
        for district, year in sorted({(district, year) for district, year, _ in counts})
    ]
