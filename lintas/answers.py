"""Asking monitoring for the answers, and printing them as tables: the sections of the page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from lintas.endpoints import Endpoints
from lintas.pilot.late import BEFORE_LAST_MONTH
from lintas.pilot.numbers import JEMBER, PROBOLINGGO
from services.monitoring.feed.files import OTHERS
from services.monitoring.feed.others import read_others
from services.monitoring.page.book import Book, Shown
from services.monitoring.page.page import Asked, Page, view
from services.monitoring.page.parts import Line
from services.monitoring.page.parts import Table as Figures
from services.monitoring.page.reporting import OpenMonths
from services.monitoring.page.sections import Section
from services.monitoring.release.figures import read_figures
from shared.messages import phrase
from shared.regions import Regions

HIDDEN = "■"
OFFICES = {"SOCIAL_AFFAIRS": "Dinsos", "COOPERATIVES": "DinkopUM"}
STATES = ("joined", "not_joined", "unknown")
FILES = (
    "figures.json", "figures.csv", "changes.json", "data.csv", OTHERS, "manifest.json",
)  # fmt: skip
MONTHS_PRINTED = 6
PRINTED = {
    JEMBER: ("funnel", "training", "cooperatives", "offices"),
    PROBOLINGGO: ("targets", "attendance"),
}
"""Which sections of the page are printed, of which kabupaten."""


@dataclass(frozen=True)
class Answers:
    """Everything that the demo prints: public figures of one release and the offices' exact ones."""

    until: str
    number: int
    rows: tuple[Mapping[str, Any], ...]
    exact: Mapping[str, Mapping[str, Any]]
    """Agency to what monitoring answered it about Jember."""
    watermarks: tuple[Mapping[str, Any], ...]
    files: Mapping[str, bytes]
    """The signed files of the release, byte for byte."""

    def as_json(self) -> str:
        """For `answers.json`: what was printed, without the raw files."""
        record = {"until": self.until, "release": self.number, "exact": self.exact}
        return (
            json.dumps(record | {"watermarks": self.watermarks, "rows": self.rows}, indent=1) + "\n"
        )


def ask(endpoints: Endpoints, number: int) -> Answers:
    """Ask for everything about a release: with tokens what is exact, without one what is public."""
    base = endpoints.url("monitoring")
    with httpx.Client(base_url=base, timeout=120.0) as client:
        files = {
            name: client.get(f"/v1/releases/{number}/{name}").raise_for_status().content
            for name in FILES
        }
        figures = json.loads(files["figures.json"])
        exact = {
            agency: _checked(client.get(
                "/v1/exact/01", params={"region": JEMBER},
                headers=_bearer(endpoints.tokens[agency]),
            ))
            for agency in OFFICES
        }  # fmt: skip
        marks = _checked(client.get("/v1/watermarks"))["sources"]
    return Answers(figures["until"], number, tuple(figures["rows"]), exact, tuple(marks), files)


def show(answers: Answers, regions: Regions, console: Console) -> None:
    """Print the answers as tables, in Indonesian with English beside it."""
    rows, others = read_figures(answers.files["figures.json"]), read_others(answers.files[OTHERS])
    book = Book(answers.number, *rows, others)
    console.rule(_words("release", number=answers.number, until=answers.until))
    for district, names in PRINTED.items():
        page = view(book, regions, Asked(district=district))
        if page is None:
            continue
        if district == JEMBER:
            console.print(_headline(page))
            console.print(_offices(answers, BEFORE_LAST_MONTH))
            console.print(_subdistricts(page.table, page.measure_name, page.table_unit))
            for line in page.table.lines:
                if line.is_derived:
                    console.print(_others(line, page.table))
        for section in page.sections:
            if section.name in names:
                console.print(_section(section, page.headline.place))
    console.print(_changes(answers))
    console.print(_complete(answers))
    console.print(f"{HIDDEN} = {_words('hidden')}")


