"""First tables."""

import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "cooperative_0001"
down_revision = None
joint = {f"000{number}": f"shared_000{number}" for number in (1, 2, 3, 4)}


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "candidate",
        sa.Column("event", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("region", sa.String(length=13), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("referral", sa.String(), nullable=True),
        sa.Column("corrected_at", shared.database.engine.UtcDateTime(), nullable=True),
        sa.Column("corrected_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_candidate")),
    )
    op.create_index(op.f("ix_candidate_person"), "candidate", ["person"], unique=False)
    op.create_index("ix_candidate_region_event", "candidate", ["region", "event"], unique=False)
    op.create_table(
        "cooperative",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=13), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperative")),
        sa.UniqueConstraint("number", name=op.f("uq_cooperative_number")),
    )
    op.create_table(
        "correction",
        sa.Column("event", sa.Uuid(), nullable=False),
        sa.Column("replacement", sa.String(), nullable=True),
        sa.Column("staged", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_correction")),
    )
    op.create_table(
        "household_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=13), nullable=False),
        sa.Column("business_type", sa.String(length=4), nullable=False),
        sa.Column("formed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_group")),
        sa.UniqueConstraint("number", name=op.f("uq_household_group_number")),
    )
    op.create_table(
        "status_entry",
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "version", name=op.f("pk_status_entry")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cooperative", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("region", sa.String(length=13), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("consent", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("referral", sa.Uuid(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("activated_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ending", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["cooperative"],
            ["cooperative.id"],
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(
        "ix_membership_person_cooperative", "membership", ["person", "cooperative"], unique=False
    )
    op.create_index(
        "uq_membership_open",
        "membership",
        ["cooperative", "person"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
