"""Where groups went: into other groups, and into cooperatives."""

import sqlalchemy as sa
from alembic import op

revision = "cooperative_0005"
down_revision = "cooperative_0004"


def upgrade() -> None:
    """Add the columns and the table; groups of before went nowhere that anybody recorded."""
    op.add_column("household_group", sa.Column("cooperative", sa.Uuid(), nullable=True))
    op.add_column("household_group", sa.Column("became_on", sa.Date(), nullable=True))
    op.create_table(
        "group_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("predecessor", sa.Uuid(), nullable=False),
        sa.Column("successor", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["predecessor"], ["household_group.id"]),
        sa.ForeignKeyConstraint(["successor"], ["household_group.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_link")),
        sa.UniqueConstraint(
            "predecessor", "successor", name=op.f("uq_group_link_predecessor_successor")
        ),
    )
    op.create_index(op.f("ix_group_link_successor"), "group_link", ["successor"])
