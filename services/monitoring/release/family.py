"""One table family: every figure of an indicator in a province, counted, with its status and sums.

The same program makes all of them, from cells and the header of the definition alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from services.monitoring.disclosure.table import Structure, Sum, Table, rounded
from services.monitoring.figures.definitions import Definition, Part
from services.monitoring.figures.sums import SumRule, read_sum, rest_of
from services.monitoring.release.cells import month_before
from services.monitoring.release.contributors import contributors
from services.monitoring.release.figure import FigureId, Row, Status
from services.monitoring.release.periods import TOTAL, months_needed, values
from services.monitoring.release.scope import Scope, bands_of, figure_parts
from services.monitoring.release.table_sums import sums_that_hold, table_sums
from shared.regions import district_of

Counted = dict[FigureId, int]


@dataclass(frozen=True)
class Family:
    """The figures of one family before anything is hidden."""

    table: Table
    """Those that have a count: their lists are closed, and they can exist."""
    missing: Mapping[FigureId, Status]
    """Those that have none."""
    reporting: Mapping[FigureId, tuple[int, int]]
    """How many kabupaten have reported, of how many."""
    parts: Mapping[str, Part]
    """The part of each measure."""
    rules: tuple[SumRule, ...] = ()
    """The sums that the definition declares."""

    def structure_of(self, past: Mapping[FigureId, int]) -> Structure:
        """What everyone knows of an earlier release of the family, by its own figures.

        Not every figure of it has a count today, and a sum may have lacked one of its parts then.
        """
        known = {one: count for one, count in past.items() if one.measure in self.parts}
        return _structure(known, self.parts, sums_that_hold(known, self.rules))

    def rows(self, shown: Mapping[FigureId, int | None]) -> list[Row]:
        """The lines of a release, in order, when disclosure shows these values."""
        rows = [self._row(one, value) for one, value in shown.items()]
        return sorted([*rows, *(self._blank(one, why) for one, why in self.missing.items())])

    def _row(self, one: FigureId, value: int | None) -> Row:
        if value is None:
            return self._blank(one, "hidden")
        is_open = one in self.table.structure.open
        unit = self.parts[one.measure].unit
        shown = value if is_open else rounded(value)
        return Row(one, shown, "published", unit, "", *self.reporting[one])

    def _blank(self, one: FigureId, status: Status) -> Row:
        return Row(one, None, status, self.parts[one.measure].unit, "", *self.reporting[one])


def make_family(scope: Scope) -> Family:
    """Count a family.

    Raises:
        InvalidCells: a cell has a programme that its part does not know.
        InvalidSum: the definition declares what is no sum.
    """
    parts, rules = parts_of(scope.definition)
    counted = _counted(scope)
    for rule in rules:
        counted |= _rest(rule, counted, scope)
    reporting = {one: _reporting(one, parts[one.measure], scope, counted) for one in counted}
    missing = dict(_missing(counted, parts, scope))
    known = {one: value for one, value in counted.items() if one not in missing}
    cohorts = _cohorts(counted, parts)
    add_up(cohorts, known, missing, reporting, combine=max)
    add_up(_districts([*counted, *cohorts], scope.province), known, missing, reporting)
    made = family_of(known, missing, reporting, parts, rules)
    return replace(made, table=replace(made.table, contributors=contributors(scope, known)))


def family_of(
    known: Counted,
    missing: Mapping[FigureId, Status],
    reporting: Mapping[FigureId, tuple[int, int]],
    parts: Mapping[str, Part],
    rules: tuple[SumRule, ...],
) -> Family:
    """A family with the sums that hold among its counts."""
    structure = _structure(known, parts, table_sums(known, rules))
    return Family(Table(known, structure), missing, reporting, parts, rules)


def _structure(
    known: Mapping[FigureId, int], parts: Mapping[str, Part], sums: Iterable[Sum]
) -> Structure:
    return Structure(
        sums=tuple(sums),
        open=frozenset(one for one in known if parts[one.measure].disclosure == "open"),
        before=dict(_before(known, parts)),
    )


def parts_of(definition: Definition) -> tuple[dict[str, Part], tuple[SumRule, ...]]:
    """The part of every measure, and the sums; what remains of a sum is like the rest of it."""
    rules = tuple(map(read_sum, definition.header.sums))
    found = {name: part for part in figure_parts(definition).values() for name in part.names}
    for rule in rules:
        if rest := rest_of(rule, found):
            found[rest] = found[next(one for one in rule.measures if one != rest)]
    return found, rules


def _counted(scope: Scope) -> Counted:
    """What the cells give for kabupaten and kecamatan, zeros included."""
    counted: Counted = {}
    for name, part in scope.parts.items():
        lines = scope.lines(name)
        pairs, programmes = list(bands_of(part, lines)), scope.programmes_of(part)
        for district in scope.first:
            shown = scope.months(district)
            keys = (
                (measure, region, programme, band)
                for measure, band in pairs
                for region in scope.regions(part, district)
                for programme in programmes
            )
            for key in keys:
                measure, region, programme, band = key
                for period, value in values(part, lines.get(key, {}), shown):
                    one = _at(scope, measure, region, period, programme, band)
                    counted[one] = value
    return counted


def _at(
    scope: Scope, measure: str, region: str, period: str, programme: str, band: str
) -> FigureId:
    return FigureId(scope.definition.number, measure, region, period, programme, band)


def _rest(rule: SumRule, counted: Counted, scope: Scope) -> Counted:
    """The measure of a sum that no part gives: what remains, or the sum itself."""
    given = {name for part in scope.parts.values() for name in part.names}
    rest = rest_of(rule, given)
    if rest is None:
        return {}
    others = [term for term in rule.terms if term.measure != rest]
    found: Counted = {}
    if rest != rule.total:
        for one, value in counted.items():
            parts = [one._replace(measure=term.measure) for term in others]
            # a cohort that was followed for a year has no count of its second
            if one.measure == rule.total and counted.keys() >= set(parts):
                found[one._replace(measure=rest)] = value - sum(counted[part] for part in parts)
        return found
    prefixes = {term.measure: term.prefix for term in others}
    for one, value in counted.items():
        if one.measure in prefixes and one.band.startswith(prefixes[one.measure] or ""):
            total = one._replace(measure=rest)
            total = total._replace(band="") if rule.over_bands else total
            found[total] = found.get(total, 0) + value
    return found


def _reporting(one: FigureId, part: Part, scope: Scope, counted: Counted) -> tuple[int, int]:
    lists = scope.needs(part)
    if part.said_by:
        return int(_is_said(one, part, counted)), 1
    if not lists:
        return 0, 0
    months = months_needed(part, one.period, scope.until)
    district = district_of(one.region)
    return (
        int(scope.reports.is_complete(district, lists, months)),
        int(scope.reports.is_expected(district, lists, months)),
    )


def _missing(
    counted: Counted, parts: Mapping[str, Part], scope: Scope
) -> Iterator[tuple[FigureId, Status]]:
    for one in counted:
        part = parts[one.measure]
        if not _is_closed(one, part, scope) or (part.said_by and not _is_said(one, part, counted)):
            yield one, "not_reported"
        elif part.applies_where and not _applies(one, part.applies_where, counted):
            yield one, "not_applicable"


def _applies(one: FigureId, measure: str, counted: Counted) -> bool:
    """Whether the measure is not 0 at the same place and time.

    In the same programme or in none, in the same band or in a measure without bands.
    """
    at = one._replace(measure=measure)
    tried = (
        at._replace(region=region, programme=programme, band=band)
        for region in (one.region, district_of(one.region))
        for programme in (one.programme, "")
        for band in (one.band, "")
    )
    return any(counted.get(other, 0) for other in tried)


def _is_closed(one: FigureId, part: Part, scope: Scope) -> bool:
    """Whether every list that a figure needs is closed for all its months."""
    months = months_needed(part, one.period, scope.until)
    return scope.reports.is_complete(district_of(one.region), scope.needs(part), months)


def _is_said(one: FigureId, part: Part, counted: Counted) -> bool:
    """Whether somebody has said something at the same place and time: in the band, or its first word."""
    base = one._replace(measure=part.said_by, programme="")
    tried = (base._replace(band=band) for band in (one.band, one.band.partition(".")[0], ""))
    return any(counted.get(at, 0) for at in tried)


Groups = Mapping[FigureId, list[FigureId]]


def _cohorts(counted: Iterable[FigureId], parts: Mapping[str, Part]) -> Groups:
    """The total over cohorts."""
    groups: dict[FigureId, list[FigureId]] = {}
    for one in counted:
        if parts[one.measure].kind == "cohort":
            groups.setdefault(one._replace(period=TOTAL), []).append(one)
    return groups


def _districts(figures: Iterable[FigureId], around: str) -> Groups:
    """The sum over kabupaten."""
    groups: dict[FigureId, list[FigureId]] = {}
    for one in figures:
        if one.region == district_of(one.region):
            groups.setdefault(one._replace(region=around), []).append(one)
    return groups


def add_up(
    groups: Groups,
    known: Counted,
    missing: dict[FigureId, Status],
    reporting: dict[FigureId, tuple[int, int]],
    combine: Callable[[Iterable[int]], int] = sum,
) -> None:
    """Add totals over what has a count; one over nothing says why there is none."""
    for total, parts in groups.items():
        counts = [known[one] for one in parts if one in known]
        if counts:
            known[total] = sum(counts)
        else:
            silent = any(missing[one] == "not_reported" for one in parts)
            missing[total] = "not_reported" if silent else "not_applicable"
        reported, expected = zip(*(reporting[one] for one in parts), strict=True)
        reporting[total] = combine(reported), combine(expected)


def _before(
    known: Mapping[FigureId, int], parts: Mapping[str, Part]
) -> Iterator[tuple[FigureId, FigureId]]:
    """For stocks: the same figure a month earlier."""
    for one in known:
        if parts[one.measure].kind == "stock":
            before = one._replace(period=month_before(one.period))
            if before in known:
                yield one, before
