"""Releases are made from cuts, part by part: what the former program remembered goes.

Releases stay, byte for byte; the next one has the next number.
"""

from alembic import op

revision = "monitoring_0010"
down_revision = "monitoring_0009"


def upgrade() -> None:
    """Drop the exact values behind the last release of the former program."""
    op.drop_table("release_memory")
