"""What each sequence of a source was given to."""

import sqlalchemy as sa
from alembic import op

revision = "shared_0003"
down_revision = "shared_0002"


def upgrade() -> None:
    """Make the table; of events received before, nothing is known: they count as the same again."""
    op.create_table(
        "inbox_fingerprint",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("chunk", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.Column("ids", sa.LargeBinary(), nullable=False),
        sa.Column("first_id_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_id_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "chunk", name=op.f("pk_inbox_fingerprint")),
    )
    op.create_index(
        "ix_inbox_fingerprint_ids", "inbox_fingerprint", ["source", "last_id_ms"], unique=False
    )