def _headline(page: Page) -> Table:
    head = page.headline
    title = f"{_words('headline')}: {head.place}, {head.month}"
    if head.silent:
        title += f"; {_words('silent')}: {'; '.join(map(_open, head.silent))}"
    table = Table(title=title)
    for bar in head.states:
        table.add_column(bar.label, justify="right")
    table.add_column(_words("enrolled"), justify="right")
    table.add_row(*(_shown(bar.shown) for bar in head.states), _shown(head.enrolled))
    return table


def _open(one: OpenMonths) -> str:
    """`Juni 2026 (anggota koperasi)`."""
    return f"{one.months} ({', '.join(one.lists)})" if one.lists else one.months


def _shown(shown: Shown) -> str:
    return HIDDEN if shown.kind == "hidden" else shown.text


def _offices(answers: Answers, month: str) -> Table:
    """What both offices are answered about the last month that everybody has closed."""
    table = Table(title=f"{_words('offices')}: {month}")
    table.add_column(_words("asked_by"))
    for measure in STATES:
        table.add_column(_words(measure), justify="right")
    for agency, office in OFFICES.items():
        months = answers.exact[agency]["months"]
        counts = next(one for one in months if one["month"] == month)
        table.add_row(office, *(f"{counts[m]:,}" for m in STATES))
    values = [answers.exact[agency]["months"] for agency in OFFICES]
    agree = all(value == values[0] for value in values)
    difference = answers.exact["COOPERATIVES"]["reconciliation"]["difference"]
    outcome = _words("same" if agree else "differ")
    table.caption = f"{outcome}; {_words('difference')}: {difference}"
    return table


def _subdistricts(figures: Figures, measure: str, unit: str) -> Table:
    table = Table(title=f"{_words('subdistricts')}: {measure}", caption=unit)
    table.add_column(figures.corner, no_wrap=True)
    for head in figures.heads[:MONTHS_PRINTED]:
        table.add_column(head, justify="right", no_wrap=True)
    for line in figures.lines:
        if line.is_derived:
            continue
        cells = (_shown(one) for one in line.cells[:MONTHS_PRINTED])
        table.add_row(line.label, *cells, style="bold" if line.is_total else None)
    return table


def _others(line: Line, figures: Figures) -> Table:
    """What follows for the hidden kecamatan together: a line a month, for it is wider than a column."""
    table = Table(title=_words("others"))
    table.add_column(_words("month"))
    table.add_column(line.label, justify="right")
    for month, one in list(zip(figures.heads, line.cells, strict=True))[:MONTHS_PRINTED]:
        table.add_row(month, _shown(one))
    return table


def _section(section: Section, place: str) -> Table:
    table = Table(title=f"{section.title}: {place}, {section.when}", caption=section.unit)
    table.add_column(_words("step"))
    table.add_column(_words("count"), justify="right")
    table.add_column("%", justify="right")
    for bar in section.bars:
        share = "" if bar.share is None else str(bar.share)
        table.add_row(bar.label, _shown(bar.shown), share)
    return table


def _changes(answers: Answers) -> Table:
    """How many figures of earlier releases this one changes, by cause."""
    changes = json.loads(answers.files["changes.json"])["changes"]
    table = Table(title=_words("changes"))
    table.add_column(_words("cause"))
    table.add_column(_words("count"), justify="right")
    for cause in sorted({one["cause"] for one in changes}):
        table.add_row(cause, str(sum(one["cause"] == cause for one in changes)))
    return table


def _complete(answers: Answers) -> Table:
    table = Table(title=_words("complete"))
    for name in ("source", "latest"):
        table.add_column(_words(name))
    for mark in answers.watermarks:
        table.add_row(mark["source"], str(mark["latest_on"]))
    return table


def _words(name: str, **values: object) -> str:
    return phrase(f"answers.{name}").both(**values)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _checked(answer: httpx.Response) -> dict[str, Any]:
    answer.raise_for_status()
    return dict(answer.json())
