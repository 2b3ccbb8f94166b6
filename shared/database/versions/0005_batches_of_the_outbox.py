"""Numbered events leave the outbox for an archive of batches; what is not sent is ranges of numbers.

The form of a batch's contents is written out here: it is that of `shared.outbox.packing`, version 1.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import cramjam
import msgspec
import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "shared_0005"
down_revision = "shared_0004"

_AT_ONCE = 4_096
_LARGEST = 512
_NUMBERED = sa.text(
    "select sequence, topic, key, staged_at, body, proof, sent_at, event_id from outbox "
    "where sequence > :after order by sequence limit :limit"
)
_STAGED = "select id, event_id, topic, key, body, staged_at from outbox where sequence is null"
_COLUMNS = "event_id, topic, key, body, staged_at"
_FIELDS = ("first", "last", "first_id", "last_id", "marks", "seal", "contents")
_BATCHES = sa.table("outbox_batch", *map(sa.column, _FIELDS))
_UNSENT = sa.table("outbox_unsent", sa.column("first"), sa.column("last"))
Row = Sequence[Any]


def upgrade() -> None:
    """Move every event to where its state belongs; nothing is sent or numbered by it."""
    _make_tables()
    for rows in _runs():
        op.bulk_insert(_BATCHES, [_batch(rows)])
        op.bulk_insert(
            _UNSENT, [{"first": row[0], "last": row[0]} for row in rows if row[6] is None]
        )
    _keep_staged()
    if op.get_bind().dialect.name == "postgresql":
        # emptied over and over: cleaned up by the rows that went, not by a share of what is there
        op.execute(
            "alter table outbox set (autovacuum_vacuum_scale_factor = 0, "
            "autovacuum_vacuum_threshold = 5000)"
        )


def _make_tables() -> None:
    op.create_table(
        "outbox_batch",
        sa.Column("last", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("first_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("last_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("last", name=op.f("pk_outbox_batch")),
    )
    op.create_index("ix_outbox_batch_ids", "outbox_batch", ["last_id", "first_id"], unique=False)
    op.create_table(
        "outbox_unsent",
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("first", name=op.f("pk_outbox_unsent")),
    )


def _runs() -> Iterator[list[Row]]:
    """The numbered events in order, some hundred without a gap together."""
    some: list[Row] = []
    for row in _numbered():
        if some and (row[0] != some[-1][0] + 1 or len(some) == _LARGEST):
            yield some
            some = []
        some.append(row)
    if some:
        yield some


def _numbered() -> Iterator[Row]:
    after, bind = 0, op.get_bind()
    while rows := bind.execute(_NUMBERED, {"after": after, "limit": _AT_ONCE}).all():
        yield from rows
        after = rows[-1][0]


def _batch(rows: Sequence[Row]) -> dict[str, Any]:
    """Their proofs are kept: which of them were signed together is not looked at."""
    entries = [(row[1], row[2], row[3], bytes(row[4])) for row in rows]
    ids = [UUID(str(row[7])).bytes for row in rows]
    marks = sorted({zlib.crc32(key.encode()) & 0xFFFF for _, key, _, _ in entries})
    plain = msgspec.msgpack.encode((1, entries, [bytes(row[5]) for row in rows]))
    return {
        "first": rows[0][0],
        "last": rows[-1][0],
        "first_id": min(ids),
        "last_id": max(ids),
        "marks": struct.pack(f"<{len(marks)}H", *marks),
        "seal": None,
        "contents": bytes(cramjam.zstd.compress(plain, 3)),
    }


def _keep_staged() -> None:
    """Make the table again without what it no longer has; its pages go back to the disk."""
    op.execute(f"create temporary table outbox_staged as {_STAGED}")
    op.drop_table("outbox")
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("staged_at", shared.database.engine.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outbox_event_id")),
    )
    op.execute(
        f"insert into outbox ({_COLUMNS}) select {_COLUMNS} from outbox_staged order by id"  # noqa: S608 - constant
    )
    op.execute("drop table outbox_staged")
