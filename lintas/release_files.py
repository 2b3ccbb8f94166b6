"""Releases as anyone holds them: folders of published figures, and the sums between them.

The only reader of published columns here. Columns are known by name, so that a release may have
more of them; `sums` and kinds come from the definitions that this copy of Lintas ships.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from services.monitoring.disclosure.groups import tied
from services.monitoring.disclosure.reader import Shown
from services.monitoring.disclosure.table import Structure, Sum
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.figures.sums import SumRule, read_sum
from services.monitoring.release.cells import month_before
from services.monitoring.release.figure import FigureId

WITH_VALUE = ("published", "held")
HIDDEN = "hidden"
ALL, TOTAL, NATION = "ALL", "total", "ID"
PROVINCE, DISTRICT = 2, 5
EARLIER_SUMS = {
    "01": ("enrolled = joined + not_joined + unknown",),
    "03": (
        "referred = applied + not_applied",
        "applied = approved + not_approved",
        "approved = activated + not_activated",
    ),
    "08": ("facilitators = facilitators_by_attainment[*]",),
    "16": ("activated = trained_90 + not_trained_90",),
}
"""Sums of releases whose definitions do not name them yet."""
EARLIER_OPEN = {"08": ("facilitators", "target"), "15": ("sessions",), "16": ("participants",)}
EARLIER_OPEN |= {"21": ("registered", "operating"), "28": ("difference",)}
EARLIER_STOCKS = {"01": ("enrolled", "joined", "not_joined", "unknown")}


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
    stocks, open_ = _measures("stock", EARLIER_STOCKS), _measures("open", EARLIER_OPEN)
    before = ((one, one._replace(period=month_before(one.period))) for one in known
              if one.measure in stocks.get(one.indicator, ()))  # fmt: skip
    return Structure(
        sums=tuple(_sums(known)),
        open=frozenset(one for one in known if one.measure in open_.get(one.indicator, ())),
        before=dict(before),
    )


def families(
    releases: Sequence[Shown], structure: Structure
) -> Iterator[tuple[list[Shown], Structure]]:
    """The releases cut into families that neither sums nor months tie to each other."""
    figures = {one for release in releases for one in release}
    links: list[tuple[tuple[FigureId, ...], Sum | None]] = [
        *(((one.total, *one.parts), one) for one in structure.sums),
        *(((one, last), None) for one, last in structure.before.items()),
    ]
    for group, inside in tied(figures, links):
        sums = tuple(one for one in inside if one is not None)
        mine: list[Shown] = [
            {one: release[one] for one in group if one in release} for release in releases
        ]
        yield mine, Structure(sums, structure.open, structure.before)


def _measures(what: str, earlier: Mapping[str, Sequence[str]]) -> dict[str, set[str]]:
    found = {number: set(names) for number, names in earlier.items()}
    for definition in DEFINITIONS.values():
        for part in definition.header.parts.values():
            if what in (part.kind, part.disclosure):
                found.setdefault(definition.number, set()).update(part.names)
    return found


def _rules() -> dict[str, list[SumRule]]:
    texts = dict(EARLIER_SUMS)
    texts |= {one.number: one.header.sums for one in DEFINITIONS.values() if one.header.sums}
    return {number: [read_sum(text) for text in lines] for number, lines in texts.items()}


def _sums(known: Sequence[FigureId]) -> Iterator[Sum]:
    there, rules = set(known), _rules()
    groups: dict[tuple[str, FigureId], list[FigureId]] = {}
    for one in known:
        for axis, total in (*_around(one), *_of_measures(one, rules.get(one.indicator, ()))):
            if total in there and total != one:
                groups.setdefault((axis, total), []).append(one)
    return (Sum(total, tuple(parts)) for (_, total), parts in sorted(groups.items()))


def _around(one: FigureId) -> Iterator[tuple[str, FigureId]]:
    """The figures that a figure is a part of by its place, its programme and its cohort."""
    for length in (DISTRICT, PROVINCE):
        if len(one.region) > length:
            yield "region", one._replace(region=one.region[:length])
            break
    else:
        yield "region", one._replace(region=NATION)
    if one.programme:
        yield "programme", one._replace(programme=ALL)
    yield "period", one._replace(period=TOTAL)


def _of_measures(one: FigureId, rules: Iterable[SumRule]) -> Iterator[tuple[str, FigureId]]:
    for number, rule in enumerate(rules):
        for term in rule.terms:
            if term.measure == one.measure and one.band.startswith(term.prefix or ""):
                total = one._replace(measure=rule.total)
                yield f"sum {number}", total._replace(band="") if rule.over_bands else total
