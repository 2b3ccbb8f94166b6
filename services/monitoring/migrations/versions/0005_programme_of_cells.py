"""Cells by programme."""

import sqlalchemy as sa
from alembic import op

revision = "monitoring_0005"
down_revision = "monitoring_0004"


def upgrade() -> None:
    """Make the cells' table with its new key; they are computed again at the next cut."""
    op.drop_table("cell")
    op.execute(sa.text("DELETE FROM cut_source"))
    op.execute(sa.text("DELETE FROM cut"))
    op.create_table(
        "cell",
        sa.Column("cut", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=36), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("programme", sa.String(length=20), nullable=False),
        sa.Column("band", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "cut", "part", "region", "period", "programme", "band", name=op.f("pk_cell")
        ),
    )
