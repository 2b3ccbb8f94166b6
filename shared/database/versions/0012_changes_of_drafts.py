"""How often the rows of a draft make the same change."""

import sqlalchemy as sa
from alembic import op

revision = "shared_0012"
down_revision = "shared_0010"


def upgrade() -> None:
    """Add the column of this revision; a draft from before counts nothing."""
    op.add_column("desk_draft", sa.Column("tally", sa.LargeBinary(), nullable=True))
