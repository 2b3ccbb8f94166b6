"""Longer names of parts and bands: a band may be a measure and the id of a cooperative."""

import sqlalchemy as sa
from alembic import op

revision = "monitoring_0009"
down_revision = "monitoring_0008"


def upgrade() -> None:
    """Widen both columns; what is in them stays."""
    with op.batch_alter_table("cell") as table:
        table.alter_column("part", type_=sa.String(length=40), existing_nullable=False)
        table.alter_column("band", type_=sa.String(length=80), existing_nullable=False)
