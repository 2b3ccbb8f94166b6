"""Indicators 15, 21, 28 and the participants of 16: sessions, modules, cooperatives, the check."""

from dataclasses import dataclass

from services.monitoring.page.book import Book, Shown
from services.monitoring.page.parts import Bar, Line, Table, bars_of_widest
from services.monitoring.page.words import Words
from services.monitoring.release.figure import FigureId
from services.monitoring.release.modules import ALL, MODULES

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Sessions:
    """P2K2: attendance month by month, and module coverage of the latest year."""

    table: Table
    year: str
    modules: tuple[Bar, ...]


def sessions(book: Book, words: Words, district: str) -> Sessions | None:
    """P2K2 in a kabupaten, if there was any."""
    months = book.periods("15", "sessions", district)[-MONTHS_SHOWN:]
    years = book.periods("15", "families_with_module", district)
    if not months and not years:
        return None
    measures = ("sessions", "attended", "absent")
    lines = tuple(
        Line(
            words.month(month),
            tuple(book.show(FigureId("15", m, district, month), words) for m in measures),
        )
        for month in reversed(months)
    )
    heads = tuple(words.text(f"sessions.{measure}") for measure in measures)
    year = years[-1] if years else ""
    return Sessions(
        Table(words.text("sessions.month"), heads, lines),
        year,
        _modules(book, words, district, year),
    )


def _modules(book: Book, words: Words, district: str, year: str) -> tuple[Bar, ...]:
    def at(band: str) -> Shown:
        return book.show(FigureId("15", "families_with_module", district, year, band=band), words)

    shown = [(band, words.name(band), at(band)) for band in (*MODULES, ALL)] if year else []
    return bars_of_widest(shown)


@dataclass(frozen=True)
class Cooperatives:
    """Cooperatives at the end, and the check that both sides count the same families."""

    registered: Shown
    operating: Shown
    difference: Shown
    participants: tuple[Bar, ...]
    """People at outreach sessions, by month."""


def cooperatives(book: Book, words: Words, district: str) -> Cooperatives:
    """Open figures of a kabupaten."""

    def at(indicator: str, measure: str, period: str = book.until) -> Shown:
        return book.show(FigureId(indicator, measure, district, period), words)

    months = book.periods("16", "participants", district)[-6:]
    return Cooperatives(
        registered=at("21", "registered"),
        operating=at("21", "operating"),
        difference=at("28", "difference"),
        participants=bars_of_widest(
            [("", words.month(month), at("16", "participants", month)) for month in months]
        ),
    )
