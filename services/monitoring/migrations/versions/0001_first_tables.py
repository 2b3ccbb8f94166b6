"""First tables."""

import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "monitoring_0001"
down_revision = None
joint = {f"000{number}": f"shared_000{number}" for number in (1, 2, 3)}


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "cell",
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=36), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("band", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("part", "region", "period", "band", name=op.f("pk_cell")),
    )
    op.create_table(
        "fact",
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("contributed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "key", name=op.f("pk_fact")),
    )
    op.create_table(
        "link",
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("district", sa.String(length=5), nullable=False),
        sa.PrimaryKeyConstraint("family", "person", "since", name=op.f("pk_link")),
    )
    op.create_index("ix_link_person", "link", ["person"], unique=False)
    op.create_table(
        "membership",
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("membership", sa.String(length=36), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("person", "membership", name=op.f("pk_membership")),
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("until", sa.String(length=7), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.Column("csv", sa.LargeBinary(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", shared.database.engine.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("number", name=op.f("uq_release_number")),
    )
    op.create_table(
        "release_memory",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_release_memory")),
    )
    op.create_table(
        "source_clock",
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("latest", shared.database.engine.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_clock")),
    )
