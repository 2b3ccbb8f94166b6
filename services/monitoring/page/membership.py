"""Indicator 01: the headline answer, and the table of kecamatan by month."""

from dataclasses import dataclass
from typing import Protocol

from services.monitoring.page.book import Book, Shown
from services.monitoring.page.parts import Bar, Line, Table, bars_of_whole
from services.monitoring.page.reporting import OpenMonths, without_answer
from services.monitoring.page.words import Words
from services.monitoring.release.figure import FigureId

MONTHS_SHOWN = 12
STATES = ("joined", "not_joined", "unknown")
MEASURES = (*STATES, "enrolled")


class Names(Protocol):
    """The names of regions."""

    def name(self, code: str) -> str:
        """The region's own name."""

    def exists(self, code: str) -> bool:
        """Whether the code has a name."""


@dataclass(frozen=True)
class Headline:
    """How many families of a kabupaten have a cooperative member."""

    place: str
    month: str
    joined: Shown
    enrolled: Shown
    states: tuple[Bar, ...]
    is_whole: bool
    """Whether all three states are shown, so that a bar of the whole can be drawn."""
    silent: tuple[OpenMonths, ...]
    """The months without an answer, oldest first, with the lists that are open."""


def headline(book: Book, words: Words, names: Names, district: str) -> Headline:
    """The answer at the end of the last month that is reported: what offices have not closed is no answer."""
    months = [m for m in book.periods("01", "joined", district) if m <= book.until]

    def is_reported(month: str) -> bool:
        shown = book.show(FigureId("01", "joined", district, month), words)
        return shown.kind != "not_reported"

    month = next(filter(is_reported, reversed(months)), book.until)
    silent = [one for one in months if not is_reported(one)]

    def at(measure: str) -> Shown:
        return book.show(FigureId("01", measure, district, month), words)

    enrolled = at("enrolled")
    states = bars_of_whole(
        [(state, words.name(f"01.{state}"), at(state)) for state in STATES], enrolled
    )
    return Headline(
        place=place_name(names, district),
        month=words.month(month),
        joined=at("joined"),
        enrolled=enrolled,
        states=states,
        silent=without_answer(book, words, district, silent),
        is_whole=bool(enrolled.value) and all(state.shown.is_known for state in states),
    )


def by_subdistrict(book: Book, words: Words, names: Names, district: str, measure: str) -> Table:
    """One measure by kecamatan and month, newest first; the kabupaten is the first line."""
    months = book.periods("01", measure, district)[: -MONTHS_SHOWN - 1 : -1]
    regions = (district, *book.regions("01", measure, district))
    lines = (
        Line(
            place_name(names, region),
            tuple(book.show(FigureId("01", measure, region, month), words) for month in months),
            is_total=region == district,
        )
        for region in regions
    )
    heads = tuple(words.short_month(month) for month in months)
    made = tuple(lines) if months else ()
    if all(cell.kind == "none" for line in made for cell in line.cells):
        made = ()  # nobody is in this programme
    others = tuple(
        book.show_others(FigureId("01", measure, district, month), words) for month in months
    )
    if any(cell.is_known for cell in others):
        made = (*made, Line(words.text("subdistricts.others"), others, is_derived=True))
    return Table(words.text("subdistricts.subdistrict"), heads, made)


def chosen_measure(asked: str) -> str:
    """The measure that was asked for if it exists, else the one that matters most."""
    return asked if asked in MEASURES else MEASURES[0]


def place_name(names: Names, code: str) -> str:
    """The name of a region, or its code if the list does not know it."""
    return names.name(code) if names.exists(code) else code
