"""Where Alembic learns which tables the housing service has."""

from services.housing.tables import METADATA
from shared.database.migrations import run_migrations

run_migrations(METADATA)
