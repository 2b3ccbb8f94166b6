"""What rows of drafts change, which month a draft closes, and work on drafts in the background."""

import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "shared_0012"
down_revision = "shared_0011"


def upgrade() -> None:
    """Make what this revision adds; a draft from before counts no changes."""
    op.add_column("desk_draft", sa.Column("tally", sa.LargeBinary(), nullable=True))
    op.add_column("desk_draft", sa.Column("closing", sa.Text(), nullable=True))
    op.create_table(
        "desk_job",
        sa.Column("draft", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("asked", shared.database.engine.UtcDateTime(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("held", shared.database.engine.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("draft", name=op.f("pk_desk_job")),
    )
    op.create_table(
        "desk_file",
        sa.Column("draft", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("draft", "part", name=op.f("pk_desk_file")),
    )
