"""Spells of families, outcomes of referrals, assessments, targets of a programme."""

import sqlalchemy as sa
from alembic import op

revision = "beneficiary_0002"
down_revision = "beneficiary_0001"


def upgrade() -> None:
    """Every family so far has one spell, which began with version 1 of its record."""
    op.add_column("family", sa.Column("spell", sa.Integer(), server_default="1", nullable=False))
    _create_past_spell()
    with op.batch_alter_table("referral") as referral:
        referral.add_column(sa.Column("spell", sa.Integer(), server_default="1", nullable=False))
        referral.drop_constraint("uq_referral_family", type_="unique")
        referral.create_unique_constraint("uq_referral_family_spell", ["family", "spell"])
    op.create_table(
        "referral_step",
        sa.Column("referral", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("referral", "position", name=op.f("pk_referral_step")),
    )
    _create_assessment()
    _create_programme_target()


def _create_past_spell() -> None:
    op.create_table(
        "past_spell",
        sa.Column(
            "family",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("spell", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("programme", sa.String(length=20), nullable=False),
        sa.Column("business", sa.String(length=4), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("graduation", sa.Uuid(), nullable=True),
        sa.Column("proposed_on", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("exit_reason", sa.String(length=20), nullable=True),
        sa.Column("exited_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("family", "spell", name=op.f("pk_past_spell")),
    )


def _create_assessment() -> None:
    op.create_table(
        "assessment",
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("spell", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reasons", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("family", "number", name=op.f("pk_assessment")),
    )


def _create_programme_target() -> None:
    op.create_table(
        "programme_target",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district", sa.String(length=5), nullable=False),
        sa.Column("programme", sa.String(length=20), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_programme_target")),
    )
