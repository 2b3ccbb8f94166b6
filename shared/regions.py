"""Kemendagri regions: the one list of region codes that every service checks against.

The list is `shared/reference/wilayah.csv.gz` (Kepmendagri 300.2.2-2138/2025), written by
`shared/reference/build.py`. A code's parts are its parents: 35.09.30.2009 lies in 35.09.30.
"""

import csv
import gzip
from collections.abc import Iterator, KeysView, Mapping
from enum import StrEnum
from functools import cache
from importlib import resources


class RegionKind(StrEnum):
    """What a region is, by Kemendagri."""

    PROVINCE = "PROVINCE"
    REGENCY = "REGENCY"
    """Kabupaten."""
    CITY = "CITY"
    """Kota, on a level with a kabupaten."""
    SUBDISTRICT = "SUBDISTRICT"
    """Kecamatan or distrik."""
    VILLAGE = "VILLAGE"
    """Desa."""
    URBAN_WARD = "URBAN_WARD"
    """Kelurahan."""
    CUSTOMARY_VILLAGE = "CUSTOMARY_VILLAGE"
    """Desa adat."""


class Regions:
    """Every region of one edition of the list; immutable. Unknown codes raise `KeyError`."""

    def __init__(self, rows: Mapping[str, tuple[str, RegionKind]]) -> None:
        self._rows = rows
        self.known: KeysView[str] = rows.keys()
        """Every code of the list."""
        self._children: dict[str, list[str]] = {}
        for code in sorted(rows):
            self._children.setdefault(code.rpartition(".")[0], []).append(code)

    @staticmethod
    def load() -> "Regions":
        """The list that ships with Lintas, read once a process."""
        return _shipped()

    def exists(self, code: str) -> bool:
        """Whether the list holds this dotted code."""
        return code in self._rows

    def name(self, code: str) -> str:
        """The region's own name, without its parents'."""
        return self._rows[code][0]

    def kind(self, code: str) -> RegionKind:
        """What the region is."""
        return self._rows[code][1]

    def path(self, code: str) -> str:
        """Name and parents, nearest first: `Sidomulyo, Silo, Kabupaten Jember, Jawa Timur`.

        Names repeat (two villages of Jember are called Sidomulyo): show this where it matters.
        """
        parts = code.split(".")
        return ", ".join(self.name(".".join(parts[:n])) for n in range(len(parts), 0, -1))

    def parent(self, code: str) -> str | None:
        """Code of the region around this one; none for a province."""
        if code not in self._rows:
            raise KeyError(code)
        return code.rpartition(".")[0] or None

    def children(self, code: str = "") -> tuple[str, ...]:
        """Codes directly inside, sorted; of the empty code the provinces."""
        if code and code not in self._rows:
            raise KeyError(code)
        return tuple(self._children.get(code, ()))

    def codes(self, kind: RegionKind | None = None) -> Iterator[str]:
        """All codes in order, or those of one kind."""
        return (code for code in sorted(self._rows) if kind is None or self.kind(code) is kind)

    def __len__(self) -> int:
        return len(self._rows)


def level(code: str) -> int:
    """1 province, 2 kabupaten or kota, 3 kecamatan, 4 desa or kelurahan; of any dotted text."""
    return code.count(".") + 1


def district_of(code: str) -> str:
    """The kabupaten part of a code of that level or below."""
    return code[:5]


@cache
def _shipped() -> Regions:
    source = resources.files("shared.reference").joinpath("wilayah.csv.gz")
    text = gzip.decompress(source.read_bytes()).decode()
    kinds = {kind.value: kind for kind in RegionKind}
    rows = csv.reader(text.splitlines()[1:])
    return Regions({code: (name, kinds[kind]) for code, name, kind in rows})
