"""`lintas tokens list` and `revoke`: who holds what, never a token; what is taken out ends at once."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lintas.main import app
from shared import clock
from shared.security.tokens import TokenBook

ISSUE = ("--agency", "SOCIAL_AFFAIRS", "--scope", "beneficiary:write", "--area", "35.09")


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and what was said."""
    result = CliRunner().invoke(app, ["tokens", *arguments], env={"COLUMNS": "80"})
    return result.exit_code, result.output


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A new installation."""
    folder = tmp_path / "keys"
    assert CliRunner().invoke(app, ["keys", "init", str(folder)]).exit_code == 0
    return folder


def issue(keys: Path, name: str, *more: str) -> str:
    """A fresh token of beneficiary."""
    there = ("--keys", str(keys), "--service", "beneficiary")
    code, said = run("issue", *there, "--name", name, *ISSUE, *more)
    assert code == 0, said
    return said.strip()


def test_the_list_shows_who_may_do_what_where_until_when_and_no_token(keys: Path) -> None:
    """One line for each token, not folded; of all services, or of one."""
    token = issue(keys, "dinsos-jember", "--area", "35.13")
    code, said = run("list", "--keys", str(keys))
    (line,) = [one for one in said.splitlines() if "dinsos-jember" in one]
    assert code == 0
    form = r"beneficiary +[0-9a-f]{16} +dinsos-jember +SOCIAL_AFFAIRS +beneficiary:write +35\.09,35\.13 "
    assert re.match(form + r" *20\d\d-\d\d-\d\dT\d\d:\d\d\+00:00$", line)
    assert token.removeprefix("lintas_") not in said
    assert "dinsos-jember" not in run("list", "--keys", str(keys), "--service", "training")[1]


def test_a_running_service_refuses_what_was_revoked(keys: Path) -> None:
    """By id, as the list shows it; the book that a service has open sees it."""
    token, other = issue(keys, "one"), issue(keys, "two")
    book = TokenBook(keys / "beneficiary" / "tokens.json")
    assert book.find(token, clock.now())
    (short,) = re.findall(r"([0-9a-f]{16})  one ", run("list", "--keys", str(keys))[1])
    there = ("revoke", "--keys", str(keys), "--service", "beneficiary")
    code, said = run(*there, "--id", short)
    assert (code, said) == (0, "dicabut / revoked: 1\n")
    assert book.find(token, clock.now()) is None
    assert book.find(other, clock.now())
    code, said = run(*there, "--id", short)
    assert code == 1
    assert "no such token of beneficiary" in said
    assert run(*there, "--name", "two")[0] == 0
    assert book.find(other, clock.now()) is None


@pytest.mark.parametrize("wanted", [[], ["--id", "a", "--name", "b"]])
def test_what_is_to_be_revoked_is_named_in_one_way(keys: Path, wanted: list[str]) -> None:
    """Neither guesses nor both."""
    code, said = run("revoke", "--keys", str(keys), "--service", "training", *wanted)
    assert code == 2
    assert "either --id or --name" in said


@pytest.mark.parametrize("command", [["list"], ["revoke", "--name", "x"]])
def test_a_file_that_is_no_list_is_named(keys: Path, command: list[str]) -> None:
    """And left as it is."""
    path = keys / "beneficiary" / "tokens.json"
    path.write_text("{")
    code, said = run(*command, "--keys", str(keys), "--service", "beneficiary")
    assert code == 2
    assert f"{path}: no list of tokens" in said
    assert path.read_text() == "{"
