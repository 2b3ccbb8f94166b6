"""Where Alembic learns which tables the training service has."""

from services.training.tables import METADATA
from shared.database.migrations import run_migrations

run_migrations(METADATA)
