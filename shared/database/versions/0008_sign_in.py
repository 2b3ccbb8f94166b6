"""Accounts, sessions and attempts to sign in at the desk."""

import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "shared_0008"
down_revision = "shared_0007"


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "desk_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("office", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("passphrase", sa.String(length=200), nullable=True),
        sa.Column("link", sa.LargeBinary(length=32), nullable=True),
        sa.Column("link_ends", shared.database.engine.UtcDateTime(), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_account")),
        sa.UniqueConstraint("link", name=op.f("uq_desk_account_link")),
        sa.UniqueConstraint("login", name=op.f("uq_desk_account_login")),
    )
    op.create_table(
        "desk_attempt",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("moment", shared.database.engine.UtcDateTime(), nullable=False),
        sa.Column("account", sa.LargeBinary(length=32), nullable=False),
        sa.Column("address", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_attempt")),
    )
    op.create_index(op.f("ix_desk_attempt_moment"), "desk_attempt", ["moment"], unique=False)
    op.create_table(
        "desk_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest_before", sa.LargeBinary(length=32), nullable=True),
        sa.Column("account", sa.Uuid(), nullable=False),
        sa.Column("form_key", sa.String(length=60), nullable=False),
        sa.Column("began", shared.database.engine.UtcDateTime(), nullable=False),
        sa.Column("turned", shared.database.engine.UtcDateTime(), nullable=False),
        sa.Column("seen", shared.database.engine.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_desk_session_digest")),
        sa.UniqueConstraint("digest_before", name=op.f("uq_desk_session_digest_before")),
    )
    op.create_index(op.f("ix_desk_session_account"), "desk_session", ["account"], unique=False)
    op.create_index(op.f("ix_desk_session_seen"), "desk_session", ["seen"], unique=False)
