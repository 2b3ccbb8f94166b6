"""Who sent which kind of event when."""

import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "shared_0010"
down_revision = "shared_0009"


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "sent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("moment", shared.database.engine.UtcDateTime(), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("last", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent")),
    )
