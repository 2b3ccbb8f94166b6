"""`python -m benchmarks.releases`: a release of the nation from synthetic cells, part by part.

Every size is made in a process of its own: 32, 128 and all 514 kabupaten over 36 months. The second
figure of each size is the release after it, in which one province has changed.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.machine import machine
from services.monitoring.figures.compute import Cell
from services.monitoring.figures.definitions import Definition, define
from services.monitoring.release.cells import months
from services.monitoring.release.family import parts_of
from services.monitoring.release.nation import make_nation
from services.monitoring.release.part_bytes import private_packed, rows_packed
from services.monitoring.release.parts import (
    ReleasedPart,
    digest,
    inputs_of,
    release_scope,
    released,
)
from services.monitoring.release.reports import Reports
from services.monitoring.release.scope import Scope
from shared.regions import Regions, level

console = Console()
SIZES, MONTHS = "32,128,514", 36
UNTIL = "2026-12"
DISTRICT = 2
PROGRAMMES = ("PKH", "SEMBAKO")
HEADER = """/*
number = "91"
name_id = "Tolok ukur"
name_en = "Benchmark"
unit = "family"
dimensions = ["kabupaten or kecamatan", "month"]
needs = []
disclosure = "people"
constraints = []
sums = ["enrolled = joined + not_joined"]
source = "the shape of indicator 01"
version = 1
since = 2026-11-28
{words}
[parts."i91.flow"]
id = "-"
en = "-"
kind = "stock"
measures = ["joined", "not_joined", "enrolled"]
unit = "family"
levels = [{levels}]
programmes = "recipients"
*/
select '' as part, '' as region, '' as period, '' as band, 0 as value
"""
WORDS = "\n".join(
    f'[{name}]\nid = "-"\nen = "-"'
    for name in ("population", "numerator", "denominator", "follow_up")
)
HEAD = """# Releases, measured

Written by `make bench-releases`: table families of the shape of indicator 01 (two programmes, three
measures), counted, decided and packed; nothing of SQL or HTTP.

"""


def main(
    sizes: Annotated[str, typer.Option(help="Numbers of kabupaten.")] = SIZES,
    span: Annotated[int, typer.Option(help="Months.")] = MONTHS,
    subdistricts: Annotated[bool, typer.Option(help="Kecamatan as well.")] = True,
    out: Annotated[Path | None, typer.Option(help="Where the Markdown goes.")] = None,
    one: Annotated[int, typer.Option(hidden=True)] = 0,
) -> None:
    """Make a release of growing parts of the nation, and the one after it."""
    if one:
        sys.stdout.write("|".join(_measured(one, span, subdistricts=subdistricts)) + "\n")
        return
    lines = [f"- {name}: {value}" for name, value in machine().items()]
    lines += [
        "",
        "| kabupaten | months | figures | CPU s | the next release, CPU s | peak MiB | bytes |",
    ]
    lines += ["|---:|---:|---:|---:|---:|---:|---:|"]
    flag = "--subdistricts" if subdistricts else "--no-subdistricts"
    for size in sizes.split(","):
        command = [sys.executable, "-m", __spec__.name, "--one", size, "--span", str(span), flag]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        lines.append(f"| {size} | {span} | {done.stdout.strip().replace('|', ' | ')} |")
        console.print(lines[-1])
    if out is not None:
        out.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def _measured(size: int, span: int, *, subdistricts: bool) -> Sequence[str]:
    """Figures, CPU seconds of both releases, peak memory, bytes."""
    regions = Regions.load()
    levels = '"kabupaten", "kecamatan"' if subdistricts else '"kabupaten"'
    definition = define("benchmark", HEADER.format(words=WORDS, levels=levels))
    districts = [code for code in regions.codes() if level(code) == DISTRICT][:size]
    history: dict[str, list[ReleasedPart]] = {}
    begun = time.process_time()
    rows, size_in_bytes = _release(definition, regions, districts, span, history, late=False)
    first = time.process_time()
    _release(definition, regions, districts, span, history, late=True)
    second = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"{rows:,}", f"{first - begun:.1f}", f"{second - first:.1f}", f"{peak:,}", f"{size_in_bytes:,}"
    )  # fmt: skip


def _release(
    definition: Definition,
    regions: Regions,
    districts: Sequence[str],
    span: int,
    history: dict[str, list[ReleasedPart]],
    *,
    late: bool,
) -> tuple[int, int]:
    """Number of rows and bytes of one release; its parts join their history."""
    made: list[ReleasedPart] = []
    for province in sorted({code[:2] for code in districts}):
        inside = [code for code in districts if code[:2] == province]
        more = 50 if late and province == districts[0][:2] else 0
        cells = list(_cells(definition, regions, inside, span, more))
        scope = Scope(definition, province, cells, Reports(are_counted=False), regions, UNTIL)
        before = history.setdefault(province, [])
        if not before or before[-1].inputs != inputs_of(scope):
            before.append(release_scope(scope, before))
        made.append(before[-1])
    nation = history.setdefault("ID", [])
    family, values = make_nation(made, parts_of(definition)[0])
    names = digest([one.inputs for one in made])
    made.append(released(family, values, names, definition.sha256, nation))
    nation.append(made[-1])
    packed = sum(len(rows_packed(one)) + len(private_packed(one)) for one in made)
    return sum(len(one.rows) for one in made), packed


def _cells(
    definition: Definition, regions: Regions, districts: Sequence[str], span: int, more: int
) -> Iterator[Cell]:
    """Made-up flows, the same in every run; `more` families came late in the first month."""
    line = list(months("2007-01", UNTIL))[-span:]
    deep = "kecamatan" in definition.header.parts["i91.flow"].levels
    for district in districts:
        parts = regions.children(district)[:20] if deep else (district,)
        for programme in PROGRAMMES:
            whole: dict[tuple[str, str], int] = {}
            for place, region in enumerate(parts):
                for number, month in enumerate(line):
                    joined = (place * 37 + number * 13) % 200
                    other = 40 + (place * 11 + number * 3) % 60 + (more if not number else 0)
                    for band, n in (("joined", joined), ("not_joined", other)):
                        whole[band, month] = whole.get((band, month), 0) + n
                        if deep:
                            yield Cell("i91.flow", region, month, programme, band, n)
                    if deep:
                        yield Cell("i91.flow", region, month, programme, "enrolled", joined + other)
            for (band, month), n in whole.items():
                yield Cell("i91.flow", district, month, programme, band, n)
                yield Cell("i91.flow", district, month, programme, "enrolled", n)


if __name__ == "__main__":
    typer.run(main)
