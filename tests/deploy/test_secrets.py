"""`lintas secrets init` and the tokens with which a deployment is played."""

import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lintas.main import app
from lintas.registry import SERVICES
from lintas.remote import TOKENS, NotReachable, find_deployment
from lintas.secrets_command import SERVICE_USER, init_secrets
from shared import clock
from shared.security.tokens import TokenBook, revoke

ON = [f"{service}=http://{service}:8000/" for service in SERVICES]


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """Fresh secrets."""
    before = os.umask(0o022)
    init_secrets(tmp_path / "secrets")
    os.umask(before)
    return tmp_path / "secrets"


def test_only_the_owner_reads_secrets_and_root_is_not_the_owner(secrets: Path) -> None:
    """The services run as the owner."""
    owner = os.geteuid() or SERVICE_USER
    for path in [secrets, *secrets.rglob("*")]:
        found = path.stat()
        assert found.st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
        assert found.st_uid == owner, path


def test_every_role_has_a_long_password_of_its_own(secrets: Path) -> None:
    """43 characters from 32 random bytes; another installation has others."""
    found = {path.name: path.read_text("ascii") for path in (secrets / "database").glob("*.pgpass")}
    assert set(found) == {f"{role}.pgpass" for role in (*SERVICES, "postgres", "watcher")}
    passwords = [text.strip().rpartition(":")[2] for text in found.values()]
    assert len(set(passwords)) == len(found)
    assert {len(password) for password in passwords} == {43}
    assert (secrets / "database" / "postgres.password").read_text("ascii").strip() in passwords


def test_secrets_are_never_overwritten_and_never_printed(tmp_path: Path) -> None:
    """A second time nothing changes; the output is not a leak."""
    target, env = tmp_path / "secrets", tmp_path / ".env"
    env.write_text("LINTAS_MONITORING_PROXY_PORT=8000\nLINTAS_UID=5\n", "utf-8")
    first = CliRunner().invoke(app, ["secrets", "init", str(target), "--env", str(env)])
    assert first.exit_code == 0, first.output
    kept = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    again = CliRunner().invoke(app, ["secrets", "init", str(target)])
    assert again.exit_code == 2
    assert {path: path.read_bytes() for path in target.rglob("*") if path.is_file()} == kept
    owner, group = os.geteuid() or SERVICE_USER, os.getegid() or SERVICE_USER
    assert env.read_text("utf-8").split() == [
        "LINTAS_MONITORING_PROXY_PORT=8000", f"LINTAS_UID={owner}", f"LINTAS_GID={group}"
    ]  # fmt: skip
    for content in kept.values():
        for word in content.decode().split():
            assert len(word) < 40 or word not in first.output


def test_a_service_that_joins_is_given_secrets_and_the_others_keep_theirs(secrets: Path) -> None:
    """Keys and a password, owned as those that are there; a second time nothing changes."""
    joins = SERVICES[-1]
    shutil.rmtree(secrets / "keys" / joins)
    (secrets / "database" / f"{joins}.pgpass").unlink()
    before = {path: path.read_bytes() for path in secrets.rglob("*.p*") if path.is_file()}
    command = ["secrets", "add", str(secrets), joins]
    first, again = (CliRunner().invoke(app, command) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 2), first.output
    assert "never overwritten" in again.output
    made = {secrets / "keys" / joins / "signing.pem", secrets / "database" / f"{joins}.pgpass"}
    after = {path: path.read_bytes() for path in secrets.rglob("*.p*") if path.is_file()}
    assert after.keys() - before.keys() == made
    assert before.items() <= after.items()
    assert {(path.stat().st_uid, path.stat().st_mode & 0o777) for path in made} == {
        (os.geteuid() or SERVICE_USER, 0o600)
    }


def test_a_service_that_nobody_knows_is_given_no_secrets(secrets: Path) -> None:
    """The message names those that there are."""
    answer = CliRunner().invoke(app, ["secrets", "add", str(secrets), "bank"])
    assert answer.exit_code == 2
    assert "bank is none of" in answer.output
    assert not (secrets / "keys" / "bank").exists()


def test_the_pilot_s_tokens_open_the_doors(secrets: Path) -> None:
    """Each is known to the service that it is for."""
    deployment = find_deployment(ON, secrets / "pilot" / "tokens.json")
    for name in TOKENS:
        service = name if name in SERVICES else "monitoring"
        book = TokenBook(secrets / "keys" / service / "tokens.json")
        assert book.find(deployment.tokens[name], clock.now()) is not None, name
    assert deployment.url("training") == "http://training:8000"
    assert deployment.operations("training") == "http://training:8100"
    assert not [token for token in deployment.tokens.values() if token in repr(deployment)]


@pytest.mark.parametrize(
    ("on", "message"),
    [
        (ON[:-1], "no address of monitoring; add --on monitoring=URL"),
        ([*ON, "bank=http://x"], "bank=http://x: write SERVICE=URL"),
        ([*ON[:-1], "monitoring=host:80"], "monitoring=host:80: write SERVICE=URL"),
    ],
)
def test_a_wrong_address_is_reported_with_the_remedy(
    secrets: Path, on: list[str], message: str
) -> None:
    """Before anything is sent."""
    with pytest.raises(NotReachable, match=message):
        find_deployment(on, secrets / "pilot" / "tokens.json")


def test_metrics_that_are_elsewhere_are_read_there(secrets: Path) -> None:
    """Of the service that is named; the others keep to the rule of the ports."""
    path = secrets / "pilot" / "tokens.json"
    deployment = find_deployment(ON, path, ["training=https://operators:9000/"])
    assert deployment.operations("training") == "https://operators:9000"
    assert deployment.operations("monitoring") == "http://monitoring:8100"
    with pytest.raises(NotReachable, match="bank=http://x: write SERVICE=URL"):
        find_deployment(ON, path, ["bank=http://x"])


def test_tokens_that_others_can_read_are_refused(secrets: Path) -> None:
    """The remedy is in the message."""
    path = secrets / "pilot" / "tokens.json"
    path.chmod(0o640)
    with pytest.raises(NotReachable, match="run: chmod 600"):
        find_deployment(ON, path)
    with pytest.raises(NotReachable, match="lintas secrets init"):
        find_deployment(ON, path.with_name("none.json"))


def test_tokens_changed_by_root_stay_readable_for_the_service(secrets: Path) -> None:
    """The file keeps its owner, whoever issues or revokes."""
    path = secrets / "keys" / "training" / "tokens.json"
    owner = path.stat().st_uid
    assert revoke(path, "pilot-training") == 1
    assert path.stat().st_uid == owner
