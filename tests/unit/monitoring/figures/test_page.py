"""`docs/figures.md` works as it is written: its commands and its query are run here."""

import csv
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lintas.main import app
from services.monitoring.figures import commands
from services.monitoring.figures.compute import Cell
from services.monitoring.figures.definitions import Header
from services.monitoring.figures.files import VIEWS
from services.monitoring.log.append import EventLog, append
from services.monitoring.settings import MonitoringSettings
from shared.database.engine import open_engine, transaction
from shared.database.migrations import migrate
from tests.kit.figures import by_key, cells_of_events
from tests.kit.story import NOW, Story

PAGE = (Path(__file__).parents[4] / "docs" / "figures.md").read_text("utf-8")
COMMANDS = re.findall(r"^(lintas .+)$", PAGE, re.MULTILINE)
(QUERY,) = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


def story() -> Story:
    """Two join one cooperative; one of their events is taken back."""
    played = Story()
    played.register("c", "2026-01-10")
    played.enrol("f", "2026-01-20", "p")
    played.activate("p", "2026-03-05")
    played.activate("q", "2026-03-09", "m2")
    played.correct(played.activate("r", "2026-03-11", "m3"))
    return played


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What each command of the page prints, run in its order in one directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINTAS_MONITORING_DATABASE", f"sqlite:///{tmp_path / 'monitoring.sqlite'}")
    monkeypatch.setenv("LINTAS_KEYS", str(tmp_path))
    settings = MonitoringSettings.load()
    engine = open_engine(settings.database)
    migrate(engine, "monitoring")
    with transaction(engine) as connection:
        append(connection, story().events, NOW, EventLog(settings.log_directory, large=1))
    engine.dispose()
    complete = dict.fromkeys((one.source for one in story().events), 1000)
    monkeypatch.setattr(commands, "watermarks", lambda _: complete)
    Path("mine.sql").write_text(QUERY, encoding="utf-8")
    return [printed(command) for command in COMMANDS]


def printed(command: str) -> str:
    """The output of a command that ends well."""
    found = CliRunner().invoke(app, shlex.split(command)[1:])
    assert found.exit_code == 0, found.output
    return found.stdout


def test_the_commands_of_the_page_answer(answers: list[str]) -> None:
    """Export, the page's own query, and a definition."""
    printed, mine, definition = answers
    assert "6 events in export-2026-06" in printed
    assert mine == "kind,month,persons\nMERAH_PUTIH,2026-03,2\n"
    rows = csv.reader(definition.splitlines()[1:])
    found = by_key(Cell(p, r, m, k, b, int(n)) for p, r, m, k, b, n in rows)
    assert found == {
        key: value for key, value in cells_of_events(story().events).items() if key[0][:3] == "i01"
    }


def test_without_an_export_the_log_itself_answers(answers: list[str]) -> None:
    """With the same rows."""
    assert printed("lintas monitoring query mine.sql") == answers[1]


def test_a_wrong_query_ends_with_one_line(answers: list[str], tmp_path: Path) -> None:
    """And no traceback."""
    (tmp_path / "wrong.sql").write_text("select * from nothing_known", encoding="utf-8")
    found = CliRunner().invoke(app, ["monitoring", "query", str(tmp_path / "wrong.sql")])
    assert (found.exit_code, "nothing_known" in found.output) == (2, True)


def test_the_page_names_every_field_of_a_header() -> None:
    """A new field is explained where the others are."""
    assert [name for name in Header.__struct_fields__ if f"`{name}`" not in PAGE] == []


def test_the_page_names_views_that_exist() -> None:
    """Nobody looks for one in vain."""
    table = PAGE.partition("| view | one row |")[2].partition("\n\n")[0]
    named = {name for line in table.splitlines() for name in re.findall(r"`(\w+)`", line)}
    assert len(named) > 9
    assert named <= VIEWS.keys()
