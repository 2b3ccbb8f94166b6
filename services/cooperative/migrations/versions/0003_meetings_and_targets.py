"""Meetings and targets."""

import sqlalchemy as sa
from alembic import op

revision = "cooperative_0003"
down_revision = "cooperative_0002"


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "annual_meeting",
        sa.Column("cooperative", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["cooperative"], ["cooperative.id"]),
        sa.PrimaryKeyConstraint("cooperative", "year", name=op.f("pk_annual_meeting")),
    )
    op.create_table(
        "member_target",
        sa.Column("cooperative", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["cooperative"], ["cooperative.id"]),
        sa.PrimaryKeyConstraint("cooperative", "year", "version", name=op.f("pk_member_target")),
    )
