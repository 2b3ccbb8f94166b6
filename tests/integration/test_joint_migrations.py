"""A database of the time when each service's chain made the tables of `shared` too.

`data/joint_migrations.tar.gz` holds the migrations of the last version with one chain a service.
"""

import tarfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from shared.database import migrations
from shared.database.engine import open_engine, transaction
from tests import parts

ARCHIVE = Path(__file__).parent / "data" / "joint_migrations.tar.gz"
with tarfile.open(ARCHIVE) as _packed:
    THEN = sorted({name.split("/")[1] for name in _packed.getnames() if "/" in name})
"""The services of then."""
MOVED = {"alembic_version", "inbox_fingerprint", "outbox"}
"""Tables whose rows later revisions put elsewhere; each of these has a test of its own."""
VALUES: dict[type, Any] = {
    int: 7,
    str: "seven",
    bytes: b"\x00seven",
    date: date(2026, 7, 7),
    datetime: datetime(2026, 7, 7, 7, 7, tzinfo=UTC),
    UUID: UUID(int=7),
    bool: True,
}
"""A value of each kind that a column may hold."""

FORGOTTEN = {
    "monitoring": {"fact", "link", "membership", "source_clock", "cell", "release_memory"}
    | {f"inbox_{name}" for name in ("position", "seen", "source", "fingerprint")}
}
"""Tables that a later migration of a service empties or drops: monitoring reads its topics again."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The migrations of then, unpacked."""
    folder = tmp_path_factory.mktemp("joint")
    with tarfile.open(ARCHIVE) as packed:
        packed.extractall(folder, filter="data")
    return folder / "services"


@pytest.fixture
def engine(any_database: str) -> Iterator[sa.Engine]:
    """An empty database of each kind."""
    one = open_engine(any_database)
    yield one
    one.dispose()


def _config(archive: Path, service: str, connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(archive / service / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _numbers(archive: Path, service: str) -> list[str]:
    scripts = ScriptDirectory.from_config(_config(archive, service))
    return [one.revision for one in scripts.walk_revisions()]


def _make(engine: sa.Engine, archive: Path, service: str, number: str) -> None:
    with transaction(engine) as connection:
        command.upgrade(_config(archive, service, connection), number)


def _fill(engine: sa.Engine, tables: sa.MetaData) -> dict[str, list[tuple[Any, ...]]]:
    """Give every table a row, so that a table made again would be noticed."""
    with transaction(engine) as connection:
        for table in tables.sorted_tables:
            if table.name not in MOVED:
                row = {column.name: _value(column) for column in table.columns}
                connection.execute(table.insert(), [row])
    return _rows(engine, tables.sorted_tables)


def _value(column: sa.Column[Any]) -> Any:
    value = VALUES[column.type.python_type]
    length = getattr(column.type, "length", None)
    return value[:length] if isinstance(value, str) and length else value


def _rows(engine: sa.Engine, tables: Iterable[sa.Table]) -> dict[str, list[tuple[Any, ...]]]:
    with engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table))]
            for table in tables
            if table.name not in MOVED
        }


@pytest.mark.parametrize("service", THEN)
def test_a_database_at_the_last_joint_head_keeps_every_row(
    engine: sa.Engine, archive: Path, service: str
) -> None:
    """Two revisions take the place of one; no table is made again, and nothing is left to do."""
    newest = _numbers(archive, service)[0]
    _make(engine, archive, service, newest)
    tables = sa.MetaData()
    tables.reflect(engine)
    before = _fill(engine, tables)
    assert all(before.values())
    assert migrations.state(engine, service) == "older"
    migrations.migrate(engine, service)
    assert migrations.state(engine, service) == "fits"
    gone = FORGOTTEN.get(service, set())
    kept = [one for one in tables.sorted_tables if one.name not in gone]
    assert _rows(engine, kept) == {one.name: before[one.name] for one in kept if one.name in before}
    assert len(before) > len(gone)


@pytest.mark.parametrize("service", THEN)
def test_every_joint_revision_leads_to_the_schema_of_a_fresh_database(
    database_kind: str, archive: Path, service: str
) -> None:
    """Whichever version an installation has, it gets the same columns, keys and indexes."""
    made = []
    for number in [None, *_numbers(archive, service)]:
        engine = open_engine(parts.current().fresh_database(database_kind))
        if number is not None:
            _make(engine, archive, service, number)
        migrations.migrate(engine, service)
        made.append(_schema(engine))
        engine.dispose()
    assert made[1:] == made[:1] * (len(made) - 1)


def _schema(engine: sa.Engine) -> dict[str, Any]:
    seen = sa.inspect(engine)
    return {
        name: (
            sorted((one["name"], str(one["type"]), one["nullable"]) for one in columns),
            seen.get_pk_constraint(name)["constrained_columns"],
            sorted(str(one["name"]) for one in seen.get_indexes(name)),
        )
        for name in seen.get_table_names()
        for columns in [seen.get_columns(name)]
    }


def test_a_revision_that_nobody_ever_made_is_refused(engine: sa.Engine, archive: Path) -> None:
    """A number of the time of one chain is known only where that chain had it."""
    _make(engine, archive, "cooperative", "0004")
    with engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '0005'"))
    assert migrations.state(engine, "cooperative") == "newer"
    with pytest.raises(ValueError, match="0005"):
        migrations.migrate(engine, "cooperative")
