"""Cuts as taken, and the parts of releases."""

import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "monitoring_0007"
down_revision = "monitoring_0006"


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "taken_cut",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=True),
        sa.Column("vector", sa.Text(), nullable=False),
        sa.Column("definitions", sa.Text(), nullable=False),
        sa.Column("taken_at", shared.database.engine.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_taken_cut")),
        sa.UniqueConstraint("id", name=op.f("uq_taken_cut_id")),
    )
    op.create_table(
        "part",
        sa.Column("indicator", sa.String(length=2), nullable=False),
        sa.Column("area", sa.String(length=2), nullable=False),
        sa.Column("made_in", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("inputs", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("changes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("indicator", "area", "made_in", name=op.f("pk_part")),
    )
    op.create_table(
        "release_part",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("indicator", sa.String(length=2), nullable=False),
        sa.Column("area", sa.String(length=2), nullable=False),
        sa.Column("made_in", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", "indicator", "area", name=op.f("pk_release_part")),
    )
    op.add_column(
        "release",
        sa.Column("changes", sa.LargeBinary(), server_default=sa.text("''"), nullable=False),
    )
