"""Which office reports which list, and the months that it closed."""

import sqlalchemy as sa
from alembic import op

revision = "shared_0007"
down_revision = "shared_0006"


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "reporting_obligation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=5), nullable=False),
        sa.Column("first_month", sa.String(length=7), nullable=True),
        sa.Column("last_month", sa.String(length=7), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_obligation")),
    )
    op.create_index(
        op.f("ix_reporting_obligation_district"), "reporting_obligation", ["district"], unique=False
    )
    op.create_table(
        "reporting_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=5), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("nil", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_report")),
    )
    op.create_index(
        op.f("ix_reporting_report_district"), "reporting_report", ["district", "list"], unique=False
    )
    op.create_table(
        "reporting_declaration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("district", sa.String(length=5), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_declaration")),
    )
