"""Where Alembic learns which tables the beneficiary service has."""

from services.beneficiary.tables import METADATA
from shared.database.migrations import run_migrations

run_migrations(METADATA)
