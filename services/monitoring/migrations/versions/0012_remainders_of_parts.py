"""A part has its hidden kecamatan together.

Parts from before have none, and their releases no such file.
"""

import sqlalchemy as sa
from alembic import op

revision = "monitoring_0012"
down_revision = "monitoring_0011"


def upgrade() -> None:
    """Add the remainders."""
    op.add_column("part", sa.Column("remainders", sa.LargeBinary(), nullable=True))
