"""Where Alembic learns which tables the cooperative service has."""

from services.cooperative.tables import METADATA
from shared.database.migrations import run_migrations

run_migrations(METADATA)
