"""Builders of cells: a small kabupaten with whatever a test needs."""

from collections import Counter

from services.monitoring.figures.compute import Cell

DISTRICT = "35.09"
SUBDISTRICTS = ("35.09.01", "35.09.02", "35.09.03")


class Places:
    """A list of regions with one kabupaten of three kecamatan."""

    def children(self, code: str) -> tuple[str, ...]:
        """The kecamatan."""
        return SUBDISTRICTS if code == DISTRICT else ()

    def exists(self, code: str) -> bool:
        """Whether it is the kabupaten or one of its kecamatan."""
        return code in {DISTRICT, *SUBDISTRICTS}

    def name(self, code: str) -> str:
        """A name that shows its code."""
        return f"Wilayah {code}"


class World:
    """Cells in the making."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str, str, str]] = Counter()

    def put(
        self,
        part: str,
        period: str,
        value: int,
        *,
        region: str = DISTRICT,
        programme: str = "",
        band: str = "",
    ) -> None:
        """Add to one cell."""
        self.counts[part, region, period, programme, band] += value

    def cells(self) -> list[Cell]:
        """The cells; one of zero has no row."""
        return [Cell(*key, value) for key, value in self.counts.items() if value]
