"""`python -m benchmarks.figures`: all figures of a cut at the pilot's size and many times that.

Every size is counted in a process of its own; importing DuckDB is not measured.
"""

import base64
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import duckdb
import pyarrow.parquet as pq
import typer
from rich.console import Console

from benchmarks.copies import multiply
from benchmarks.corpus import make_corpus
from benchmarks.machine import machine
from lintas.registry import CARDS, PUBLISHERS
from services.monitoring.figures.compute import cells, latest_times
from services.monitoring.log.columns import SCHEMAS, tables_of
from services.monitoring.log.duck import open_log
from services.monitoring.log.snapshot import LogSnapshot
from shared.clock import now
from shared.events.reading import parse

console = Console()
MEMORY, THREADS = "2GB", 2
HEAD = """# Figures of a cut, measured

Written by `make bench-figures`: the cells of all indicators and the marks of all sources, counted from
the Parquet files of a log. CPU seconds are those of the process on all cores; DuckDB spills to disk
beyond its memory limit.

"""


def main(
    times: Annotated[str, typer.Option(help="How many copies of the pilot.")] = "1,40,160",
    kept: Annotated[
        Path | None, typer.Option(help="Directory of `make demo ARGS='--once --keep DIR'`.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the Markdown goes.")] = None,
) -> None:
    """Count every figure of growing copies of the pilot; 160 copies need 3 GB of disk, twice."""
    lines = [f"- {name}: {value}" for name, value in machine().items()]
    lines += [f"- DuckDB {duckdb.__version__}, {THREADS} threads, memory limit {MEMORY}", ""]
    lines += ["| copies | events | families | cells | CPU s | seconds | peak MiB |"]
    lines += ["|---:|---:|---:|---:|---:|---:|---:|"]
    with tempfile.TemporaryDirectory(prefix="lintas-figures-") as folder:
        pilot = Path(folder) / "pilot"
        _write_pilot(pilot, kept, Path(folder))
        for count in map(int, times.split(",")):
            enlarged = Path(folder) / f"x{count}"
            with console.status(f"{count} copies"):
                multiply(pilot, enlarged, count)
                lines.append(_row(count, _measured(enlarged)))
    text = "\n".join(lines)
    console.print(text)
    if out is not None:
        out.write_text(f"{HEAD}{text}\n", encoding="utf-8")


def _write_pilot(folder: Path, kept: Path | None, work: Path) -> None:
    """The pilot's events as one Parquet file a table."""
    values = _kept(kept) if kept else _played(work / "demo")
    events = {(one.source, one.sequence): one for one in map(parse, values)}
    folder.mkdir()
    for table, rows in tables_of(list(events.values())).items():
        pq.write_table(rows, folder / f"{table}.parquet", compression="zstd")


def _kept(directory: Path) -> Iterator[bytes]:
    for name in PUBLISHERS:
        with (directory / "topics" / f"{CARDS[name].topic.name}.ndjson").open("rb") as lines:
            yield from (base64.b64decode(json.loads(line)["value"]) for line in lines)


def _played(directory: Path) -> Iterator[bytes]:
    records = make_corpus(directory, 1, console).records
    return (one.value for one in records if one.value is not None)


def _measured(folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.figures", "--count", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def count(folder: Path) -> dict[str, float]:
    """Count all figures and marks of the tables in a folder; what it took."""
    files = {table: [file] for table in SCHEMAS if (file := folder / f"{table}.parquet").exists()}
    cut = {CARDS[name].source: 2**62 for name in PUBLISHERS}
    started, cpu = time.perf_counter(), _cpu()
    with (
        tempfile.TemporaryDirectory(prefix="lintas-spill-") as spill,
        open_log(
            LogSnapshot(files, {}), cut, memory=MEMORY, threads=THREADS, spill=Path(spill)
        ) as duck,
    ):
        found = sum(1 for _ in cells(duck))
        latest_times(duck, now())
        took = {"cpu": _cpu() - cpu, "seconds": time.perf_counter() - started, "cells": found}
        events = sum(pq.read_metadata(paths[0]).num_rows for paths in files.values())
        families = pq.read_metadata(files["family_enrolled_v1"][0]).num_rows
    return {**took, "events": events, "families": families, "peak": _peak()}


def _peak() -> float:
    """MiB at most in memory; unlike `ru_maxrss` it starts from zero with each program."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _row(copies: int, found: dict[str, float]) -> str:
    whole = [copies, *(found[name] for name in ("events", "families", "cells"))]
    return (
        "| "
        + " | ".join(f"{one:,.0f}" for one in whole)
        + f" | {found['cpu']:.2f} | {found['seconds']:.1f} | {found['peak']:,.0f} |"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--count"]:
        print(json.dumps(count(Path(sys.argv[2]))))
    else:
        typer.run(main)
