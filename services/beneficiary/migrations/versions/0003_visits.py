"""Visits to families after their graduation."""

import sqlalchemy as sa
from alembic import op

revision = "beneficiary_0003"
down_revision = "beneficiary_0002"


def upgrade() -> None:
    """Create the table; nobody was visited so far."""
    op.create_table(
        "visit",
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("self_reliance", sa.String(length=10), nullable=True),
        sa.Column("business", sa.String(length=10), nullable=True),
        sa.Column("decile", sa.SmallInteger(), nullable=True),
        sa.Column("band", sa.String(length=5), nullable=True),
        sa.Column("facilitator", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("family", "day", name=op.f("pk_visit")),
    )
