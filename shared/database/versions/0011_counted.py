"""What monitoring counts of what was sent, and the months of what was sent."""

import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "shared_0011"
down_revision = "shared_0010"


def upgrade() -> None:
    """Make the tables of this revision; what was sent before has no first event and no months."""
    op.create_table(
        "counted_cut",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.String(length=7), nullable=True),
        sa.Column("published_at", shared.database.engine.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_counted_cut")),
    )
    op.create_table(
        "counted_receipt",
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_counted_receipt")),
    )
    for name, kind in (("first", sa.Uuid()), ("since", sa.String(7)), ("until", sa.String(7))):
        op.add_column("sent", sa.Column(name, kind, nullable=True))
    for name in ("who", "areas"):
        op.create_index(f"ix_sent_{name}", "sent", [name, "id"], unique=False)
