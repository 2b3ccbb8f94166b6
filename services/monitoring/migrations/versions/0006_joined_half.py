"""What the offices see of the joined families, until enough of them changed."""

import sqlalchemy as sa
from alembic import op

revision = "monitoring_0006"
down_revision = "monitoring_0005"


def upgrade() -> None:
    """Make its table; the first look at each region fills it."""
    op.create_table(
        "joined_half",
        sa.Column("region", sa.String(length=36), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("until", sa.String(length=7), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("members_side", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("region", name=op.f("pk_joined_half")),
    )
