"""Synthetic people. Their NIKs use kecamatan codes that Kemendagri has not assigned: nobody can own them."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FIRST = ("Siti", "Sri", "Nur", "Dewi", "Endang", "Lilik", "Sumiati", "Rukmini", "Tutik", "Yuni")
LAST = ("Aminah", "Wahyuni", "Hasanah", "Lestari", "Rahayu", "Utami", "Fatimah", "Handayani")
STREETS = ("Dusun Krajan", "Dusun Curah", "Dusun Sumber", "Dusun Tegal", "Dusun Karang")
UNASSIGNED = range(90, 100)


@dataclass(frozen=True)
class Person:
    """One synthetic person."""

    national_id: str
    name: str
    born: date
    phone: str


class People:
    """Makes people one after another; the same random source makes the same people."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._used: dict[str, int] = {}

    def next(self, district: str, *, youngest: int = 18, oldest: int = 70) -> Person:
        """A new person whose NIK begins with an unassigned kecamatan of the district."""
        random = self._random
        born = date(2026, 1, 1) - timedelta(days=random.randint(youngest * 366, oldest * 365))
        woman = random.random() < 0.9
        kecamatan = random.choice(UNASSIGNED)
        day = born.day + (40 if woman else 0)
        prefix = f"{district.replace('.', '')}{kecamatan}{day:02d}{born:%m%y}"
        serial = self._used[prefix] = self._used.get(prefix, 0) + 1
        name = f"{random.choice(FIRST)} {random.choice(LAST)}"
        return Person(
            national_id=f"{prefix}{serial:04d}",
            name=name,
            born=born,
            phone=f"0000{random.randint(0, 99_999_999):08d}",
        )

    def address(self) -> str:
        """A made-up address line."""
        return f"{self._random.choice(STREETS)} RT {self._random.randint(1, 9):02d}"
