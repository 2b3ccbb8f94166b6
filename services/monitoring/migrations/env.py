"""Where Alembic learns which tables the monitoring service has."""

from services.monitoring.log import tables as _log_tables  # noqa: F401  adds to METADATA
from services.monitoring.release import tables as _release_tables  # noqa: F401  adds to METADATA
from services.monitoring.tables import METADATA
from shared.database.migrations import run_migrations

run_migrations(METADATA)
