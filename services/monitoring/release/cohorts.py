"""Indicators 03 and 16: cohorts followed step by step, with a total over all cohorts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.monitoring.release.cells import Cells, Sums, month_end
from services.monitoring.release.figure import Constraint, FigureId, System

TOTAL = "total"
FOLLOW_UP_DAYS = 90


@dataclass(frozen=True)
class CohortIndicator:
    """An indicator that follows cohorts."""

    system: str
    number: str
    steps: tuple[tuple[str, str, str], ...]
    """Of those in the first state: who went on, who did not."""


FUNNEL = CohortIndicator(
    "B",
    "03",
    (
        ("referred", "applied", "not_applied"),
        ("applied", "approved", "not_approved"),
        ("approved", "activated", "not_activated"),
    ),
)
TRAINING = CohortIndicator("C", "16", (("activated", "trained_90", "not_trained_90"),))


def funnels(cells: Cells) -> list[System]:
    """The way from referral to active membership, by the month of a person's first referral."""
    counts = {
        step: _steps_until(cells, f"i03.{step}")
        for step in ("referred", "applied", "approved", "activated")
    }
    return [
        _system(FUNNEL, district, counts, _cohorts(counts["referred"], district))
        for district in cells.districts("03")
        if _cohorts(counts["referred"], district)
    ]


def trainings(cells: Cells) -> list[System]:
    """Training within 90 days of activation, for the cohorts that were followed to the end."""
    counts = {
        step: cells.sums(f"i16.{step}", lambda c: (c.region, c.period))
        for step in ("activated", "trained_90")
    }
    systems = []
    for district in cells.districts("16"):
        known = _cohorts(counts["activated"], district)
        if cohorts := [month for month in known if is_followed(month, cells.until)]:
            systems.append(_system(TRAINING, district, counts, cohorts))
    return systems


def _steps_until(cells: Cells, part: str) -> Sums:
    counts = Sums()
    for cell in cells.of(part):
        if cell.band <= cells.until:
            counts[cell.region, cell.period] += cell.value
    return counts


def _cohorts(counts: Sums, district: str) -> list[str]:
    return sorted(key[1] for key, count in counts.items() if key[0] == district and count)


def _system(
    followed: CohortIndicator, district: str, counts: dict[str, Sums], cohorts: Sequence[str]
) -> System:
    def at(measure: str, period: str) -> FigureId:
        return FigureId(followed.number, measure, district, period)

    values: dict[FigureId, int] = {}
    for cohort in cohorts:
        for measure, sums in counts.items():
            values[at(measure, cohort)] = sums[district, cohort]
        for whole, went, stayed in followed.steps:
            values[at(stayed, cohort)] = values[at(whole, cohort)] - values[at(went, cohort)]
    for measure in sorted({figure.measure for figure in values}):
        values[at(measure, TOTAL)] = sum(values[at(measure, cohort)] for cohort in cohorts)
    constraints = tuple(_constraints(followed, district, cohorts))
    return System((followed.system, district), values, constraints)


def _constraints(
    followed: CohortIndicator, district: str, cohorts: Sequence[str]
) -> Iterator[Constraint]:
    def at(measure: str, period: str) -> FigureId:
        return FigureId(followed.number, measure, district, period)

    for period in (*cohorts, TOTAL):
        for whole, went, stayed in followed.steps:
            yield Constraint(at(whole, period), (at(went, period), at(stayed, period)))
    for measure in sorted({measure for step in followed.steps for measure in step}):
        yield Constraint(at(measure, TOTAL), tuple(at(measure, cohort) for cohort in cohorts))


def is_followed(cohort: str, until: str) -> bool:
    """Whether everyone in a cohort has had the full time by the end of `until`."""
    return month_end(cohort) + timedelta(days=FOLLOW_UP_DAYS) <= month_end(until)
