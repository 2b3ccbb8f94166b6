"""Which lists of a kabupaten are open in which months: indicator 00 as the page says it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.page.book import Book
from services.monitoring.page.words import Words
from services.monitoring.release.figure import FigureId

HEADLINE_LISTS = DEFINITIONS["01"].header.needs
"""Without these the headline has no answer."""
EXPECTED, CLOSED = "lists_expected", "lists_closed"


@dataclass(frozen=True)
class OpenMonths:
    """Months that offices have not closed, one after another, and what is open in them."""

    months: str
    """One month, or the first and the last."""
    lists: tuple[str, ...]
    """Empty where the release does not say which: it is older than indicator 00."""


def is_known(book: Book, district: str) -> bool:
    """Whether the release says which lists are closed in a kabupaten."""
    return bool(book.periods("00", CLOSED, district))


def open_months(book: Book, words: Words, district: str) -> tuple[OpenMonths, ...]:
    """Every month with a list that is owed and not closed, oldest first."""
    lists = book.bands("00", EXPECTED)
    months = (one for one in book.periods("00", EXPECTED, district) if one <= book.until)
    found = [(month, _open(book, district, month, lists)) for month in months]
    return _in_ranges(words, found)


def without_answer(
    book: Book, words: Words, district: str, months: Iterable[str]
) -> tuple[OpenMonths, ...]:
    """These months, of which the headline is not reported, with the lists that it waits for."""
    lists = HEADLINE_LISTS if is_known(book, district) else ()
    return _in_ranges(
        words,
        [
            (m, tuple(one for one in lists if not _has(book, CLOSED, district, m, one)))
            for m in months
        ],
        keep_unknown=True,
    )


def _open(book: Book, district: str, month: str, lists: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        one
        for one in lists
        if _has(book, EXPECTED, district, month, one)
        and not _has(book, CLOSED, district, month, one)
    )


def _has(book: Book, measure: str, district: str, month: str, name: str) -> bool:
    return bool(book.value(FigureId("00", measure, district, month, band=name)))


def _in_ranges(
    words: Words, found: Iterable[tuple[str, tuple[str, ...]]], *, keep_unknown: bool = False
) -> tuple[OpenMonths, ...]:
    """Months that follow each other with the same lists together: a silent year is one entry."""
    made = []
    placed = ((_number(month) - place, month, some) for place, (month, some) in enumerate(found))
    for (_, lists), group in groupby(placed, key=lambda one: (one[0], one[2])):
        months = [month for _, month, _ in group]
        if lists or keep_unknown:
            names = tuple(words.text(f"list.{one}") for one in lists)
            made.append(OpenMonths(words.months(months[0], months[-1]), names))
    return tuple(made)


def _number(month: str) -> int:
    """Months that follow each other have numbers that follow each other."""
    return 12 * int(month[:4]) + int(month[5:])
