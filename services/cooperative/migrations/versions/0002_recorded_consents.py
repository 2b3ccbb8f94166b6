"""Recorded consents."""

import sqlalchemy as sa
from alembic import op

revision = "cooperative_0002"
down_revision = "cooperative_0001"


def upgrade() -> None:
    """Make the tables of this revision."""
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cooperative", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("region", sa.String(length=13), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("text_version", sa.String(length=50), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative"],
            ["cooperative.id"],
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint(
            "person",
            "cooperative",
            "text_version",
            "given_on",
            name=op.f("uq_consent_person_cooperative_text_version_given_on"),
        ),
    )
