"""The nation's figures of an indicator: sums over what the provinces can count.

Provinces are decided first, each for itself. A national figure from which a hidden provincial one
could be worked out is therefore hidden itself.
"""

from collections.abc import Iterable, Mapping

from services.monitoring.disclosure import K
from services.monitoring.figures.definitions import Part
from services.monitoring.figures.sums import SumRule
from services.monitoring.release.family import Counted, Family, add_up, family_of
from services.monitoring.release.figure import FigureId, Status
from services.monitoring.release.parts import ReleasedPart
from services.monitoring.release.table_sums import NATION, PROVINCE_LENGTH


def make_nation(
    provinces: Iterable[ReleasedPart], parts: Mapping[str, Part], rules: tuple[SumRule, ...]
) -> Family:
    """The family of national figures, from the decided provinces of one indicator."""
    known: Counted = {}
    missing: dict[FigureId, Status] = {}
    reporting: dict[FigureId, tuple[int, int]] = {}
    hidden: dict[FigureId, list[int]] = {}
    groups: dict[FigureId, list[FigureId]] = {}
    for province in provinces:
        for row in province.rows:
            if len(row.id.region) != PROVINCE_LENGTH:
                continue
            groups.setdefault(row.id._replace(region=NATION), []).append(row.id)
            reporting[row.id] = row.reporting, row.expected
            if row.id in province.past.counts:
                known[row.id] = province.past.counts[row.id]
                if row.value is None:
                    hidden.setdefault(row.id._replace(region=NATION), []).append(known[row.id])
            else:
                missing[row.id] = row.status
    add_up(groups, known, missing, reporting)
    few = [one for one, counts in hidden.items() if _tells(counts)]
    return family_of(
        {one: known[one] for one in groups if one in known},
        {one: missing[one] for one in groups if one in missing},
        {one: reporting[one] for one in groups},
        parts,
        rules,
        few,
    )


def _tells(hidden: list[int]) -> bool:
    """Whether their sum, which a shown total gives away, says too much of one of them."""
    return len(hidden) == 1 or sum(hidden) - (len(hidden) - 1) < K
