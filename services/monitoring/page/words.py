"""The words of the page: Indonesian first, English beside it."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")

MONTHS: dict[Language, tuple[str, ...]] = {
    "id": (
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}

NAMES: dict[str, tuple[str, str]] = {
    "joined": ("sudah ada anggota koperasi", "with a cooperative member"),
    "not_joined": ("belum ada anggota koperasi", "without a cooperative member"),
    "unknown": ("belum diketahui", "not known"),
    "enrolled": ("seluruh keluarga PKH", "all PKH families"),
    "referred": ("dirujuk ke koperasi", "referred to a cooperative"),
    "applied": ("mendaftar", "applied"),
    "approved": ("disetujui", "approved"),
    "activated": ("menjadi anggota aktif", "became active members"),
    "total": ("seluruh angkatan", "all cohorts"),
    "trained_90": ("dilatih dalam 90 hari", "trained within 90 days"),
    "not_trained_90": ("belum dilatih dalam 90 hari", "not trained within 90 days"),
    "000": ("0%", "0%"),
    "001-049": ("1–49%", "1–49%"),
    "050-099": ("50–99%", "50–99%"),
    "100-149": ("100–149%", "100–149%"),
    "150+": ("150% ke atas", "150% and more"),
    "CHILD_PROTECTION": ("Perlindungan anak", "Child protection"),
    "EDUCATION_PARENTING": ("Pendidikan dan pengasuhan", "Education and parenting"),
    "FAMILY_FINANCE": ("Pengelolaan keuangan", "Family finance"),
    "HEALTH_NUTRITION": ("Kesehatan dan gizi", "Health and nutrition"),
    "SOCIAL_WELFARE": ("Kesejahteraan sosial", "Social welfare"),
    "STUNTING_PREVENTION": ("Pencegahan stunting", "Stunting prevention"),
    "ALL": ("Keenam modul", "All six modules"),
}
"""What measures and bands are called."""


@dataclass(frozen=True)
class Words:
    """One language."""

    language: Language

    def pick(self, indonesian: str, english: str) -> str:
        """The text in this language."""
        return indonesian if self.language == "id" else english

    def name(self, code: str) -> str:
        """What a measure or band is called."""
        return self.pick(*NAMES[code])

    def number(self, value: int) -> str:
        """`1.235` in Indonesian, `1,235` in English."""
        text = f"{value:,}"
        return text.replace(",", ".") if self.language == "id" else text

    def month(self, period: str) -> str:
        """`Juni 2026`."""
        return f"{MONTHS[self.language][int(period[5:]) - 1]} {period[:4]}"

    def short_month(self, period: str) -> str:
        """`Jun 26`, for the head of a column."""
        return f"{MONTHS[self.language][int(period[5:]) - 1][:3]} {period[2:4]}"
