"""`lintas users`: the accounts with which people sign in at the desk of a service."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from lintas.registry import CARDS, SERVICES, require_service, settings_of
from shared import clock
from shared.database.engine import open_engine, snapshot, transaction
from shared.desk import accounts
from shared.desk.accounts import Account, Role
from shared.ids import new_uuid7
from shared.messages import phrase
from shared.regions import Regions
from shared.security.encryption import ColumnCipher
from shared.security.keys import load_cipher
from shared.security.tokens import ANYWHERE
from shared.service.cli_errors import one_line_errors

users_app = typer.Typer(
    no_args_is_help=True,
    help="Accounts of the people who sign in at the desk of a service.",
    epilog="Example: lintas users add --help",
)
_LOGIN = re.compile(r"(?=.*[a-z])[a-z0-9][a-z0-9.-]{2,59}")
Service = Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")]
Login = Annotated[str, typer.Argument(help="The account, as `lintas users list` shows it.")]
Url = Annotated[str, typer.Option(help="Where the people reach the service.")]


@dataclass(frozen=True)
class Open:
    """A service's database, in one transaction, and the key of its columns."""

    connection: Connection
    cipher: ColumnCipher
    now: datetime

    def account(self, login: str) -> Account:
        """The account of a login.

        Raises:
            Exit: there is none; the message says how to see which there are.
        """
        found = accounts.by_login(self.connection, login)
        if found is None:
            typer.echo(
                f"{phrase('users.unknown').both()}: {login}; see: lintas users list", err=True
            )
            raise typer.Exit(1)
        return found


@users_app.command("add", epilog="Example: lintas users add cooperative siti.dinkop --name Siti "
                   "--office dinkop-jember --role officer --area 35.09 --url https://desk.example.go.id")  # fmt: skip
def add(
    service: Service,
    login: Annotated[str, typer.Argument(help="3 to 60 small letters, digits, dots, hyphens.")],
    name: Annotated[str, typer.Option(help="The person's name; it is kept encrypted.")],
    office: Annotated[str, typer.Option(help="Whose drafts the person may finish.")],
    role: Annotated[Role, typer.Option(help="What the person is in the office.")],
    area: Annotated[
        list[str], typer.Option(help="Region code such as 35.09, or *; may be repeated.")
    ],
    url: Url,
    scope: Annotated[
        list[str] | None, typer.Option(help="Instead of those of the role; may be repeated.")
    ] = None,
    subject: Annotated[str, typer.Option(help="Id of the facilitator, as events name it.")] = "",
) -> None:
    """Make an account and print its one-time link, good for 72 hours."""
    require_service(service)
    scopes = scope or [f"{service}:{verb}" for verb in role.verbs]
    _check(service, login, scopes, area)
    with _open(service, transaction) as opened:
        one = Account(
            new_uuid7(opened.now), login, opened.cipher.encrypt(name), office, role,
            tuple(scopes), tuple(area), subject,
        )  # fmt: skip
        try:
            accounts.add(opened.connection, one)
        except IntegrityError:
            raise typer.BadParameter(f"{login} is there already", param_hint="LOGIN") from None
        secret = accounts.make_link(opened.connection, one.id, opened.now)
    typer.echo(_link(url, secret))


@users_app.command("list", epilog="Example: lintas users list cooperative")
def show(service: Service) -> None:
    """Show the accounts of a service, without names."""
    require_service(service)
    lines = [["login", "office", "role", "scopes", "areas", "sign-in", "state"]]
    with _open(service, snapshot) as opened:
        lines += [_columns(one) for one in accounts.all_accounts(opened.connection)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        typer.echo("  ".join(map(str.ljust, line, widths)).rstrip())


@users_app.command("link", epilog="Example: lintas users link cooperative siti.dinkop "
                   "--url https://desk.example.go.id")  # fmt: skip
def link(service: Service, login: Login, url: Url) -> None:
    """Print a new one-time link, for somebody who forgot the passphrase."""
    require_service(service)
    with _open(service, transaction) as opened:
        secret = accounts.make_link(opened.connection, opened.account(login).id, opened.now)
    typer.echo(_link(url, secret))


@users_app.command("disable", epilog="Example: lintas users disable cooperative siti.dinkop")
def disable(service: Service, login: Login) -> None:
    """Nobody may sign in with the account any more, and who is signed in is so no longer."""
    require_service(service)
    with _open(service, transaction) as opened:
        accounts.disable(opened.connection, opened.account(login).id)
    typer.echo(f"{phrase('users.disabled').both()}: {login}")


@contextmanager
def _open(service: str, how: Callable[..., object]) -> Iterator[Open]:
    """The database of a service's settings, in a transaction or a snapshot."""
    with one_line_errors(service):
        settings = settings_of(service).load()
        engine, cipher = open_engine(settings.database), load_cipher(settings.keys, service)
        try:
            with how(engine) as connection:  # type: ignore[attr-defined]
                yield Open(connection, cipher, clock.now())
        finally:
            engine.dispose()


def _columns(one: Account) -> list[str]:
    how = "passphrase" if one.passphrase else "link"
    state = "disabled" if one.disabled else "active"
    lists = " ".join(one.scopes), " ".join(one.areas)
    return [one.login, one.office, one.role.value, *lists, how, state]


def _link(url: str, secret: str) -> str:
    return f"{url.rstrip('/')}/desk/link/{secret}"


def _check(service: str, login: str, scopes: list[str], areas: list[str]) -> None:
    """Refuse an account that could do nothing, or whose login may be a person's number."""
    if not _LOGIN.fullmatch(login):
        message = "3 to 60 small letters, digits, dots and hyphens, one letter at least"
        raise typer.BadParameter(message, param_hint="LOGIN")
    known, regions = CARDS[service].scopes, Regions.load()
    if wrong := [one for one in scopes if one not in known]:
        raise typer.BadParameter(f"{wrong[0]} is none of {', '.join(known)}", param_hint="--scope")
    if unknown := [one for one in areas if one != ANYWHERE and not regions.exists(one)]:
        message = f"{unknown[0]} is no Kemendagri code such as 35.09, and not *"
        raise typer.BadParameter(message, param_hint="--area")
