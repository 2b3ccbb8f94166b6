"""What was received, by partition; what came before is of an unknown one."""

import sys
from array import array
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from pyroaring import BitMap

import shared.database.engine

revision = "shared_0006"
down_revision = "shared_0005"

UNKNOWN, CHUNK, CHUNKS_OF_BLOCK = -1, 512, 128
_OLD = sa.table(
    "inbox_fingerprint",
    *(sa.column(name) for name in ("source", "chunk", "contents", "ids")),
    *(sa.column(name) for name in ("first_id_ms", "last_id_ms")),
)
_NEW = (
    sa.Column("source", sa.String(length=200), nullable=False),
    sa.Column("block", sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column("partition", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column("last", sa.BigInteger(), nullable=False),
    sa.Column("events", sa.Integer(), nullable=False),
    sa.Column("first_id_ms", sa.BigInteger(), nullable=False),
    sa.Column("last_id_ms", sa.BigInteger(), nullable=False),
    sa.Column("slots", sa.LargeBinary(), nullable=False),
    sa.Column("contents", sa.LargeBinary(), nullable=False),
    sa.Column("ids", sa.LargeBinary(), nullable=False),
)


def upgrade() -> None:
    """Make the tables, and take the fingerprints over."""
    key = ("source", "block", "partition", "first")
    arrival = op.create_table(
        "inbox_arrival", *_NEW, sa.PrimaryKeyConstraint(*key, name=op.f("pk_inbox_arrival"))
    )
    op.create_index(
        "ix_inbox_arrival_ids",
        "inbox_arrival",
        ["source", "last_id_ms", "first_id_ms"],
        unique=False,
    )
    _make_partitions()
    connection = op.get_bind()
    for rows in connection.execute(sa.select(_OLD)).partitions(100):
        moved = [row for old in rows for row in _moved(old)]
        if moved:
            connection.execute(sa.insert(arrival), moved)
    op.drop_table("inbox_fingerprint")


def _make_partitions() -> None:
    for name, columns in (
        (
            "inbox_partition",
            (
                sa.Column("highest", sa.BigInteger(), nullable=False),
                sa.Column("moved_at", shared.database.engine.UtcDateTime(), nullable=True),
                sa.Column("latest_recorded", shared.database.engine.UtcDateTime(), nullable=True),
            ),
        ),
        ("inbox_announcement", (sa.Column("sequences", sa.LargeBinary(), nullable=False),)),
    ):
        op.create_table(
            name,
            sa.Column("source", sa.String(length=200), nullable=False),
            sa.Column("partition", sa.Integer(), autoincrement=False, nullable=False),
            *columns,
            sa.PrimaryKeyConstraint("source", "partition", name=op.f(f"pk_{name}")),
        )
    if op.get_bind().dialect.name == "postgresql":  # nothing of it is needed after a crash
        op.execute("ALTER TABLE inbox_announcement SET UNLOGGED")


def _moved(old: Any) -> Iterator[dict[str, Any]]:
    """The events of a row of 512 sequences, of which zero was unknown."""
    contents, ids = _numbers(old.contents), _numbers(old.ids)
    known = [slot for slot, content in enumerate(contents) if content]
    base = old.chunk % CHUNKS_OF_BLOCK * CHUNK
    if known:
        yield {
            "source": old.source,
            "block": old.chunk // CHUNKS_OF_BLOCK,
            "partition": UNKNOWN,
            "first": old.chunk * CHUNK + known[0],
            "last": old.chunk * CHUNK + known[-1],
            "events": len(known),
            "first_id_ms": old.first_id_ms,
            "last_id_ms": old.last_id_ms,
            "slots": BitMap([base + slot for slot in known]).serialize(),
            "contents": _packed(contents[slot] for slot in known),
            "ids": _packed(ids[slot] for slot in known),
        }


def _numbers(packed: bytes) -> "array[int]":
    found = array("Q", packed)
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _packed(found: Iterator[int]) -> bytes:
    packed = array("Q", found)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()
