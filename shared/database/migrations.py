"""A service's schema: upgrade it, compare it with the code, write the next revision.

A service's `migrations/env.py` is:

    from services.cooperative.tables import METADATA
    from shared.database.migrations import run_migrations

    run_migrations(METADATA)

A service's own tables form one branch of revisions, the tables of `shared` another, whose scripts lie
beside this file; a database is at the head of both.
"""

import importlib
import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, Literal

from alembic import command, context
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations.ops import UpgradeOps
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, column, table, text

from shared.database.engine import SHARED_METADATA, transaction
from shared.messages import phrase

SHARED_TABLES = (
    "outbox.table",
    "database.lease",
    "inbox.offsets",
    "inbox.seen",
    "inbox.arrivals",
    "inbox.partitions",
    "inbox.quarantine",
    "http.idempotency",
    "application.reporting.tables",
    "application.staging",
    "desk.tables",
)
"""Modules of `shared` that declare a table of every service."""
SHARED = "shared"
"""Name of the branch of these tables."""
LOCK = 5_203_741
"""Advisory lock on PostgreSQL, so that two replicas migrate one after the other."""
_VERSION = table("alembic_version", column("version_num"))
State = Literal["fits", "older", "newer", "empty"]


def migrate(engine: Engine, service: str) -> str:
    """Bring the database to the newest revisions of the service and of `shared`; returns their names.

    Raises:
        ValueError: the database has a revision that this version does not know.
    """
    with transaction(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        _require_known(service, connection)
        _part(service, connection)
        command.upgrade(_config(service, connection), "heads")
        return ", ".join(sorted(_current(connection)))


def _require_known(service: str, connection: Connection) -> None:
    current = _current(connection)
    if not current <= _known(service) | _joint(service).keys():
        raise ValueError(_newer(current, service))


def explain_newer(engine: Engine, service: str) -> str:
    """One line for a database of a newer version: its schema, the one of this version, what to do."""
    with engine.connect() as connection:
        return _newer(_current(connection), service)


def _newer(found: Collection[str], service: str) -> str:
    first, second = (", ".join(sorted(one)) for one in (found, _scripts(service).get_heads()))
    return phrase("schema.newer").both(found=first, needed=second)


def _part(service: str, connection: Connection) -> None:
    """Replace a revision of the old single chain by the two revisions that equal it."""
    for old, pair in _joint(service).items():
        if old in _current(connection):
            connection.execute(_VERSION.delete())
            connection.execute(_VERSION.insert(), [{"version_num": one} for one in pair])


def state(engine: Engine, service: str) -> State:
    """Compare the database's schema with the one that this code needs."""
    with engine.connect() as connection:
        current = _current(connection)
    if not current:
        return "empty"
    if current == set(_scripts(service).get_heads()):
        return "fits"
    return "older" if current <= _known(service) | _joint(service).keys() else "newer"


def _current(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


def _known(service: str) -> set[str]:
    return {one.revision for one in _scripts(service).walk_revisions()}


def _joint(service: str) -> dict[str, tuple[str, str]]:
    """Map each revision of the old single chain to the service's revision and that of `shared`.

    Before the tables of `shared` had their own branch, a service's revisions made them too. A
    migration lists in `joint` the old revisions that equal it, each with its revision of `shared`.
    """
    return {
        old: (one.revision, common)
        for one in _scripts(service).walk_revisions()
        for old, common in getattr(one.module, "joint", {}).items()
    }


def run_migrations(*metadata: MetaData) -> None:
    """What `migrations/env.py` calls: run the scripts on the connection that `migrate` opened."""
    connection: Connection = context.config.attributes["connection"]
    context.config.attributes["metadata"] = metadata
    context.configure(connection=connection, **_options(metadata))
    with context.begin_transaction():
        context.run_migrations()


def drift(engine: Engine, *metadata: MetaData) -> list[Any]:
    """List how the migrated database differs from the tables in the code; empty when they agree."""
    with engine.connect() as connection:
        migration = MigrationContext.configure(connection, opts=_options(metadata))
        return list(compare_metadata(migration, _with_shared(metadata)))  # type: ignore[arg-type]


def revision(engine: Engine, service: str, number: str, message: str, *metadata: MetaData) -> Path:
    """Write the script that leads from this migrated database to the service's tables in the code.

    For a table of `shared` the service is `shared`, and the database is that of any service.
    """
    tables = [SHARED_METADATA] if service == SHARED else list(metadata)
    down = [one for one in _scripts(service).get_heads() if one.startswith(f"{service}_")]
    with engine.connect() as connection:
        options = {**_options(metadata), "include_name": _made_by(service, tables)}
        migration = MigrationContext.configure(connection, opts=options)
        script = produce_migrations(migration, tables)  # type: ignore[arg-type]
    path = versions(service) / f"{number}_{message.replace(' ', '_')}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    ops = script.upgrade_ops or UpgradeOps([])
    upgrade = render_python_code(ops, migration_context=migration)
    head = f'"{down[0]}"' if down else None
    name = f"{service}_{number}"
    path.write_text(
        _TEMPLATE.format(message=message.capitalize(), name=name, head=head, upgrade=upgrade)
    )
    return path


def _made_by(service: str, tables: Sequence[MetaData]) -> Callable[..., bool]:
    """A filter for the tables that a branch is responsible for."""
    names = {name for one in _with_shared(tables) for name in one.tables}
    common = set(SHARED_METADATA.tables)

    def include(name: str | None, kind: str, _parents: object) -> bool:
        if kind != "table":
            return True
        return name in common if service == SHARED else name in names - common

    return include


def folder(service: str) -> Path:
    """Where a service keeps its migrations."""
    return Path(__file__).resolve().parents[2] / "services" / service / "migrations"


def versions(service: str) -> Path:
    """Where the scripts of a branch lie: a service's own, or those of the tables of `shared`."""
    return Path(__file__).parent / "versions" if service == SHARED else folder(service) / "versions"


def _scripts(service: str) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(service))


def _config(service: str, connection: Connection | None = None) -> Config:
    branches = dict.fromkeys((service, SHARED))
    locations = os.pathsep.join(str(versions(one)) for one in branches)
    config = Config()
    config.set_main_option("script_location", str(versions(service).parent).replace("%", "%%"))
    config.set_main_option("version_locations", locations.replace("%", "%%"))
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

revision = "{name}"
down_revision = {head}


def upgrade() -> None:
    """Make the tables of this revision."""
    {upgrade}
'''
