"""Releases as anyone holds them: folders of published figures, and the sums between them.

The only reader of published columns here. Columns are known by name, so that a release may have
more of them; `sums` and kinds come from the definitions that this copy of Lintas ships.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from services.monitoring.disclosure.groups import tied
from services.monitoring.disclosure.reader import Shown
from services.monitoring.disclosure.table import Structure, Sum
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.figures.sums import SumRule, read_sum
from services.monitoring.release.cells import month_before
from services.monitoring.release.family import parts_of
from services.monitoring.release.figure import FigureId

WITH_VALUE = ("published",)
HIDDEN = "hidden"
ALL, TOTAL, NATION = "ALL", "total", "ID"
PROVINCE, DISTRICT = 2, 5


def read_release(folder: Path) -> dict[FigureId, int | None]:
    """The figures of a folder that have a value or are hidden; others cannot be counted there.

    Raises:
        ValueError: a column is missing.
        OSError: there is no `figures.csv`.
    """
    with (folder / "figures.csv").open(newline="", encoding="utf-8") as file:
        lines = csv.DictReader(file)
        names = set(lines.fieldnames or ())
        if missing := {"indicator", "measure", "period", "value", "status"} - names:
            raise ValueError(f"{folder}: figures.csv has no column {', '.join(sorted(missing))}")
        return {
            _id(line): int(line["value"]) if line["status"] in WITH_VALUE else None
            for line in lines
            if line["status"] in (*WITH_VALUE, HIDDEN)
        }


def _id(line: Mapping[str, str]) -> FigureId:
    """Codes without the letters that keep other programs from taking them for numbers."""
    region = line.get("region") or line.get("region_code") or ""
    return FigureId(
        re.sub(r"\D", "", line["indicator"]),
        line["measure"],
        re.sub(r"[^\d.]", "", region) or NATION,
        line["period"],
        line.get("programme", ""),
        line.get("band", ""),
    )


def structure_of(figures: Iterable[FigureId]) -> Structure:
    """The sums over places, programmes, cohorts and measures, the months, and the open figures."""
    known = sorted(set(figures))
    stocks, open_ = _measures("stock"), _measures("open")
    before = ((one, one._replace(period=month_before(one.period))) for one in known
              if one.measure in stocks.get(one.indicator, ()))  # fmt: skip
    return Structure(
        sums=tuple(_sums(known)),
        open=frozenset(one for one in known if one.measure in open_.get(one.indicator, ())),
        before=dict(before),
        derived=_derived(known),
    )


def families(
    releases: Sequence[Shown], structures: Sequence[Structure]
) -> Iterator[tuple[list[Shown], list[Structure]]]:
    """The releases cut into families that neither sums nor months tie, each with its own sums."""
    figures = {one for release in releases for one in release}
    links = [link for n, one in enumerate(structures) for link in _links(n, one)]
    for group, inside in tied(figures, links):
        sums: list[list[Sum]] = [[] for _ in releases]
        for number, one in inside:
            if one is not None:
                sums[number].append(one)
        yield (
            [{one: release[one] for one in group if one in release} for release in releases],
            [
                replace(structure, sums=tuple(mine))
                for structure, mine in zip(structures, sums, strict=True)
            ],
        )


def _links(
    number: int, structure: Structure
) -> Iterator[tuple[tuple[FigureId, ...], tuple[int, Sum | None]]]:
    """What a release ties to each other."""
    for each in structure.sums:
        yield (each.total, *each.parts), (number, each)
    for one, last in structure.before.items():
        yield (one, last), (number, None)
    for one, parts in structure.derived.items():
        yield (one, *parts), (number, None)


def _measures(what: str) -> dict[str, set[str]]:
    """The measures of each indicator whose part is so; what remains of a sum is like its parts."""
    return {
        definition.number: {
            name
            for name, part in parts_of(definition)[0].items()
            if what in (part.kind, part.disclosure)
        }
        for definition in DEFINITIONS.values()
    }


def _derived(known: Sequence[FigureId]) -> dict[FigureId, tuple[FigureId, ...]]:
    """The nation's figures: sums of what the provinces show."""
    found: dict[FigureId, list[FigureId]] = {one: [] for one in known if one.region == NATION}
    for one in known:
        if len(one.region) == PROVINCE and one.region != NATION:
            found.setdefault(one._replace(region=NATION), []).append(one)
    return {one: tuple(parts) for one, parts in found.items()}


def _rules() -> dict[str, list[SumRule]]:
    return {
        one.number: [read_sum(text) for text in one.header.sums] for one in DEFINITIONS.values()
    }


def _sums(known: Sequence[FigureId]) -> Iterator[Sum]:
    there, rules = {one for one in known if one.region != NATION}, _rules()
    groups: dict[tuple[str, FigureId], list[FigureId]] = {}
    for one in known:
        for axis, total in (*_around(one), *_of_measures(one, rules.get(one.indicator, ()))):
            if total in there and total != one:
                groups.setdefault((axis, total), []).append(one)
    for (axis, total), parts in sorted(groups.items()):
        # A sum of measures holds where all are there: one may need a list that is not closed.
        terms = _terms(axis, rules.get(total.indicator, ()))
        if not terms or {one.measure for one in parts} == terms:
            yield Sum(total, tuple(parts))


def _terms(axis: str, rules: Sequence[SumRule]) -> set[str]:
    """The measures of a declared sum; none for other sums."""
    kind, _, number = axis.partition(" ")
    return {term.measure for term in rules[int(number)].terms} if kind == "sum" else set()


def _around(one: FigureId) -> Iterator[tuple[str, FigureId]]:
    """The figures that a figure is a part of by its place, its programme and its cohort."""
    for length in (DISTRICT, PROVINCE):
        if len(one.region) > length:
            yield "region", one._replace(region=one.region[:length])
            break
    if one.programme:
        yield "programme", one._replace(programme=ALL)
    yield "period", one._replace(period=TOTAL)


def _of_measures(one: FigureId, rules: Iterable[SumRule]) -> Iterator[tuple[str, FigureId]]:
    """The totals of rules; over all cohorts and in a province they need not hold, in each part they do."""
    if one.period == TOTAL or len(one.region) == PROVINCE:
        return
    for number, rule in enumerate(rules):
        for term in rule.terms:
            if term.measure == one.measure and one.band.startswith(term.prefix or ""):
                total = one._replace(measure=rule.total)
                yield f"sum {number}", total._replace(band="") if rule.over_bands else total
