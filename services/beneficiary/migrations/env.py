"""Where Alembic learns which tables the beneficiary service has."""

from services.beneficiary.tables import METADATA
from shared.migrate import run_migrations

run_migrations(METADATA)
