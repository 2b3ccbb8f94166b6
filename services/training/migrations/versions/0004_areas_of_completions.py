"""Which areas the office has that recorded a completed training."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the areas; they stay empty where they were not kept."""
    op.add_column("completion", sa.Column("areas", sa.String(), nullable=True))
