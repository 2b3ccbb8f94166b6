"""The commands that every service shares."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from shared.database.engine import open_engine, transaction
from shared.service.cli import service_commands
from tests.kit.sample_service import build, write_first_revision

CARD = SimpleNamespace(CARD=SimpleNamespace(name="sample"), __doc__="Card of the sample.\n\nMore.")
COMMANDS = service_commands(build, CARD)


def call(*words: str, **environ: str) -> tuple[int, str]:
    """Exit code and everything said."""
    result = CliRunner().invoke(COMMANDS, list(words), env=environ)
    return result.exit_code, result.output


@pytest.mark.parametrize(
    "command",
    [
        ["run"],
        ["migrate"],
        ["republish"],
        ["recover"],
        ["quarantine", "list"],
        ["quarantine", "show"],
        ["quarantine", "replay"],
        ["quarantine", "reject"],
        ["quarantine", "export"],
    ],
)
def test_every_command_explains_itself_with_an_example(command: list[str]) -> None:
    """--help needs no settings."""
    code, said = call(*command, "--help")
    assert code == 0
    assert f"python -m services.sample {' '.join(command)}" in " ".join(said.split())


def test_missing_settings_are_reported_by_name_with_code_2() -> None:
    """No traceback."""
    code, said = call("migrate", LINTAS_KAFAK="x:1")
    assert code == 2
    assert "LINTAS_SAMPLE_DATABASE: missing" in said
    assert "did you mean LINTAS_KAFKA" in said
    assert "Traceback" not in said


def test_an_unknown_role_is_refused_with_the_choices() -> None:
    """Before anything is opened."""
    code, said = call("run", "--only", "web")
    assert code == 2
    assert "relay" in said


def test_migrate_brings_the_database_to_the_newest_revision(
    tmp_path: Path, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And may be repeated."""
    monkeypatch.setattr("shared.database.migrations.folder", None)
    write_first_revision(tmp_path)
    environ = {"LINTAS_KEYS": str(tmp_path), "LINTAS_SAMPLE_DATABASE": fresh_database}
    assert (call("migrate", **environ)[0], call("migrate", **environ)[1].strip()) == (
        0,
        "sample: schema sample_0001, shared_0012",
    )


def test_a_database_that_cannot_be_reached_is_one_line_with_code_3() -> None:
    """The cause and what to check, no password."""
    url = "postgresql://u:hush@127.0.0.1:1/x"
    code, said = call("migrate", LINTAS_KEYS="/k", LINTAS_SAMPLE_DATABASE=url)
    assert code == 3
    assert "OperationalError" in said
    assert "hush" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder, "is a folder, not a file"),
        (lambda folder: folder / "none" / "x.db", "the folder of the database does not exist"),
        (lambda folder: _written(folder / "notes.txt"), "the file is not a database"),
    ],
)
def test_migrate_names_the_setting_and_the_cause(
    tmp_path: Path, make: Callable[[Path], Path], words: str
) -> None:
    """What waiting does not heal ends with code 2, one line, and what to do."""
    url = f"sqlite:///{make(tmp_path)}"
    code, said = call("migrate", LINTAS_KEYS="/k", LINTAS_SAMPLE_DATABASE=url)
    assert code == 2
    assert said.startswith("LINTAS_SAMPLE_DATABASE: ")
    assert words in said
    assert len(said.splitlines()) == 1


def _written(path: Path) -> Path:
    path.write_text("no database at all\n" * 500)
    return path


def test_a_newer_schema_is_not_migrated(
    tmp_path: Path, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older version says so and changes nothing."""
    monkeypatch.setattr("shared.database.migrations.folder", None)
    write_first_revision(tmp_path)
    environ = {"LINTAS_KEYS": str(tmp_path), "LINTAS_SAMPLE_DATABASE": fresh_database}
    call("migrate", **environ)
    engine = open_engine(fresh_database)
    with transaction(engine) as connection:
        connection.execute(
            text(
                "update alembic_version set version_num = '9999' where version_num = 'sample_0001'"
            )
        )
    code, said = call("migrate", **environ)
    assert code == 2
    assert "9999" in said
    assert "newer" in said
    assert "Traceback" not in said
    engine.dispose()


def test_republish_says_how_many_events_go_again(
    tmp_path: Path, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty archive has none; the database is really asked."""
    monkeypatch.setattr("shared.database.migrations.folder", None)
    write_first_revision(tmp_path)
    environ = {"LINTAS_KEYS": str(tmp_path), "LINTAS_SAMPLE_DATABASE": fresh_database}
    call("migrate", **environ)
    code, said = call("republish", "--from", "5", **environ)
    assert code == 0
    assert "sample: 0 events will be sent again" in said


def test_a_service_that_publishes_nothing_has_nothing_to_take_back(
    tmp_path: Path, fresh_database: str
) -> None:
    """Nothing is read."""
    environ = {"LINTAS_KEYS": str(tmp_path), "LINTAS_SAMPLE_DATABASE": fresh_database}
    code, said = call("recover", **environ)
    assert code == 2
    assert "publishes nothing" in said


def test_a_service_that_listens_to_nothing_says_so(tmp_path: Path, fresh_database: str) -> None:
    """There is no quarantine to look into."""
    environ = {"LINTAS_KEYS": str(tmp_path), "LINTAS_SAMPLE_DATABASE": fresh_database}
    code, said = call("quarantine", "list", **environ)
    assert code == 2
    assert "listens to nothing" in said
