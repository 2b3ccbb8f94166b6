"""Small data files become one larger file.

Arrow copies the rows, some ten thousand at a time: a database that sorts whole files takes four times
the processor time and far more memory. Rows are ordered in each group of rows, which is what queries
as of a cut and compression gain from; the groups follow each other as the files did.
"""

import hashlib
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from pyroaring import BitMap64

from services.monitoring.log.files import BY_PLACE, PARQUET, DataFile, file_name, sync_folder
from services.monitoring.log.repeats import COLUMNS, Repeats
from services.monitoring.log.segments import Segment
from services.monitoring.log.snapshot import more_than_once

MERGED = 16
"""So many files of one table and of like size become one."""
FIRST_TIER = 4_000
LARGEST = 5_000_000
"""A file of so many rows is not merged again."""
GROUP_ROWS = 65_536
"""Rows that are in memory at once, and those of a group in the file."""
_BLOCK = 1 << 20
Sequences = Mapping[tuple[str, str], BitMap64]


class Damaged(Exception):
    """A data file is not what its transaction recorded: restore it, or read the log again."""


def mergeable(live: Iterable[Segment]) -> list[Segment]:
    """The files that are due to become one: of one table, the smallest tier that is full; or none."""
    tiers: dict[tuple[int, str], list[Segment]] = {}
    for one in live:
        if one.rows < LARGEST:
            tiers.setdefault((tier_of(one.rows), one.event_table), []).append(one)
    full = (tiers[key] for key in sorted(tiers) if len(tiers[key]) >= MERGED)
    return next(full, [])[:MERGED]


def tier_of(rows: int) -> int:
    """Every row is written again once a tier: three times until its file is one of the largest."""
    return max(0, math.floor(math.log(max(rows, 1) / FIRST_TIER, MERGED)) + 1)


def merge_files(
    directory: Path, old: Sequence[Segment], sequences: Sequences, id: UUID
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
    path, firsts = directory / name, _first_places(sequences)
    in_order = sorted(old, key=lambda one: (firsts[one.path], one.path))
    _copy([directory / one.path for one in in_order], more_than_once(by_source), path)
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


def _first_places(sequences: Sequences) -> dict[str, tuple[str, int]]:
    """The first source and sequence of each file."""
    found: dict[str, tuple[str, int]] = {}
    for path, source in sorted(sequences):
        found.setdefault(path, (source, sequences[path, source].min()))
    return found


def _copy(files: Sequence[Path], repeated: Mapping[str, BitMap64], target: Path) -> None:
    """Write the rows of these files; a column that an older file lacks is null there."""
    schema = pa.unify_schemas([pq.read_schema(path) for path in files])
    repeats = Repeats(repeated, _rows_of(files, COLUMNS)) if repeated else None
    coded = [one.name for one in schema if one.type == pa.string() and one.name != "subject"]
    with pq.ParquetWriter(target, schema, use_dictionary=coded, **PARQUET) as writer:
        for rows in _in_groups(_rows_of(files), schema):
            kept = repeats.without(rows) if repeats else rows
            writer.write_table(kept.sort_by(BY_PLACE), row_group_size=GROUP_ROWS)


def _rows_of(files: Iterable[Path], columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """The rows of files, one after the other, no more than a group at a time."""
    for path in files:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            for batch in file.iter_batches(GROUP_ROWS, columns=columns, use_threads=False):
                yield pa.Table.from_batches([batch])


def _in_groups(parts: Iterable[pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
    """The same rows, as many at a time as a group has."""
    waiting: list[pa.Table] = []
    for rows in parts:
        waiting.append(rows)
        if sum(map(len, waiting)) >= GROUP_ROWS:
            yield _joined(waiting, schema)
            waiting = []
    if waiting:
        yield _joined(waiting, schema)


def _joined(some: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    return pa.concat_tables([schema.empty_table(), *some], promote_options="default")


def _synced(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return path.stat().st_size, digest_of(path)
