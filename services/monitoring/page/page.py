"""Everything that the page shows, put together from one release."""

from dataclasses import dataclass

from services.monitoring.page.book import Book
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

    @staticmethod
    def of(bahasa: str, kabupaten: str, ukuran: str) -> "Asked":
        """Read the three words of the address."""
        language: Language = LANGUAGES[1] if bahasa == LANGUAGES[1] else LANGUAGES[0]
        return Asked(language, kabupaten, ukuran)


@dataclass(frozen=True)
class Page:
    """The view of one release for one kabupaten."""

    number: int
    until: str
    district: str
    measure: str
    measure_name: str
    districts: tuple[Choice, ...]
    measures: tuple[Choice, ...]
    headline: Headline
    table: Table
    sections: tuple[Section, ...]


def view(book: Book, names: Names, asked: Asked) -> Page | None:
    """The page for what was asked, or none if the release has no kabupaten."""
    if not book.districts:
        return None
    words = Words(asked.language)
    district = asked.district if asked.district in book.districts else _default(book)
    measure = chosen_measure(asked.measure)
    return Page(
        number=book.number,
        until=words.month(book.until),
        district=district,
        measure=measure,
        measure_name=words.name(f"01.{measure}"),
        districts=tuple(
            Choice(code, place_name(names, code), code == district) for code in book.districts
        ),
        measures=tuple(
            Choice(code, words.name(f"01.{code}"), code == measure) for code in MEASURES
        ),
        headline=headline(book, words, names, district),
        table=by_subdistrict(book, words, names, district, measure),
        sections=sections(book, words, district),
    )


def _default(book: Book) -> str:
    """The first kabupaten with the headline figure, else the first."""
    known = (code for code in book.districts if book.periods("01", "joined", code))
    return next(known, book.districts[0])
