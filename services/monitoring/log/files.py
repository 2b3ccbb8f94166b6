"""Data files: Parquet, complete and synced before any transaction can name them."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from pyroaring import BitMap64

from shared.ids import new_uuid7

SUFFIX = ".parquet"
PARQUET = {"compression": "zstd", "compression_level": 1, "store_schema": False}
BY_PLACE = [("source", "ascending"), ("sequence", "ascending")]


class DataFile(NamedTuple):
    """A finished file and what its transaction records of it."""

    path: str
    """Its name inside the log's directory."""
    event_table: str
    rows: int
    bytes: int
    sha256: str
    sequences: dict[str, BitMap64]
    """The sequences that it holds, by source."""


def file_name(event_table: str, id: UUID) -> str:
    """A name that no other file has."""
    return f"{event_table}-{id.hex}{SUFFIX}"


def write_files(directory: Path, tables: Mapping[str, pa.Table], now: datetime) -> list[DataFile]:
    """Write each table to a new file; all of them are safe on disk when this returns."""
    if not tables:
        return []
    if not directory.exists():
        directory.mkdir(parents=True, exist_ok=True)
        sync_folder(directory.parent)
    files = [write_file(directory, name, rows, new_uuid7(now)) for name, rows in tables.items()]
    sync_folder(directory)
    return files


def write_file(directory: Path, event_table: str, rows: pa.Table, id: UUID) -> DataFile:
    """Write rows to a new file, ordered by source and sequence, and sync it.

    The file is safe from a crash of the machine only after `sync_folder`.
    """
    rows = rows.sort_by(BY_PLACE)
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, use_dictionary=False, **PARQUET)
    content, name = sink.getvalue(), file_name(event_table, id)
    with (directory / name).open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    digest = hashlib.sha256(content).hexdigest()
    return DataFile(name, event_table, len(rows), content.size, digest, sequences_of(rows))


def sync_folder(directory: Path) -> None:
    """Sync the names of finished files."""
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sequences_of(rows: pa.Table) -> dict[str, BitMap64]:
    """The sequences of these rows by source."""
    sources = rows["source"].unique().to_pylist()
    if len(sources) == 1:
        return {sources[0]: BitMap64(rows["sequence"].to_pylist())}
    return _by_source(zip(rows["source"].to_pylist(), rows["sequence"].to_pylist(), strict=True))


def _by_source(places: Iterable[tuple[str, int]]) -> dict[str, BitMap64]:
    found: dict[str, BitMap64] = {}
    for source, sequence in places:
        found.setdefault(source, BitMap64()).add(sequence)
    return found
