"""Asking monitoring for the answers, and printing them as tables."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console
from rich.table import Table

from lintas.client import post
from lintas.endpoints import Endpoints
from lintas.pilot.numbers import JEMBER, PROBOLINGGO
from shared.messages import phrase
from shared.regions import Regions

HIDDEN = "■"
OFFICES = {"SOCIAL_AFFAIRS": "Dinsos", "COOPERATIVES": "DinkopUM"}
STEPS = ("referred", "applied", "approved", "activated")
TRAINED = ("activated", "trained_90", "not_trained_90")
STATES = ("joined", "not_joined", "unknown")


@dataclass(frozen=True)
class Answers:
    """Everything that the demo prints: public figures of one release and the offices' exact ones."""

    until: str
    number: int
    rows: tuple[Mapping[str, Any], ...]
    exact: Mapping[str, Mapping[str, Any]]
    """Agency to what monitoring answered it about Jember."""
    watermarks: tuple[Mapping[str, Any], ...]
    figures: bytes
    table: bytes
    manifest: bytes

    def value(self, indicator: str, measure: str, region: str, period: str, band: str = "") -> str:
        """A public figure as it is shown: a number, or the mark of a hidden cell."""
        wanted = (indicator, measure, region, period, band)
        names = ("indicator", "measure", "region", "period", "band")
        for row in self.rows:
            if tuple(row[name] for name in names) == wanted:
                return HIDDEN if row["value"] is None else f"{row['value']:,}"
        return "-"

    def as_json(self) -> str:
        """For `answers.json`: what was printed, without the raw files."""
        record = {"until": self.until, "release": self.number, "exact": self.exact}
        return (
            json.dumps(record | {"watermarks": self.watermarks, "rows": self.rows}, indent=1) + "\n"
        )


def ask(endpoints: Endpoints) -> Answers:
    """Cut a release and ask for everything: with tokens what is exact, without one what is public."""
    base = endpoints.url("monitoring")
    with httpx.Client(base_url=base, timeout=120.0) as client:
        order = (f"{base}/v1/releases", endpoints.tokens["monitoring"], {"until": None})
        made = post(client, *order, key=uuid4().hex)
        number = made["number"]
        files = {
            name: client.get(f"/v1/releases/{number}/{name}").raise_for_status().content
            for name in ("figures.json", "figures.csv", "manifest.json")
        }
        figures = json.loads(files["figures.json"])
        exact = {
            agency: _checked(client.get(
                "/v1/exact/01", params={"region": JEMBER, "until": figures["until"]},
                headers=_bearer(endpoints.tokens[agency]),
            ))
            for agency in OFFICES
        }  # fmt: skip
        marks = _checked(client.get("/v1/watermarks"))["sources"]
    return Answers(figures["until"], number, tuple(figures["rows"]), exact, tuple(marks),
                   files["figures.json"], files["figures.csv"], files["manifest.json"])  # fmt: skip


def show(answers: Answers, regions: Regions, console: Console) -> None:
    """Print the answers as tables, in Indonesian with English beside it."""
    console.rule(_words("release", number=answers.number, until=answers.until))
    console.print(_headline(answers))
    console.print(_offices(answers))
    console.print(_subdistricts(answers, regions))
    console.print(_cohorts("funnel", answers, "03", STEPS))
    console.print(_cohorts("training", answers, "16", TRAINED))
    console.print(_targets(answers))
    console.print(_complete(answers))
    console.print(f"{HIDDEN} = {_words('hidden')}")


def _headline(answers: Answers) -> Table:
    table = Table(title=_words("headline"))
    measures = (*STATES, "enrolled")
    for measure in measures:
        table.add_column(_words(measure), justify="right")
    table.add_row(*(answers.value("01", m, JEMBER, answers.until) for m in measures))
    return table


def _offices(answers: Answers) -> Table:
    table = Table(title=_words("offices"))
    table.add_column(_words("asked_by"))
    for measure in STATES:
        table.add_column(_words(measure), justify="right")
    for agency, office in OFFICES.items():
        counts = answers.exact[agency]["months"][-1]
        table.add_row(office, *(f"{counts[m]:,}" for m in STATES))
    values = [answers.exact[agency]["months"] for agency in OFFICES]
    agree = all(value == values[0] for value in values)
    difference = answers.exact["COOPERATIVES"]["reconciliation"]["difference"]
    outcome = _words("same" if agree else "differ")
    table.caption = f"{outcome}; {_words('difference')}: {difference}"
    return table


def _subdistricts(answers: Answers, regions: Regions) -> Table:
    periods = sorted(
        {r["period"] for r in answers.rows if r["indicator"] == "01" and r["region"] == JEMBER}
    )
    table = Table(title=_words("subdistricts"))
    table.add_column("kecamatan", no_wrap=True)
    for period in periods:
        year, month = period.split("-")
        table.add_column(f"{year}\n-{month}", justify="right", no_wrap=True)
    for code in (*regions.children(JEMBER), JEMBER):
        cells = [answers.value("01", "joined", code, period) for period in periods]
        table.add_row(regions.name(code), *cells, style="bold" if code == JEMBER else None)
    return table


def _cohorts(title: str, answers: Answers, indicator: str, steps: Iterable[str]) -> Table:
    table = Table(title=_words(title))
    table.add_column(_words("step"))
    table.add_column(_words("persons"), justify="right")
    for measure in steps:
        table.add_row(_words(measure), answers.value(indicator, measure, JEMBER, "total"))
    return table


def _targets(answers: Answers) -> Table:
    year = answers.until[:4]
    target = answers.value("08", "target", PROBOLINGGO, year)
    done = answers.value("08", "graduated", PROBOLINGGO, year)
    facilitators = answers.value("08", "facilitators", PROBOLINGGO, year)
    title = _words("targets", done=done, target=target, facilitators=facilitators)
    table = Table(title=f"Probolinggo {year}: {title}")
    table.add_column(_words("attainment"))
    table.add_column(_words("facilitators"), justify="right")
    for row in answers.rows:
        if row["measure"] == "facilitators_by_attainment" and row["region"] == PROBOLINGGO:
            table.add_row(
                row["band"], answers.value("08", row["measure"], PROBOLINGGO, year, row["band"])
            )
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
