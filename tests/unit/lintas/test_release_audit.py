"""`lintas release audit`: what holders of the files of releases see."""

from collections.abc import Sequence
from pathlib import Path

from typer.testing import CliRunner

from lintas.main import app
from lintas.release_files import read_release, structure_of
from services.monitoring.disclosure.table import Sum
from services.monitoring.release.figure import FigureId

Line = tuple[str, str, str, int | None, str]
COLUMNS = "indicator,measure,region,period,band,value,status"


def folder(path: Path, *lines: Line) -> Path:
    """The files of a release of indicator 01."""
    path.mkdir()
    rows = [
        f"01,{m},{place},{month},,{'' if v is None else v},{s}" for m, place, month, v, s in lines
    ]
    (path / "figures.csv").write_text("\n".join([COLUMNS, *rows, ""]), encoding="utf-8")
    return path


def month(joined: int | None, other: int | None, total: int = 100) -> Sequence[Line]:
    """A kabupaten in one month."""
    values = {"joined": joined, "not_joined": other, "unknown": 0, "enrolled": total}
    return [
        (name, "35.09", "2026-01", value, "hidden" if value is None else "published")
        for name, value in values.items()
    ]


def run(*folders: Path) -> tuple[int, str]:
    """Exit code and what was said."""
    result = CliRunner().invoke(app, ["release", "audit", *map(str, folders)])
    return result.exit_code, result.output


def test_releases_that_give_nothing_away_end_with_0(tmp_path: Path) -> None:
    """Both parts of the sum are hidden."""
    code, said = run(folder(tmp_path / "1", *month(None, None)))
    assert (code, said.splitlines()) == (
        0,
        ["1 releases, 2 hidden figures, fewer than 11 values: 0"],
    )


def test_a_hidden_figure_that_a_sum_gives_back_is_named(tmp_path: Path) -> None:
    """The second release shows the other part."""
    first = folder(tmp_path / "1", *month(None, None, total=200))
    code, said = run(first, folder(tmp_path / "2", *month(None, 95)))
    assert code == 1
    assert ["01", "joined", "35.09", "2026-01", "a", "count", "2", "1", "9"] in [
        line.split() for line in said.splitlines()
    ]


def test_figures_that_contradict_their_sums_are_named(tmp_path: Path) -> None:
    """No counts can stand behind 20 + 20 = 100."""
    code, said = run(folder(tmp_path / "1", *month(20, 20)))
    assert code == 1
    assert "no counts can stand behind it" in said


def test_a_folder_without_figures_is_refused_in_one_line(tmp_path: Path) -> None:
    """It says which file is missing."""
    code, said = run(tmp_path)
    assert code == 2
    assert "figures.csv" in said


def test_what_was_not_reported_is_in_no_sum(tmp_path: Path) -> None:
    """It has no count, hidden or not."""
    path = folder(tmp_path / "1", ("joined", "35.09", "2026-01", None, "not_reported"))
    assert read_release(path) == {}


def test_columns_are_known_by_name(tmp_path: Path) -> None:
    """More columns, a programme, and codes that no program takes for numbers."""
    text = (
        "indicator,measure,region_code,period,programme,band,unit,value,status\n"
        "I01,joined,ID35.09,2026-01,PKH,,family,20,published\n"
    )
    (tmp_path / "figures.csv").write_text(text, encoding="utf-8")
    assert read_release(tmp_path) == {FigureId("01", "joined", "35.09", "2026-01", "PKH"): 20}


def test_sums_follow_from_places_programmes_and_definitions() -> None:
    """A kecamatan is part of its kabupaten, a programme of all, a state of the enrolled."""
    whole = FigureId("01", "enrolled", "35.09", "2026-01", "ALL")
    place, one = whole._replace(region="35.09.01"), whole._replace(programme="PKH")
    states = tuple(whole._replace(measure=state) for state in ("joined", "not_joined", "unknown"))
    around = [whole, place, one]
    places = {Sum(whole, (place,)), Sum(whole, (one,))}
    assert set(structure_of([*around, *states]).sums) == {*places, Sum(whole, states)}
    assert set(structure_of([*around, *states[1:]]).sums) == places


def test_a_measure_that_was_not_reported_before_is_in_no_earlier_sum(tmp_path: Path) -> None:
    """The first release has enrolled and joined alone: they are not equal for that."""
    lines = [line for line in month(40, 60) if line[0] != "not_joined"]
    first = folder(tmp_path / "1", *lines)
    assert run(first, folder(tmp_path / "2", *month(40, 60)))[0] == 0
