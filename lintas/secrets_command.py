"""`lintas secrets init`: every secret of a deployment, in files that only their owner can read.

DIR/keys/                 as `lintas keys init` makes it
DIR/database/             `postgres.password`, and a `<role>.pgpass` for each service and postgres
DIR/pilot/tokens.json     tokens with which `lintas demo --on` plays the pilot
"""

import json
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from lintas.pilot_tokens import issue_tokens
from lintas.registry import SERVICES
from shared.security import keys

SERVICE_USER = 10_001
"""Owner of the secrets when the superuser makes them: services never run as root."""
SUPERUSER = "postgres"
PASSWORD_BYTES = 32
TOKEN_LIFE = timedelta(days=90)

secrets_app = typer.Typer(
    no_args_is_help=True,
    help="Secrets of a deployment.",
    epilog="Example: lintas secrets init secrets --env .env",
)


@secrets_app.callback()
def _group() -> None:
    """Keep `init` a subcommand."""


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


def init_secrets(directory: Path) -> tuple[int, int]:
    """Make everything; returns user and group that own the files and must run the services.

    Raises:
        FileExistsError: the directory is there already; nothing was changed.
    """
    if directory.exists():
        raise FileExistsError(f"{directory} is there already; secrets are never overwritten")
    os.umask(0o077)
    directory.mkdir(parents=True)
    keys.init_keys(directory / "keys", SERVICES)
    _make_passwords(directory / "database")
    made = issue_tokens(directory / "keys", TOKEN_LIFE)
    (directory / "pilot").mkdir()
    (directory / "pilot" / "tokens.json").write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    return _give_away(directory)


def _make_passwords(directory: Path) -> None:
    """A password for each role, as a libpq password file; the server reads its own from a file."""
    directory.mkdir()
    for role in (*SERVICES, SUPERUSER):
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        (directory / f"{role}.pgpass").write_text(f"*:*:*:{role}:{password}\n", "ascii")
        if role == SUPERUSER:
            (directory / f"{role}.password").write_text(f"{password}\n", "ascii")


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
