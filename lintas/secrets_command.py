"""`lintas secrets init`: every secret of a deployment, in files that only their owner can read.

DIR/keys/                 as `lintas keys init` makes it
DIR/database/             a `<role>.pgpass` for each service, postgres and watcher, and a `.password` of the last two
DIR/alertmanager/         for passwords of mail and webhooks; empty
DIR/pilot/tokens.json     tokens with which `lintas demo --on` plays the pilot
"""

import json
import os
import secrets
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from lintas.pilot_tokens import issue_tokens
from lintas.registry import SERVICES, require_service
from shared.security.keys import add_service_keys, init_keys
from shared.service.cli_errors import one_line_errors

SERVICE_USER = 10_001
"""Owner of the secrets when the superuser makes them: services never run as root."""
ALERTMANAGER = "alertmanager"
SUPERUSER, WATCHER = "postgres", "watcher"
PASSWORD_BYTES = 32
TOKEN_LIFE = timedelta(days=90)

secrets_app = typer.Typer(
    no_args_is_help=True,
    help="Secrets of a deployment.",
    epilog="Example: lintas secrets init secrets --env .env",
)


@secrets_app.command("init", epilog="Example: lintas secrets init secrets --env .env")
def init(
    directory: Annotated[Path, typer.Argument(help="New directory; nothing is ever overwritten.")],
    env: Annotated[
        Path | None, typer.Option(help="Add the owner's number to this file, for Compose.")
    ] = None,
) -> None:
    """Make keys, database passwords and the pilot's tokens; nothing secret is printed."""
    try:
        owner = init_secrets(directory)
    except FileExistsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    if env is not None:
        _name_owner(env, owner)
    typer.echo(f"secrets made in {directory}, owned by user {owner[0]}; back them up")


@secrets_app.command("add", epilog="Example: lintas secrets add secrets housing")
def add(
    directory: Annotated[Path, typer.Argument(help="The directory of `lintas secrets init`.")],
    service: Annotated[str, typer.Argument(help="The service that joins.")],
) -> None:
    """Make keys and the database password of one more service (or of `watcher`); those that run trust it at once."""
    if service != WATCHER:
        require_service(service)
    with one_line_errors():
        (add_watcher if service == WATCHER else partial(add_secrets, service=service))(directory)
    typer.echo(f"secrets of {service} made in {directory}; back them up")


def add_secrets(directory: Path, service: str) -> None:
    """Make the secrets of one more service, owned as those that are there.

    Raises:
        FileExistsError: the service has secrets already; nothing was changed.
        WeakKey: the directory holds no list of trusted keys.
    """
    passwords = directory / "database"
    if (passwords / f"{service}.pgpass").exists():
        raise FileExistsError(f"{passwords} holds a password of {service}; it is never overwritten")
    os.umask(0o077)
    add_service_keys(directory / "keys", service)
    owner = passwords.stat()
    os.chown(_make_password(passwords, service), owner.st_uid, owner.st_gid)


def add_watcher(directory: Path) -> None:
    """Make what watching needs in a directory that was made before there was any.

    Raises:
        FileExistsError: it is there already; nothing was changed.
    """
    passwords = directory / "database"
    if (passwords / f"{WATCHER}.pgpass").exists():
        raise FileExistsError(f"{passwords} holds a password of {WATCHER}; it is never overwritten")
    os.umask(0o077)
    owner = passwords.stat()
    _make_password_alone(passwords, WATCHER)
    (directory / ALERTMANAGER).mkdir(exist_ok=True)
    for path in (*passwords.glob(f"{WATCHER}.*"), directory / ALERTMANAGER):
        os.chown(path, owner.st_uid, owner.st_gid)


def init_secrets(directory: Path) -> tuple[int, int]:
    """Make everything; returns user and group that own the files and must run the services.

    Raises:
        FileExistsError: the directory is there already; nothing was changed.
    """
    if directory.exists():
        raise FileExistsError(f"{directory} is there already; secrets are never overwritten")
    os.umask(0o077)
    directory.mkdir(parents=True)
    init_keys(directory / "keys", SERVICES)
    _make_passwords(directory / "database")
    made = issue_tokens(directory / "keys", TOKEN_LIFE)
    (directory / "pilot").mkdir()
    (directory / ALERTMANAGER).mkdir()
    (directory / "pilot" / "tokens.json").write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    return _give_away(directory)


def _make_passwords(directory: Path) -> None:
    """A libpq password file for each role; the server reads the superuser's from a file of its own."""
    directory.mkdir()
    for service in SERVICES:
        _make_password(directory, service)
    for role in (SUPERUSER, WATCHER):
        _make_password_alone(directory, role)


def _make_password_alone(directory: Path, role: str) -> Path:
    """Beside its password file, for a program that reads no other."""
    password = _make_password(directory, role).read_text("ascii").rpartition(":")[2]
    path = directory / f"{role}.password"
    path.write_text(password, "ascii")
    return path


def _make_password(directory: Path, role: str) -> Path:
    path = directory / f"{role}.pgpass"
    path.write_text(f"*:*:*:{role}:{secrets.token_urlsafe(PASSWORD_BYTES)}\n", "ascii")
    return path


def _give_away(directory: Path) -> tuple[int, int]:
    """Root gives the files to the services' user; anybody else keeps them."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    for path in (directory, *directory.rglob("*")):
        os.chown(path, SERVICE_USER, SERVICE_USER)
    return SERVICE_USER, SERVICE_USER


def _name_owner(env: Path, owner: tuple[int, int]) -> None:
    """Compose runs the services as the owner of their secrets; other lines of the file stay."""
    before = env.read_text("utf-8").splitlines() if env.exists() else []
    kept = [line for line in before if not line.startswith(("LINTAS_UID=", "LINTAS_GID="))]
    lines = [*kept, f"LINTAS_UID={owner[0]}", f"LINTAS_GID={owner[1]}"]
    env.write_text("\n".join(lines) + "\n", "utf-8")
