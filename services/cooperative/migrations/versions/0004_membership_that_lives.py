"""Months and benefits of members, breaks of memberships, support of cooperatives."""

import sqlalchemy as sa
from alembic import op

revision = "cooperative_0004"
down_revision = "cooperative_0003"


def upgrade() -> None:
    """Make the tables of this revision; memberships of before have no breaks."""
    op.add_column("membership", sa.Column("breaks", sa.String(), nullable=True))
    op.create_table(
        "member_month",
        sa.Column("membership", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("matter", sa.String(length=12), nullable=False),
        sa.Column("denied", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["membership"], ["membership.id"]),
        sa.PrimaryKeyConstraint("membership", "month", "matter", name=op.f("pk_member_month")),
    )
    op.create_table(
        "member_benefit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("membership", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["membership"], ["membership.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_benefit")),
        sa.UniqueConstraint(
            "membership",
            "kind",
            "granted_on",
            name=op.f("uq_member_benefit_membership_kind_granted_on"),
        ),
    )
    op.create_table(
        "support",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cooperative", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["cooperative"], ["cooperative.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support")),
        sa.UniqueConstraint(
            "cooperative",
            "matter",
            "kind",
            "happened_on",
            name=op.f("uq_support_cooperative_matter_kind_happened_on"),
        ),
    )
