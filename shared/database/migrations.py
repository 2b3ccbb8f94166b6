"""A service's schema: upgrade it, tell whether it fits the code, write the next revision.

A service's `migrations/env.py` is:

    from services.cooperative.tables import METADATA
    from shared.database.migrations import run_migrations

    run_migrations(METADATA)
"""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from alembic import command, context
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations.ops import UpgradeOps
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, text

from shared.database.engine import SHARED_METADATA, transaction

SHARED_TABLES = (
    "outbox.table",
    "database.lease",
    "inbox.offsets",
    "inbox.seen",
    "inbox.fingerprints",
    "inbox.quarantine",
    "http.idempotency",
)
"""Modules of `shared` that declare a table of every service."""
LOCK = 5_203_741
"""Advisory lock on PostgreSQL: two replicas that migrate at once take turns."""
State = Literal["fits", "older", "newer", "empty"]


def migrate(engine: Engine, service: str) -> str:
    """Bring the database to the newest revision of the service's migrations; returns its name.

    Raises:
        ValueError: the database has a revision that this version does not know.
    """
    with transaction(engine) as connection:
        _require_known(service, connection)
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        command.upgrade(_config(service, connection), "head")
        return str(MigrationContext.configure(connection).get_current_revision())


def _require_known(service: str, connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    script = ScriptDirectory.from_config(_config(service))
    if current is not None and current not in {one.revision for one in script.walk_revisions()}:
        raise ValueError(
            f"skema basis data ({current}) lebih baru daripada versi ini; pakai versi yang baru / "
            f"the database's schema ({current}) is newer than this version; use the newer one"
        )


def state(engine: Engine, service: str) -> State:
    """Whether the database's schema is the one this code was written for."""
    script = ScriptDirectory.from_config(_config(service))
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return "empty"
    if current == script.get_current_head():
        return "fits"
    return "older" if current in {one.revision for one in script.walk_revisions()} else "newer"


def run_migrations(*metadata: MetaData) -> None:
    """What `migrations/env.py` calls: run the scripts on the connection that `migrate` opened."""
    connection: Connection = context.config.attributes["connection"]
    context.config.attributes["metadata"] = metadata
    context.configure(connection=connection, **_options(metadata))
    with context.begin_transaction():
        context.run_migrations()


def drift(engine: Engine, *metadata: MetaData) -> list[Any]:
    """How the migrated database differs from the tables in the code; nothing when they agree."""
    with engine.connect() as connection:
        migration = MigrationContext.configure(connection, opts=_options(metadata))
        return list(compare_metadata(migration, _with_shared(metadata)))  # type: ignore[arg-type]


def revision(engine: Engine, service: str, number: str, message: str, *metadata: MetaData) -> Path:
    """Write the script that leads from this migrated database to the tables in the code."""
    head = ScriptDirectory.from_config(_config(service)).get_current_head()
    with engine.connect() as connection:
        migration = MigrationContext.configure(connection, opts=_options(metadata))
        script = produce_migrations(migration, _with_shared(metadata))  # type: ignore[arg-type]
    path = folder(service) / "versions" / f"{number}_{message.replace(' ', '_')}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    ops = script.upgrade_ops or UpgradeOps([])
    upgrade = render_python_code(ops, migration_context=migration)
    path.write_text(
        _TEMPLATE.format(message=message.capitalize(), number=number, head=head, upgrade=upgrade)
    )
    return path


def folder(service: str) -> Path:
    """Where a service keeps its migrations."""
    return Path(__file__).resolve().parents[2] / "services" / service / "migrations"


def _config(service: str, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder(service)).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _options(metadata: Sequence[MetaData]) -> dict[str, Any]:
    return {
        "target_metadata": _with_shared(metadata),
        "compare_type": True,
        "user_module_prefix": "shared.database.engine.",
    }


def _with_shared(metadata: Sequence[MetaData]) -> list[MetaData]:
    for name in SHARED_TABLES:
        importlib.import_module(f"shared.{name}")
    return [*(one for one in metadata if one is not SHARED_METADATA), SHARED_METADATA]


_TEMPLATE = '''"""{message}."""

import sqlalchemy as sa
from alembic import op

import shared.database.engine

revision = "{number}"
down_revision = {head!r}


def upgrade() -> None:
    """Make the tables of this revision."""
    {upgrade}
'''
