"""How large quarantined records are, and which are kept without their contents."""

import sqlalchemy as sa
from alembic import op

revision = "shared_0004"
down_revision = "shared_0003"

_LENGTH = "coalesce(length(key), 0) + coalesce(length(value), 0) + length(headers)"


def upgrade() -> None:
    """Add the columns; what is there already has its contents."""
    for name in ("size", "stored"):
        op.add_column(
            "quarantine", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        )
    op.add_column("quarantine", sa.Column("withheld", sa.String(length=20), nullable=True))
    op.execute(f"update quarantine set size = {_LENGTH}, stored = {_LENGTH}")  # noqa: S608 - constant
    op.create_index("ix_quarantine_stored", "quarantine", ["stored"], unique=False)
