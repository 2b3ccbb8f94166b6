"""The sections below the headline: bars of the newest period and a table of all, as `sections.toml` says."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from services.monitoring.page.book import Book, Shown
from services.monitoring.page.parts import Bar, Line, Table, bars_of_whole, bars_of_widest
from services.monitoring.page.words import Words
from services.monitoring.release.figure import FigureId
from services.monitoring.release.periods import TOTAL

PERIODS_SHOWN = 12


@dataclass(frozen=True)
class Plan:
    """What a section shows."""

    name: str
    figures: tuple[str, ...]
    """INDICATOR.measure; with bands, all of them."""
    periods: Literal[
        "months",
        "years",
        "referral_months",
        "joining_months",
        "assessment_months",
        "graduation_months",
        "formation_months",
    ]
    """Those of a cohort are named by what began it."""
    whole: bool = False
    """Whether the others are parts of the first, so that they can be said in per cent of it."""


def _plans() -> tuple[Plan, ...]:
    text = (Path(__file__).parent / "sections.toml").read_text("utf-8")
    return tuple(
        Plan(name, **{**one, "figures": tuple(one["figures"])})
        for name, one in tomllib.loads(text).items()
    )


PLANS = _plans()


@dataclass(frozen=True)
class Section:
    """One section in words."""

    name: str
    title: str
    indicators: str
    """Their numbers."""
    unit: str
    when: str
    """The period of the bars."""
    bars: tuple[Bar, ...]
    table: Table


class Item(NamedTuple):
    """One figure of a section, whatever its period."""

    indicator: str
    measure: str
    band: str


def sections(book: Book, words: Words, district: str) -> tuple[Section, ...]:
    """Every section that has a figure in a kabupaten."""
    made = (_section(plan, book, words, district) for plan in PLANS)
    return tuple(one for one in made if one is not None)


def _section(plan: Plan, book: Book, words: Words, district: str) -> Section | None:
    items = list(_items(plan, book))

    def at(item: Item, period: str) -> Shown:
        one = FigureId(item.indicator, item.measure, district, period, band=item.band)
        return book.show(one, words)

    periods = _periods(items, book, district)
    if all(at(item, period).kind == "none" for item in items for period in periods):
        return None
    now = next((p for p in periods if any(at(item, p).is_known for item in items)), periods[0])
    labelled = [(item.measure, words.item(*item), at(item, now)) for item in items]
    lines = tuple(
        Line(words.period(p), tuple(at(item, p) for item in items), is_total=p == TOTAL)
        for p in periods
    )
    heads = tuple(label for _, label, _ in labelled)
    return Section(
        name=plan.name,
        title=words.text(f"section.{plan.name}"),
        indicators=", ".join(sorted({item.indicator for item in items})),
        unit=" / ".join(_units(labelled)),
        when=words.period(now),
        bars=bars_of_whole(labelled, labelled[0][2]) if plan.whole else bars_of_widest(labelled),
        table=Table(words.text(f"periods.{plan.periods}"), heads, lines),
    )


def _items(plan: Plan, book: Book) -> Iterator[Item]:
    for figure in plan.figures:
        indicator, _, measure = figure.partition(".")
        yield from (Item(indicator, measure, band) for band in book.bands(indicator, measure))


def _periods(items: list[Item], book: Book, district: str) -> list[str]:
    """Newest first, the total of cohorts before them."""
    found = {p for item in items for p in book.periods(item.indicator, item.measure, district)}
    newest = sorted(found - {TOTAL}, reverse=True)[:PERIODS_SHOWN]
    return [TOTAL, *newest] if TOTAL in found else newest


def _units(labelled: list[tuple[str, str, Shown]]) -> list[str]:
    """What is counted and of which programme, each once, in order."""
    return list(dict.fromkeys(shown.unit for _, _, shown in labelled if shown.unit))
