"""First tables."""

import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "training_0001"
down_revision = None
joint = {f"000{number}": f"shared_000{number}" for number in (1, 2, 3)}


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "correction",
        sa.Column("event", sa.Uuid(), nullable=False),
        sa.Column("replacement", sa.String(), nullable=True),
        sa.Column("staged", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_correction")),
    )
    op.create_table(
        "entitlement",
        sa.Column("event", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("membership", sa.Uuid(), nullable=True),
        sa.Column("region", sa.String(length=13), nullable=True),
        sa.Column("activated_on", sa.Date(), nullable=True),
        sa.Column("granted", sa.String(), nullable=True),
        sa.Column("corrected_at", shared.database.engine.UtcDateTime(), nullable=True),
        sa.Column("corrected_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_entitlement")),
    )
    op.create_index(op.f("ix_entitlement_person"), "entitlement", ["person"], unique=False)
    op.create_index("ix_entitlement_region_event", "entitlement", ["region", "event"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("district", sa.String(length=5), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("number", name=op.f("uq_session_number")),
    )
    op.create_table(
        "training",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("activity", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
        sa.UniqueConstraint("number", name=op.f("uq_training_number")),
    )
    op.create_table(
        "attendance",
        sa.Column("session", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"],
            ["session.id"],
        ),
        sa.PrimaryKeyConstraint("session", "subject", name=op.f("pk_attendance")),
    )
    op.create_table(
        "completion",
        sa.Column("training", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("entitlement", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["training"],
            ["training.id"],
        ),
        sa.PrimaryKeyConstraint("training", "person", name=op.f("pk_completion")),
    )
    op.create_index(op.f("ix_completion_entitlement"), "completion", ["entitlement"], unique=False)
    op.create_index(op.f("ix_completion_person"), "completion", ["person"], unique=False)
