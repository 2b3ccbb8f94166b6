"""First tables."""

import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "beneficiary_0001"
down_revision = None
joint = {f"000{number}": f"shared_000{number}" for number in (1, 2, 3, 4)}


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "assignment",
        sa.Column(
            "family",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("assigned_on", sa.Date(), nullable=False),
        sa.Column("facilitator", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("family", "assigned_on", name=op.f("pk_assignment")),
    )
    op.create_table(
        "correction",
        sa.Column("event", sa.Uuid(), nullable=False),
        sa.Column("replacement", sa.String(), nullable=True),
        sa.Column("staged", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_correction")),
    )
    op.create_table(
        "facilitator",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("district", sa.String(length=5), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facilitator")),
        sa.UniqueConstraint("number", name=op.f("uq_facilitator_number")),
    )
    op.create_table(
        "family",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("programme", sa.String(length=20), nullable=False),
        sa.Column("business", sa.String(length=4), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=13), nullable=False),
        sa.Column("graduation", sa.Uuid(), nullable=True),
        sa.Column("proposed_on", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("exit_reason", sa.String(length=20), nullable=True),
        sa.Column("exited_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family")),
        sa.UniqueConstraint("subject", name=op.f("uq_family_subject")),
    )
    op.create_table(
        "family_person",
        sa.Column(
            "family",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("representative", sa.Boolean(), nullable=False),
        sa.Column("age_band", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("family", "version", "position", name=op.f("pk_family_person")),
    )
    op.create_index(op.f("ix_family_person_person"), "family_person", ["person"], unique=False)
    op.create_table(
        "family_version",
        sa.Column(
            "family",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("region", sa.String(length=13), nullable=False),
        sa.Column("decile", sa.SmallInteger(), nullable=True),
        sa.Column("band", sa.String(length=5), nullable=False),
        sa.Column("born", sa.LargeBinary(), nullable=True),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("family", "version", name=op.f("pk_family_version")),
    )
    op.create_index(op.f("ix_family_version_region"), "family_version", ["region"], unique=False)
    op.create_table(
        "heard",
        sa.Column("event", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("corrected_at", shared.database.engine.UtcDateTime(), nullable=True),
        sa.Column("corrected_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_heard")),
    )
    op.create_index(op.f("ix_heard_person"), "heard", ["person"], unique=False)
    op.create_index(op.f("ix_heard_reference"), "heard", ["reference"], unique=False)
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("region", sa.String(length=13), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("family", name=op.f("uq_referral_family")),
    )
    op.create_table(
        "target",
        sa.Column("facilitator", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district", sa.String(length=5), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("facilitator", "year", "version", name=op.f("pk_target")),
    )
