"""When each source's watermark moved, and when its youngest event was recorded."""

import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "shared_0002"
down_revision = "shared_0001"


def upgrade() -> None:
    """Add the two moments; they stay empty until the next event."""
    op.add_column(
        "inbox_source", sa.Column("moved_at", shared.database.engine.UtcDateTime(), nullable=True)
    )
    op.add_column(
        "inbox_source",
        sa.Column("latest_recorded", shared.database.engine.UtcDateTime(), nullable=True),
    )
