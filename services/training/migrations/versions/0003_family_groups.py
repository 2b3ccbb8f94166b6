"""Family groups."""

import sqlalchemy as sa
from alembic import op

revision = "training_0003"
down_revision = "training_0002"


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "family_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=13), nullable=False),
        sa.Column("formed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_group")),
        sa.UniqueConstraint("number", name=op.f("uq_family_group_number")),
    )
    op.create_table(
        "group_family",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group", sa.Uuid(), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["group"], ["family_group.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_family")),
        sa.UniqueConstraint(
            "family", "group", "joined_on", name=op.f("uq_group_family_family_group_joined_on")
        ),
    )
    op.create_index(op.f("ix_group_family_group"), "group_family", ["group"], unique=False)
    op.add_column("session", sa.Column("group", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_session_group"), "session", ["group"], unique=False)
