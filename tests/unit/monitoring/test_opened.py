"""A command that reads the log says what is wrong with its database, and makes none."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.monitoring.__main__ import commands
from services.monitoring.consumer import subscription
from services.monitoring.log.append import EventLog
from services.monitoring.log.rebuild import GROUP
from shared.database.engine import open_engine
from shared.database.migrations import migrate

PAGE = Path(__file__).resolve().parents[3] / "docs" / "operate" / "install.md"


def call(database: Path, *words: str) -> tuple[int, str]:
    """Exit code and everything said."""
    environ = {
        "LINTAS_KEYS": str(database.parent),
        "LINTAS_MONITORING_DATABASE": f"sqlite:///{database}",
    }
    result = CliRunner().invoke(commands, list(words), env=environ)
    return result.exit_code, result.output


@pytest.mark.parametrize("words", [["export", "--to", "unused"], ["rebuild"]])
def test_a_database_that_is_not_there_is_named_and_not_made(
    tmp_path: Path, words: list[str]
) -> None:
    """Waiting would not help."""
    code, said = call(tmp_path / "monitoring.sqlite", *words)
    assert code == 2
    assert f"{tmp_path / 'monitoring.sqlite'}: no such file" in said
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_tables_needs_a_migration(tmp_path: Path) -> None:
    """After which the export is empty, and whole."""
    database, out = tmp_path / "monitoring.sqlite", tmp_path / "out"
    database.touch()
    code, said = call(database, "export", "--to", str(out))
    assert (code, "tables are missing" in said, "migrate" in said) == (2, True, True)
    engine = open_engine(f"sqlite:///{database}")
    migrate(engine, "monitoring")
    engine.dispose()
    assert call(database, "export", "--to", str(out))[0] == 0
    assert (out / "tables").is_dir()


def test_the_page_of_rights_names_every_group() -> None:
    """An operator gives the right before somebody needs it."""
    page = PAGE.read_text("utf-8")
    assert subscription(EventLog(Path())).group.replace("monitoring", "SERVICE") in page
    assert f"`{GROUP}`" in page
