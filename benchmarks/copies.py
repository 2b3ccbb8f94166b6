"""A population many times as large: copies of the pilot's tables, each with its own subjects and places."""

from pathlib import Path

import duckdb
import pyarrow as pa

from services.monitoring.log.columns import SCHEMAS

STRIDE = 1_000_000
"""By how much the sequences of one copy are ahead of those of the copy before."""
PROVINCES = 80
"""Copies beyond these get other kabupaten of the same provinces."""


def multiply(pilot: Path, folder: Path, copies: int) -> None:
    """Write copies of the pilot's tables, each with its own subjects, ids, sequences and regions."""
    folder.mkdir()
    duck = duckdb.connect(config={"memory_limit": "2GB", "threads": 2})
    duck.execute("set preserve_insertion_order = false")
    for file in sorted(pilot.glob("*.parquet")):
        columns = [f'{_copied(field)} as "{field.name}"' for field in SCHEMAS[file.stem]]
        rows = f"select {', '.join(columns)} from range({copies}) as r(copy), '{file}'"  # noqa: S608  our own names
        duck.execute(f"copy ({rows}) to '{folder / file.name}' (format parquet, compression zstd)")
    duck.close()


def _copied(field: "pa.Field[pa.DataType]") -> str:
    """What a column holds in a copy: ids, people and places of its own, the rest as it was."""
    column = f'"{field.name}"'
    if field.type == pa.uuid():
        return _id(column)
    changed = {
        "sequence": f"sequence + copy * {STRIDE}",
        "subject": f"if(subject like 'k1.%', {_pseudonym('subject')}, {_id('subject')}::varchar)",
        "family": _pseudonym("family"),
        "persons": f"list_transform(persons, lambda one: struct_pack(person := "
        f"{_pseudonym('one.person')}, representative := one.representative, "
        "age_band := one.age_band))",
    }
    changed |= {name: _region(name) for name in ("region", "district")}
    return changed.get(field.name, column)


def _pseudonym(text: str) -> str:
    """As long as a real one and as hard to compress."""
    return f"'k1.' || left(translate(sha256({text} || copy), '0189', 'ghij'), 52)"


def _id(text: str) -> str:
    return f"md5({text}::varchar || copy)::uuid"


def _region(text: str) -> str:
    place = f"substr({text}, 4, 2)::int + 20 * (copy // {PROVINCES})"
    return f"printf('%02d.%02d', 11 + copy % {PROVINCES}, {place}) || substr({text}, 6)"
