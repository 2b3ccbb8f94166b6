"""Small families from cells made by hand: a definition, its cells, closings."""

from collections.abc import Iterable, Mapping

from services.monitoring.figures.compute import Cell
from services.monitoring.figures.definitions import Definition, define
from services.monitoring.release.family import Family, make_family
from services.monitoring.release.reports import Reports
from services.monitoring.release.scope import Scope
from tests.kit.cells import DISTRICT, Places

HEADER = """/*
number = "91"
name_id = "Contoh"
name_en = "Example"
unit = "family"
dimensions = ["kabupaten"]
needs = [{needs}]
disclosure = "people"
constraints = []
sums = [{sums}]
source = "a test"
version = 1
since = 2026-01-01
{words}
{parts}
*/
select 'x' as part, '' as region, '' as period, '' as band, 0 as value
"""
WORDS = "\n".join(
    f'[{name}]\nid = "a"\nen = "a"'
    for name in ("population", "numerator", "denominator", "follow_up")
)


def definition(
    parts: Mapping[str, str], sums: Iterable[str] = (), needs: Iterable[str] = ()
) -> Definition:
    """A definition whose parts have these lines in its header."""
    listed = [f'[parts."{name}"]\nid = "a"\nen = "a"\n{lines}' for name, lines in parts.items()]
    text = HEADER.format(
        needs=quoted(needs), sums=quoted(sums), words=WORDS, parts="\n".join(listed)
    )
    return define("example", text)


def quoted(texts: Iterable[str]) -> str:
    """The texts as TOML writes them in a list."""
    return ", ".join(f'"{text}"' for text in texts)


def cell(
    part: str,
    period: str,
    value: int,
    region: str = DISTRICT,
    programme: str = "",
    band: str = "",
) -> Cell:
    """A cell."""
    return Cell(part, region, period, programme, band, value)


def family(
    of: Definition, cells: Iterable[Cell], until: str, reports: Reports | None = None
) -> Family:
    """The family of province 35."""
    return make_family(Scope(of, "35", list(cells), reports or Reports(), Places(), until))


def closed(*reports: tuple[str, str, str], open: Iterable[tuple[str, str, str]] = ()) -> Reports:
    """Closings, each of an obligation, and obligations that are still open."""
    return Reports(frozenset({*reports, *open}), frozenset(reports))
