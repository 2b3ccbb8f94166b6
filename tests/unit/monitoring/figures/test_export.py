"""An export gives an analyst the same tables, views and figures as monitoring has."""

import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from services.monitoring.figures.compute import Cell, cells
from services.monitoring.figures.export import ask, export, open_export
from services.monitoring.figures.files import INDICATORS, UnknownTable
from shared.events.envelope import Event
from tests.kit.figures import by_key, cells_of_events, opened
from tests.kit.random_world import world
from tests.kit.story import Cells

EVENTS = world(seed=7, size=150)


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """An export of a random world."""
    directory = tmp_path / "export"
    assert exported_to(directory, EVENTS) == len(EVENTS)
    return directory


def exported_to(directory: Path, events: list[Event]) -> int:
    """Write an export; the number of rows."""
    with opened(events) as duck:
        return export(duck, directory)


def summed(rows: Iterable[tuple[Any, ...]]) -> Cells:
    """Rows of a definition as cells, those of several programmes added up."""
    return by_key(Cell(*row) for row in rows)


@pytest.mark.long
def test_an_export_gives_the_same_cells(exported: Path) -> None:
    """Of every definition."""
    with open_export(exported) as duck:
        assert by_key(cells(duck)) == cells_of_events(EVENTS)


def test_a_definition_of_an_export_runs_as_a_query(exported: Path) -> None:
    """Header and all."""
    text = (exported / "indicators" / "linked_members.sql").read_text("utf-8")
    with open_export(exported) as duck:
        columns, rows = ask(duck, text)
    expected = {key: value for key, value in cells_of_events(EVENTS).items() if key[0][:3] == "i01"}
    assert columns == ["part", "region", "period", "programme", "band", "value"]
    assert summed(rows) == expected


def test_duckdb_alone_opens_an_export(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own program needs nothing of Lintas."""
    monkeypatch.chdir(exported)
    with duckdb.connect() as duck:
        duck.execute((exported / "views.sql").read_text("utf-8"))
        rows = duck.execute(INDICATORS["funnel"]).fetchall()
    expected = {key: value for key, value in cells_of_events(EVENTS).items() if key[0][:3] == "i03"}
    assert summed(rows) == expected


def test_an_export_has_the_same_bytes_whatever_the_order_of_events(tmp_path: Path) -> None:
    """Files can be compared by their hashes."""
    exported_to(tmp_path / "one", EVENTS)
    exported_to(tmp_path / "two", EVENTS[::-1])
    contents = [
        {path.name: path.read_bytes() for path in (tmp_path / name / "tables").iterdir()}
        for name in ("one", "two")
    ]
    assert contents[0] == contents[1]


def test_only_the_owner_can_read_an_export(exported: Path) -> None:
    """Pseudonyms are personal data."""
    assert stat.S_IMODE(exported.stat().st_mode) == 0o700


def test_an_export_never_mixes_with_what_is_there(exported: Path) -> None:
    """An older export stays as it was."""
    with pytest.raises(FileExistsError, match="not empty"):
        exported_to(exported, EVENTS)


def test_a_query_over_nothing_known_is_refused(exported: Path) -> None:
    """By the name that it used."""
    with open_export(exported) as duck, pytest.raises(UnknownTable, match="families"):
        ask(duck, "select count(*) from families")


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    """With the command that makes one."""
    with pytest.raises(FileNotFoundError, match="export --to"):
        open_export(tmp_path)
