"""Drafts: uploaded lists of an office, with their rows."""

import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "shared_0009"
down_revision = "shared_0008"


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "desk_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.String(length=80), nullable=False),
        sa.Column("list", sa.String(length=60), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("notices", sa.LargeBinary(), nullable=False),
        sa.Column("made", shared.database.engine.UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("changed", shared.database.engine.UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=60), nullable=False),
        sa.Column("ends", shared.database.engine.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_draft")),
    )
    op.create_index(op.f("ix_desk_draft_ends"), "desk_draft", ["ends"], unique=False)
    op.create_index(op.f("ix_desk_draft_office"), "desk_draft", ["office"], unique=False)
    op.create_table(
        "desk_draft_row",
        sa.Column("draft", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("draft", "line", name=op.f("pk_desk_draft_row")),
    )
    op.create_index(
        "ix_desk_draft_row_state", "desk_draft_row", ["draft", "state", "line"], unique=False
    )
