"""Migrations: written from the tables, applied alike on both databases, without drift."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from shared.database.engine import open_engine
from shared.database.migrations import drift, explain_newer, migrate, state
from tests.kit.sample_api import METADATA
from tests.kit.sample_service import write_first_revision


@pytest.fixture
def engine(any_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An empty database of each kind, and the sample's first migration."""
    monkeypatch.setattr("shared.database.migrations.folder", None)
    write_first_revision(tmp_path)
    one = open_engine(any_database)
    yield one
    one.dispose()


def test_a_migrated_database_has_every_table_and_no_drift(engine: Engine) -> None:
    """What the scripts make is what the code declares."""
    assert migrate(engine, "sample") == "sample_0001, shared_0012"
    tables = set(inspect(engine).get_table_names())
    assert {"note", "outbox", "relay_lease", "quarantine", "idempotency", "inbox_seen"} <= tables
    assert drift(engine, METADATA) == []


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    """Safe to repeat."""
    assert migrate(engine, "sample") == migrate(engine, "sample")
    assert state(engine, "sample") == "fits"


def test_a_change_that_no_migration_made_is_drift(engine: Engine) -> None:
    """The check is able to fail."""
    migrate(engine, "sample")
    with engine.begin() as connection:
        connection.execute(text("alter table note add column extra integer"))
    assert drift(engine, METADATA) != []


def test_the_state_distinguishes_empty_and_newer_databases(engine: Engine) -> None:
    """A newer schema is refused by older code; an empty one asks for migrate."""
    assert state(engine, "sample") == "empty"
    migrate(engine, "sample")
    with engine.begin() as connection:
        connection.execute(
            text(
                "update alembic_version set version_num = '9999' where version_num = 'sample_0001'"
            )
        )
    assert state(engine, "sample") == "newer"
    with pytest.raises(ValueError, match=r"\(9999, shared_") as refused:
        migrate(engine, "sample")
    said = str(refused.value)
    assert said == explain_newer(engine, "sample")
    assert "version's (sample_0001, shared_" in said
    assert "restore the backup" in said
    assert "\n" not in said
