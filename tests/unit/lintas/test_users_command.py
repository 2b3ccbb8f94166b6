"""`lintas users` over a service's real database and keys."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lintas.main import app
from shared import clock
from shared.database.engine import open_engine, snapshot, transaction
from shared.database.migrations import migrate
from shared.desk import accounts
from shared.security.keys import init_keys

ADD = (
    "users", "add", "cooperative", "siti", "--name", "Siti Contoh", "--office", "dinkop",
    "--role", "officer", "--area", "35.09", "--url", "https://desk.example/",
)  # fmt: skip


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys and a migrated database."""
    home = tmp_path_factory.mktemp("users")
    init_keys(home / "keys", ["cooperative"])
    engine = open_engine(f"sqlite:///{home}/cooperative.sqlite")
    migrate(engine, "cooperative")
    engine.dispose()
    return home


def run(home: Path, arguments: Sequence[str]) -> Result:
    """Run the command with the settings of the installation."""
    database = f"sqlite:///{home}/cooperative.sqlite"
    environ = {"LINTAS_KEYS": str(home / "keys"), "LINTAS_COOPERATIVE_DATABASE": database}
    return CliRunner().invoke(app, arguments, env=environ)


def test_an_account_is_added_shown_and_disabled(installation: Path) -> None:
    """The link opens it; the list shows no name; a disabled account's link is nothing."""
    link = run(installation, ADD).output.strip()
    assert link.startswith("https://desk.example/desk/link/")
    engine = open_engine(f"sqlite:///{installation}/cooperative.sqlite")
    with snapshot(engine) as connection:
        (one,) = accounts.all_accounts(connection)
    assert one.scopes == ("cooperative:read", "cooperative:write")
    again = run(installation, ("users", "link", "cooperative", "siti", "--url", "https://x"))
    assert run(installation, ("users", "disable", "cooperative", "siti")).exit_code == 0
    shown = run(installation, ("users", "list", "cooperative")).output
    assert "siti" in shown
    assert "disabled" in shown
    assert "Contoh" not in shown
    secret = again.output.strip().rpartition("/")[2]
    with transaction(engine) as connection:
        assert accounts.take_link(connection, secret, clock.now()) is None
    engine.dispose()


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (3, "3509904511810001", "LOGIN"),
        (3, "Siti", "LOGIN"),
        (11, "99.99", "--area"),
    ],
)
def test_what_could_never_work_is_refused(
    installation: Path, place: int, value: str, said: str
) -> None:
    """A number of a person as login, capitals, an area that does not exist."""
    wrong = [*ADD[:place], value, *ADD[place + 1 :]]
    done = run(installation, wrong)
    assert done.exit_code == 2
    assert said in done.output
