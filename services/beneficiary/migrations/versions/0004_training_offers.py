"""Training offered to families."""

import sqlalchemy as sa
from alembic import op

revision = "beneficiary_0004"
down_revision = "beneficiary_0003"


def upgrade() -> None:
    """Offers so far were not recorded."""
    op.create_table(
        "training_offer",
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("family", "number", name=op.f("pk_training_offer")),
    )
