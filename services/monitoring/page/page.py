"""Everything that the page shows, put together from one release."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from services.monitoring.page.book import HEADLINE_PROGRAMME, Book
from services.monitoring.page.membership import (
    MEASURES,
    Headline,
    Names,
    by_subdistrict,
    chosen_measure,
    headline,
    place_name,
)
from services.monitoring.page.parts import Table
from services.monitoring.page.reporting import OpenMonths, is_known, open_months
from services.monitoring.page.sections import Section, sections
from services.monitoring.page.words import LANGUAGES, Words
from shared.messages import Language


@dataclass(frozen=True)
class Choice:
    """One option of a list."""

    code: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Asked:
    """What the reader chose; anything unknown falls back to the default."""

    language: Language = "id"
    district: str = ""
    measure: str = ""
    programme: str = ""

    @staticmethod
    def of(bahasa: str, kabupaten: str, ukuran: str, program: str = "") -> "Asked":
        """Read the four words of the address."""
        language: Language = LANGUAGES[1] if bahasa == LANGUAGES[1] else LANGUAGES[0]
        return Asked(language, kabupaten, ukuran, program)


@dataclass(frozen=True)
class Page:
    """The view of one release for one kabupaten and one programme."""

    number: int
    until: str
    district: str
    measure: str
    measure_name: str
    programme: str
    programme_name: str
    districts: tuple[Choice, ...]
    measures: tuple[Choice, ...]
    programmes: tuple[Choice, ...]
    headline: Headline
    """Always of PKH."""
    table: Table
    table_unit: str
    sections: tuple[Section, ...]
    open_months: tuple[OpenMonths, ...] | None
    """None where the release does not say."""


def view(book: Book, names: Names, asked: Asked) -> Page | None:
    """The page for what was asked, or none if the release has no kabupaten."""
    if not book.districts:
        return None
    words = Words(asked.language)
    district = asked.district if asked.district in book.districts else _default(book)
    measure = chosen_measure(asked.measure)
    programme = asked.programme if asked.programme in book.programmes else HEADLINE_PROGRAMME
    chosen = book.of_programme(programme)
    return Page(
        number=book.number,
        until=words.month(book.until),
        district=district,
        measure=measure,
        measure_name=words.name(f"01.{measure}"),
        programme=programme,
        programme_name=words.programme(programme),
        districts=_choices(book.districts, district, partial(place_name, names)),
        measures=_choices(MEASURES, measure, lambda code: words.name(f"01.{code}")),
        programmes=_choices(book.programmes, programme, words.programme),
        headline=headline(book, words, names, district),
        table=by_subdistrict(chosen, words, names, district, measure),
        table_unit=words.counted("family", programme),
        sections=sections(chosen, words, district),
        open_months=open_months(book, words, district) if is_known(book, district) else None,
    )


def _choices(codes: Iterable[str], chosen: str, name: Callable[[str], str]) -> tuple[Choice, ...]:
    return tuple(Choice(code, name(code), code == chosen) for code in codes)


def _default(book: Book) -> str:
    """The first kabupaten with the headline figure, else the first."""
    known = (code for code in book.districts if book.periods("01", "joined", code))
    return next(known, book.districts[0])
