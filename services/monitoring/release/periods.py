"""From the cells of one line to its figures, period by period, by the kind of the part."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import accumulate

from services.monitoring.figures.definitions import Part
from services.monitoring.release.cells import month_end, months

TOTAL = "total"
"""The period of the sum over all cohorts."""
Line = Mapping[str, int]
"""Period -> value, of one measure in one place, programme and band."""


def values(part: Part, line: Line, shown: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The figures of a line; `shown` are the months from the first to the release's last one."""
    until = shown[-1]
    if part.kind == "stock":
        before = sum(value for period, value in line.items() if period < shown[0])
        changes = (line.get(month, 0) for month in shown)
        yield from zip(shown, list(accumulate(changes, initial=before))[1:], strict=True)
    elif part.kind == "flow":
        yield from ((month, line.get(month, 0)) for month in shown)
    elif part.kind == "cohort":
        followed = (month for month in shown if is_followed(month, until, part.follow_days))
        yield from ((month, line.get(month, 0)) for month in followed)
    elif part.kind == "snapshot":
        yield until, sum(line.values())
    else:
        for year in range(int(shown[0][:4]), int(until[:4]) + 1):
            yield str(year), sum(n for period, n in line.items() if period[:4] == str(year))


def is_followed(cohort: str, until: str, days: int) -> bool:
    """Whether everyone in a cohort has had the full time by the end of `until`."""
    return month_end(cohort) + timedelta(days=days) <= month_end(until)


def months_needed(part: Part, period: str, until: str) -> tuple[str, ...]:
    """The months whose lists must be closed before a figure of a period says anything."""
    if part.kind == "cohort":
        end = month_end(period) + timedelta(days=part.follow_days)
        return tuple(months(period, end.isoformat()[:7]))
    if part.kind == "year":
        return tuple(months(f"{period}-01", min(f"{period}-12", until)))
    return (period,)
