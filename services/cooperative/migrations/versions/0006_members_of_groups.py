"""Members of business groups."""

import sqlalchemy as sa
from alembic import op

revision = "cooperative_0006"
down_revision = "cooperative_0005"


def upgrade() -> None:
    """Make the table of this revision."""
    op.create_table(
        "group_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["group"], ["household_group.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_member")),
        sa.UniqueConstraint(
            "group", "person", "joined_on", name=op.f("uq_group_member_group_person_joined_on")
        ),
    )
