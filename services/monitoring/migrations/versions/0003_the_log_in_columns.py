"""The log in columns."""

import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "monitoring_0003"
down_revision = "monitoring_0002"


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "recent_event",
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("source", "sequence", name=op.f("pk_recent_event")),
    )
    op.create_table(
        "segment",
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("event_table", sa.String(length=80), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("replaced_at", shared.database.engine.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_segment")),
    )
    op.create_index(op.f("ix_segment_event_table"), "segment", ["event_table"], unique=False)
    op.create_table(
        "segment_range",
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("sequences", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("path", "source", name=op.f("pk_segment_range")),
    )
