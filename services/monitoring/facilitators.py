"""Exact figures of indicator 08 by facilitator: all of it is the owning office's own, so it is live.

The Koordinator of a kabupaten reads every facilitator of it, a facilitator reads the own line alone.
"""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection

from services.monitoring import store
from services.monitoring.domain import Cut
from services.monitoring.figures.compute import Cell
from services.monitoring.schemas import Facilitator, FacilitatorFigures


def facilitator_figures(
    connection: Connection, cut: Cut, district: str, year: str, subject: str | None
) -> FacilitatorFigures:
    """Target and graduations of a year for each facilitator who has a target in this kabupaten."""
    targets = store.part_cells(connection, cut.number, "i08.target", district)
    graduated = store.cells_of_part(connection, cut.number, "i08.by_facilitator")
    lines = attained(targets, graduated, district, year)
    return FacilitatorFigures(
        indicator="08",
        region=district,
        year=year,
        facilitators=[one for one in lines if subject in (None, one.facilitator)],
    )


def attained(
    targets: Iterable[Cell], graduated: Iterable[Cell], district: str, year: str
) -> list[Facilitator]:
    """One line for each facilitator with a target of that year, or graduations in that kabupaten."""
    target = {one.band: one.value for one in targets if one.period == year}
    done: Counter[str] = Counter()
    for one in graduated:
        if one.period[:4] == year and (one.region == district or one.band in target):
            done[one.band] += one.value
    return [
        Facilitator(facilitator=who, target=target.get(who), graduated=done[who])
        for who in sorted({*target, *done})
    ]
