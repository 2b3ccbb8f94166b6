"""The sums that hold among the figures of a family: by definition, programme, place and cohort."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from services.monitoring.disclosure.table import Sum
from services.monitoring.figures.sums import SumRule, Term
from services.monitoring.release.figure import FigureId
from services.monitoring.release.periods import TOTAL
from services.monitoring.release.scope import ALL

NATION = "ID"
DISTRICT_LENGTH, PROVINCE_LENGTH = 5, 2


class SumBroken(ValueError):
    """Cells contradict a sum that their definition declares; the message names the figure."""


def table_sums(known: Mapping[FigureId, int], rules: Collection[SumRule]) -> Iterator[Sum]:
    """Every sum whose total and parts have a count, in order.

    Raises:
        SumBroken: a sum does not hold.
    """
    for one in _declared(known, list(rules)):
        if not _holds(one, known):
            raise SumBroken(f"{' '.join(filter(None, one.total))} is not the sum of its parts")
        yield one


def sums_that_hold(known: Mapping[FigureId, int], rules: Collection[SumRule]) -> Iterator[Sum]:
    """The same for counts of an earlier release, which another version may have defined."""
    return (one for one in _declared(known, list(rules)) if _holds(one, known))


def _holds(one: Sum, known: Mapping[FigureId, int]) -> bool:
    return known[one.total] == sum(known[part] for part in one.parts)


def _declared(known: Collection[FigureId], rules: Sequence[SumRule]) -> Iterator[Sum]:
    groups: dict[tuple[int, FigureId], list[FigureId]] = {}
    for one in known:
        for axis, total in _totals(one):
            if total in known:
                groups.setdefault((axis, total), []).append(one)
        for axis, rule, term in _terms(one, rules):
            total = one._replace(measure=rule.total, band="" if rule.over_bands else one.band)
            if total in known and _matches(one, term):
                groups.setdefault((axis, total), []).append(one)
    for (axis, total), parts in sorted(groups.items()):
        if axis < len(AXES) or _is_whole(parts, rules[axis - len(AXES)]):
            yield Sum(total, tuple(sorted(parts)))


AXES = ("programme", "region", "period")


def _totals(one: FigureId) -> Iterator[tuple[int, FigureId]]:
    """The figures that a figure is a part of by its programme, its place and its period."""
    if one.programme not in ("", ALL):
        yield 0, one._replace(programme=ALL)
    if around := _around(one.region):
        yield 1, one._replace(region=around)
    if one.period != TOTAL:
        yield 2, one._replace(period=TOTAL)


def _around(region: str) -> str:
    if len(region) > DISTRICT_LENGTH:
        return region[:DISTRICT_LENGTH]
    if len(region) > PROVINCE_LENGTH:
        return region[:PROVINCE_LENGTH]
    return ""


def _terms(one: FigureId, rules: Collection[SumRule]) -> Iterator[tuple[int, SumRule, Term]]:
    """The rules that a figure is a term of; none over all cohorts and in a province.

    There, one measure may be followed longer than another and so lack the newest cohorts, or need a
    list that another kabupaten has not closed. What holds in each cohort and kabupaten says the rest.
    """
    if one.period == TOTAL or len(one.region) == PROVINCE_LENGTH:
        return
    for number, rule in enumerate(rules, start=len(AXES)):
        for term in rule.terms:
            if term.measure == one.measure:
                yield number, rule, term


def _matches(one: FigureId, term: Term) -> bool:
    return term.prefix is None or (bool(one.band) and one.band.startswith(term.prefix))


def _is_whole(parts: Collection[FigureId], rule: SumRule) -> bool:
    """Whether every measure of the sum is there: one may need a list that is not closed."""
    return {one.measure for one in parts} == {term.measure for term in rule.terms}
