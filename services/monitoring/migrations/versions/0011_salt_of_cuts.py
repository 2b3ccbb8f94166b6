"""A cut has a salt, with which the manifest of its release commits to its vector.

Cuts from before have none: their releases named their sequences.
"""

import sqlalchemy as sa
from alembic import op

revision = "monitoring_0011"
down_revision = "monitoring_0010"


def upgrade() -> None:
    """Add the salt."""
    op.add_column("taken_cut", sa.Column("salt", sa.String(64), nullable=True))
