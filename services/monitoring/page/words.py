"""The words of the page in one language; the texts are in `phrases.toml`."""

from dataclasses import dataclass

from shared.messages import Language, phrase

YEAR = 4
LANGUAGES: tuple[Language, ...] = ("id", "en")


@dataclass(frozen=True)
class Words:
    """One language."""

    language: Language

    def text(self, name: str, **values: object) -> str:
        """A phrase of the page, as `headline.question`."""
        return phrase(f"page.{name}").of(self.language, **values)

    def name(self, code: str) -> str:
        """What a measure or band is called."""
        return self.text(f"name.{code}")

    def item(self, indicator: str, measure: str, band: str) -> str:
        """What a figure of an indicator is called: its band, where it has one."""
        return self.name(band or f"{indicator}.{measure}")

    def unit(self, code: str) -> str:
        """What is counted."""
        return self.text(f"unit.{code}")

    def counted(self, unit: str, programme: str) -> str:
        """What is counted, and of which programme where there is one: `keluarga, PKH`."""
        return f"{self.unit(unit)}, {self.programme(programme)}" if programme else self.unit(unit)

    def programme(self, code: str) -> str:
        """The name of a programme."""
        return self.text(f"programme.{code}")

    def months(self, first: str, last: str) -> str:
        """`Maret 2026`, or `Januari 2026–Maret 2026`."""
        return self.month(first) if first == last else f"{self.month(first)}–{self.month(last)}"

    def period(self, period: str) -> str:
        """A month, a year, or all months of a cohort."""
        if period == "total":
            return self.name("total")
        return period if len(period) == YEAR else self.month(period)

    def number(self, value: int) -> str:
        """`1.235` in Indonesian, `1,235` in English."""
        text = f"{value:,}"
        return text.replace(",", ".") if self.language == "id" else text

    def month(self, period: str) -> str:
        """`Juni 2026`."""
        return phrase(f"month.{period[5:]}").of(self.language, year=period[:4])

    def short_month(self, period: str) -> str:
        """`Jun 26`, for the head of a column."""
        return f"{self.month(period)[:3]} {period[2:4]}"
