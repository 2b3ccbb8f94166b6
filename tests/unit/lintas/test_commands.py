"""The `lintas` command as an operator or an officer meets it: clear lines, no traceback."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from lintas.broker import free_port
from lintas.client import UploadReport, rejects_of
from lintas.import_command import _refused_row
from lintas.main import app
from lintas.registry import list_names, list_of
from shared.csv.choices import choices_of, words_of
from shared.csv.rows import BadRow

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "bring-your-own-file.md"


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and everything that the command said, on one line."""
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    return result.exit_code, " ".join(re.sub(r"[│╭╮╰╯─]", " ", result.output).split())


def commands(group: object, *path: str) -> Iterator[tuple[str, ...]]:
    """The path of every command and group below."""
    yield path
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, *path, name)


@pytest.fixture
def keys(tmp_path: Path) -> str:
    """The key directory of a new installation."""
    assert run("keys", "init", str(tmp_path / "keys"))[0] == 0
    return str(tmp_path / "keys")


@pytest.mark.parametrize("path", list(commands(typer.main.get_command(app))), ids=" ".join)
def test_the_help_of_every_command_has_an_example(path: tuple[str, ...]) -> None:
    """A stranger sees how it is typed."""
    code, said = run(*path, "--help")
    assert code == 0
    assert "Example: " in said


def test_existing_keys_are_never_overwritten(keys: str) -> None:
    """One line says so."""
    code, said = run("keys", "init", keys)
    assert (code, "never overwritten" in said, "Traceback" in said) == (2, True, False)


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--agency", "NONE", "NONE is none of BP_TASKIN, COOPERATIVES, SOCIAL_AFFAIRS, TRAINING"),
        ("--scope", "beneficiary:wriet", "is none of beneficiary:read, beneficiary:write"),
        ("--area", "99.99", "99.99 is no Kemendagri code"),
        ("--keys", "/nowhere", "lintas keys init /nowhere"),
    ],
)
def test_a_token_that_opens_no_door_is_not_issued(
    keys: str, option: str, value: str, expected: str
) -> None:
    """A misspelt agency, scope, area or directory is refused at once, with what would do."""
    asked = {
        "--keys": keys,
        "--service": "beneficiary",
        "--name": "dinsos",
        "--agency": "SOCIAL_AFFAIRS",
        "--scope": "beneficiary:write",
        "--area": "35.09",
    }
    good = [part for pair in asked.items() for part in pair]
    bad = [part for pair in (asked | {option: value}).items() for part in pair]
    assert run("tokens", "issue", *good)[0] == 0
    code, said = run("tokens", "issue", *bad)
    assert (code, expected in said) == (2, True), said


def test_an_import_to_a_service_that_is_away_says_so(tmp_path: Path) -> None:
    """One line in both languages, and that sending again is safe."""
    path = tmp_path / "keluarga.csv"
    path.write_text("nomor_keluarga\n", encoding="utf-8")
    url = f"http://127.0.0.1:{free_port()}"
    code, said = run("import", "--url", url, "--token", "x", "families", str(path))
    assert (code, "Traceback" in said) == (2, False)
    assert "cannot be reached" in said
    assert "only what is missing is added" in said


def test_a_file_refused_as_a_whole_leaves_no_reject_file(tmp_path: Path) -> None:
    """There is no row to mend: the header or the encoding is wrong."""
    source, target = tmp_path / "a.csv", tmp_path / "a.ditolak.csv"
    source.write_text("sep=;\nnama;umur\nSiti;3\n", encoding="utf-8")
    header = BadRow(
        2, "desil", "CSV_COLUMN", "susunan kolom salah", "kolom ini harus ada", whole_file=True
    )
    assert not UploadReport(rejected=1, refused={2: header}).write_rejects(source, target)
    assert not target.exists()
    row = BadRow(3, "umur", "AMOUNT_RANGE", "angka di luar batas", "periksa angkanya")
    assert UploadReport(rejected=1, refused={3: row}).write_rejects(source, target)
    assert "Siti" in target.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("k.csv", "k.ditolak.csv"),
        ("daftar.2026.csv", "daftar.2026.ditolak.csv"),
        ("k.ditolak.csv", "k.ditolak-2.csv"),
        ("k.ditolak-2.csv", "k.ditolak-3.csv"),
        ("k.ditolak-baru.csv", "k.ditolak-baru.ditolak.csv"),
        ("k.xlsx", "k.ditolak.xlsx"),
        ("k.ODS", "k.ditolak.xlsx"),
        ("k.ditolak.xlsx", "k.ditolak-2.xlsx"),
    ],
)
def test_the_rows_refused_of_a_mended_file_are_numbered(source: str, target: str) -> None:
    """A second round does not hide under a name twice as long, nor take the place of the first."""
    assert rejects_of(Path("lists") / source) == Path("lists") / target


def test_refused_rows_never_replace_the_file_that_they_come_from(tmp_path: Path) -> None:
    """It is read while they are written."""
    path = tmp_path / "k.csv"
    path.write_text("nama\nSiti\n", "utf-8")
    code, said = run("import", "--url", "http://127.0.0.1:1", "--token", "x", "--rejects", str(path),
                     "families", str(path))  # fmt: skip
    assert (code, "name another one" in said) == (2, True)
    assert path.read_text("utf-8") == "nama\nSiti\n"


def test_a_refused_row_is_shown_in_three_lines() -> None:
    """Where, what, and what to do."""
    expected = _refused_row(BadRow(4, "nik", "NIK_FORMAT", "NIK harus 16 angka", "salin NIK"))
    assert expected.split("\n") == [
        "baris / line 4, kolom / column nik: NIK_FORMAT",
        "    NIK harus 16 angka",
        "    -> salin NIK",
    ]


@pytest.mark.parametrize("kind", list_names())
def test_the_guide_shows_the_columns_that_the_list_takes(kind: str) -> None:
    """The header that an officer copies from the page is the one that is read."""
    (section,) = re.findall(rf"\n## `{kind}`.*?(?=\n## |\Z)", GUIDE.read_text("utf-8"), re.DOTALL)
    (header,) = re.findall(r"```csv\n(.*?)\n", section)
    columns = list_of(kind).columns
    assert header.split(",") == list(columns)
    for column in columns:
        assert f"| `{column}` |" in section


@pytest.mark.parametrize("kind", list_names())
def test_the_guide_has_the_word_of_every_code(kind: str) -> None:
    """In its last table, with the code beside it."""
    table = GUIDE.read_text("utf-8").partition("## Kata untuk kode")[2]
    for codes in choices_of(list_of(kind).row).values():
        for code, word in words_of(codes).items():
            assert f"{word} (`{code.value}`)" in table or f"`{word}`" in table
