"""Builders of cells: a small kabupaten with whatever a test needs."""

from collections import Counter
from collections.abc import Iterable, Mapping

from services.monitoring.figures.compute import Cell
from services.monitoring.release.cells import Cells
from services.monitoring.release.compose import Draft, draft
from services.monitoring.release.figure import Decided, FigureId

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

    def families(self, month: str, subdistrict: int, state: str, came: int, left: int = 0) -> None:
        """Families come into or leave a stock during a month."""
        for region in (SUBDISTRICTS[subdistrict], DISTRICT):
            for band in (state, "enrolled"):
                self.put("i01.flow", month, came - left, region=region, band=band)
                self.put("i01.moves", month, came + left, region=region, band=band)

    def cells(self) -> Iterable[Cell]:
        """The cells; one of zero has no row."""
        return [Cell(*key, value) for key, value in self.counts.items() if value]

    def draft(self, until: str, members_side: Mapping[str, int] | None = None) -> Draft:
        """What a release would say."""
        sides = [
            Cell("i28.members_side", at, until, "", "", n) for at, n in (members_side or {}).items()
        ]
        return draft(Cells([*self.cells(), *sides], until), Places())

    def found(self, until: str) -> dict[FigureId, Decided]:
        """The decided figures by id."""
        return {one.id: one for system in self.draft(until).values() for one in system}


def stock(measure: str, region: str, month: str) -> FigureId:
    """A figure of indicator 01."""
    return FigureId("01", measure, region, month)
