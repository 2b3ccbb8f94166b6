"""Indicators 03, 16 and 08: from referral to membership, training, and graduation targets."""

from dataclasses import dataclass

from services.monitoring.page.book import Book, Shown, percent
from services.monitoring.page.parts import Bar, Line, Table, bars_of_whole, bars_of_widest
from services.monitoring.page.words import Words
from services.monitoring.release.attainment import BANDS
from services.monitoring.release.cohorts import TOTAL
from services.monitoring.release.figure import FigureId

STEPS = ("referred", "applied", "approved", "activated")
TRAINING = ("activated", "trained_90", "not_trained_90")
COHORTS_SHOWN = 12


@dataclass(frozen=True)
class CohortSection:
    """Steps of all cohorts as bars, and each cohort in a table."""

    bars: tuple[Bar, ...]
    table: Table


def funnel(book: Book, words: Words, district: str) -> CohortSection:
    """The way of those who were referred."""
    return _cohorts(book, words, district, "03", STEPS)


def training(book: Book, words: Words, district: str) -> CohortSection:
    """Training of those who became members and could be followed for 90 days."""
    return _cohorts(book, words, district, "16", TRAINING)


def _cohorts(
    book: Book, words: Words, district: str, indicator: str, steps: tuple[str, ...]
) -> CohortSection:
    def at(measure: str, period: str) -> Shown:
        return book.show(FigureId(indicator, measure, district, period), words)

    periods = book.periods(indicator, steps[0], district)
    if not periods:
        return CohortSection((), Table("", (), ()))
    labelled = [(step, words.name(step), at(step, TOTAL)) for step in steps]
    cohorts = [period for period in periods if period != TOTAL][-COHORTS_SHOWN:]
    lines = [
        Line(words.month(month), tuple(at(step, month) for step in steps)) for month in cohorts
    ]
    total = Line(words.name(TOTAL), tuple(shown for _, _, shown in labelled), is_total=True)
    heads = tuple(words.name(step) for step in steps)
    table = Table(words.text("cohort"), heads, (total, *lines))
    return CohortSection(bars_of_whole(labelled, labelled[0][2]), table)


@dataclass(frozen=True)
class Targets:
    """Graduations of a year against the target that follows from the facilitators' targets."""

    year: str
    facilitators: Shown
    target: Shown
    graduated: Shown
    share: int | None
    """Graduated in per cent of the target; not capped."""
    bars: tuple[Bar, ...]


def targets(book: Book, words: Words, district: str) -> Targets | None:
    """The latest year that has targets."""
    years = book.periods("08", "facilitators", district)
    if not years:
        return None

    def at(measure: str, band: str = "") -> Shown:
        return book.show(FigureId("08", measure, district, years[-1], band=band), words)

    bands = [(band, words.name(band), at("facilitators_by_attainment", band)) for band in BANDS]
    graduated, target = at("graduated"), at("target")
    return Targets(
        year=years[-1],
        facilitators=at("facilitators"),
        target=target,
        graduated=graduated,
        share=percent(graduated, target),
        bars=bars_of_widest(bands),
    )
