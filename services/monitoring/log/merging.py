"""Small data files become one larger file, ordered by source and sequence."""

import hashlib
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pyarrow.parquet as pq
from pyroaring import BitMap64

from services.monitoring.log.duck import connect, once, places, read_files, text
from services.monitoring.log.files import DataFile, file_name, sync_folder
from services.monitoring.log.segments import Segment
from services.monitoring.log.snapshot import more_than_once

MERGED = 8
"""So many files of one table and of like size become one."""
FIRST_TIER = 1_000
LARGEST = 5_000_000
"""A file of so many rows is not merged again."""
SPILL = ".spill"
"""End of the name of the directory to which a merge beyond its memory writes."""
_BLOCK = 1 << 20
Sequences = Mapping[tuple[str, str], BitMap64]


class Damaged(Exception):
    """A data file is not what its transaction recorded: restore it, or read the log again."""


class Limits(NamedTuple):
    """What a merge may use."""

    memory: str = "256MB"
    threads: int = 1


MERGE_LIMITS = Limits()


def mergeable(live: Iterable[Segment]) -> list[Segment]:
    """The files that are due to become one: of one table, the smallest tier that is full; or none."""
    tiers: dict[tuple[int, str], list[Segment]] = {}
    for one in live:
        if one.rows < LARGEST:
            tiers.setdefault((tier_of(one.rows), one.event_table), []).append(one)
    full = (tiers[key] for key in sorted(tiers) if len(tiers[key]) >= MERGED)
    return next(full, [])[:MERGED]


def tier_of(rows: int) -> int:
    """Every row is written again once a tier, so seldom: each tier holds files eight times as large."""
    return max(0, math.floor(math.log(max(rows, 1) / FIRST_TIER, MERGED)) + 1)


def merge_files(
    directory: Path, old: Sequence[Segment], sequences: Sequences, id: UUID, limits: Limits
) -> DataFile:
    """Write the rows of these files of one table to a new file, each place once, and sync it.

    Raises:
        Damaged: a file is missing or changed, or rows and bitmaps disagree.
    """
    for one in old:
        _require_whole(directory, one)
    by_source = [(source, some) for (_, source), some in sorted(sequences.items())]
    union: dict[str, BitMap64] = {}
    for source, some in by_source:
        union[source] = union.get(source, BitMap64()) | some
    table, name = old[0].event_table, file_name(old[0].event_table, id)
    path = directory / name
    _copy([directory / one.path for one in old], more_than_once(by_source), path, limits)
    rows = pq.read_metadata(path).num_rows
    if rows != sum(map(len, union.values())):
        raise Damaged(f"{name}: {rows} rows do not agree with the bitmaps of its parts")
    size, digest = _synced(path)
    sync_folder(directory)
    return DataFile(name, table, rows, size, digest, union)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _require_whole(directory: Path, one: Segment) -> None:
    try:
        whole = digest_of(directory / one.path) == one.sha256
    except FileNotFoundError:
        raise Damaged(f"{one.path}: the file is missing") from None
    if not whole:
        raise Damaged(f"{one.path}: not the bytes that were written")


def _copy(
    files: Sequence[Path], repeated: Mapping[str, BitMap64], target: Path, limits: Limits
) -> None:
    rows = read_files(files)
    spill = target.with_suffix(SPILL)
    with connect(memory=limits.memory, threads=limits.threads, spill=spill) as duck:
        if repeated:
            duck.register("repeated", places(repeated))
            rows = once(rows, "repeated")
        ordered = f"SELECT * FROM ({rows}) ORDER BY source, sequence"  # noqa: S608 - our own names
        duck.execute(f"COPY ({ordered}) TO {text(str(target))} (FORMAT parquet, COMPRESSION zstd)")


def _synced(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return path.stat().st_size, digest_of(path)
