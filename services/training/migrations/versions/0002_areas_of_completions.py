"""Which areas the office has that recorded a completed training."""

import sqlalchemy as sa
from alembic import op

revision = "training_0002"
down_revision = "training_0001"
joint = {"0004": "shared_0003", "0005": "shared_0004"}


def upgrade() -> None:
    """Add the areas; they stay empty where they were not kept."""
    op.add_column("completion", sa.Column("areas", sa.String(), nullable=True))
