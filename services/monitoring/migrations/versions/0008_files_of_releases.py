"""The files of a release for readers."""

import sqlalchemy as sa
from alembic import op

revision = "monitoring_0008"
down_revision = "monitoring_0007"


def upgrade() -> None:
    """Make their table; the next release fills it."""
    op.create_table(
        "release_file",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", "name", name=op.f("pk_release_file")),
    )
