"""`lintas keys` and `lintas tokens`: what a deployment needs before it starts."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from lintas.registry import AGENCIES, CARDS, SERVICES, require_service
from shared import clock
from shared.messages import phrase
from shared.regions import Regions
from shared.security import keys, tokens
from shared.service.cli_errors import one_line_errors

KeyDirectory = Annotated[Path, typer.Option("--keys", help="The directory of `lintas keys init`.")]

keys_app = typer.Typer(
    no_args_is_help=True,
    help="Keys of a deployment.",
    epilog="Example: lintas keys init secrets/keys",
)
tokens_app = typer.Typer(
    no_args_is_help=True,
    help="Tokens with which people and systems call a service.",
    epilog="Example: lintas tokens issue --help",
)


@keys_app.command("init", epilog="Example: lintas keys init secrets/keys")
def keys_init(
    directory: Annotated[
        Path, typer.Argument(help="New directory; existing keys are never overwritten.")
    ],
) -> None:
    """Make a set: pseudonym key, a signing and a column key for each service, the list of public keys."""
    with one_line_errors():
        keys.init_keys(directory, SERVICES)
    typer.echo(f"keys made in {directory}; back them up, and give each service only its own folder")


@keys_app.command("add", epilog="Example: lintas keys add --keys secrets/keys housing")
def keys_add(
    service: Annotated[str, typer.Argument(help="The service that joins.")],
    key_directory: KeyDirectory,
) -> None:
    """Make the keys of one more service of a running installation; the others trust it at once."""
    require_service(service)
    with one_line_errors():
        keys.add_service_keys(key_directory, service)
    typer.echo(
        f"keys of {service} made in {key_directory / service}; copy {key_directory / 'trust.json'} "
        "to every other service: each reads it again within a second"
    )


@tokens_app.command("issue", epilog="Example: lintas tokens issue --keys secrets/keys --service beneficiary "
                    "--name dinsos-jember --agency SOCIAL_AFFAIRS --scope beneficiary:write --area 35.09")  # fmt: skip
def tokens_issue(
    key_directory: KeyDirectory,
    service: Annotated[str, typer.Option(help=f"One of {', '.join(SERVICES)}.")],
    name: Annotated[str, typer.Option(help="Who holds the token.")],
    agency: Annotated[str, typer.Option(help=f"One of {', '.join(AGENCIES)}.")],
    scope: Annotated[
        list[str], typer.Option(help="For example beneficiary:write; may be repeated.")
    ],
    area: Annotated[
        list[str], typer.Option(help="Region code such as 35.09, or *; may be repeated.")
    ],
    days: Annotated[int, typer.Option(min=1, max=366, help="Days until it expires.")] = 90,
    subject: Annotated[
        str, typer.Option(help="Id of the facilitator whose own figures alone it may read.")
    ] = "",
) -> None:
    """Make a token and print it once; only its hash is kept."""
    path = _book(key_directory, service)
    _check(agency, service, scope, area)
    expires = clock.now() + timedelta(days=days)
    typer.echo(
        tokens.issue(
            path, name=name, agency=agency, scopes=scope, areas=area, expires=expires,
            subject=subject,
        )
    )  # fmt: skip


@tokens_app.command(
    "list", epilog="Example: lintas tokens list --keys secrets/keys --service beneficiary"
)
def tokens_list(
    key_directory: KeyDirectory,
    service: Annotated[
        str, typer.Option(help=f"One of {', '.join(SERVICES)}; of every service without it.")
    ] = "",
) -> None:
    """Show who holds a token of which service, for what, where and until when; never a token."""
    now, lines = clock.now(), [("service", "id", "name", "agency", "scopes", "areas", "expires")]
    with one_line_errors():
        for one in [service] if service else SERVICES:
            path = _book(key_directory, one)
            grants = tokens.issued(path) if path.exists() else {}
            lines += [(one, short, *_columns(grant, now)) for short, grant in grants.items()]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        typer.echo("  ".join(map(str.ljust, line, widths)).rstrip())


def _columns(grant: tokens.Grant, now: datetime) -> tuple[str, str, str, str, str]:
    ended = f"  {phrase('tokens.expired').both()}" if grant.expires <= now else ""
    expires = f"{grant.expires.isoformat(timespec='minutes')}{ended}"
    return grant.name, grant.agency, ",".join(sorted(grant.scopes)), ",".join(grant.areas), expires


@tokens_app.command("revoke", epilog="Example: lintas tokens revoke --keys secrets/keys --service beneficiary "
                    "--id 3f2a9c51e07b4d18")  # fmt: skip
def tokens_revoke(
    key_directory: KeyDirectory,
    service: Annotated[str, typer.Option(help=f"One of {', '.join(SERVICES)}.")],
    id: Annotated[str, typer.Option(help="The token's id, as `lintas tokens list` shows it.")] = "",
    name: Annotated[str, typer.Option(help="Instead of --id: every token of this holder.")] = "",
) -> None:
    """Take tokens out of the list: a running service refuses them from its next request on."""
    path = _book(key_directory, service)
    if bool(id) == bool(name):
        raise typer.BadParameter("give either --id or --name", param_hint="--id")
    with one_line_errors():
        gone = tokens.revoke(path, name, id=id) if path.exists() else 0
    if not gone:
        asked = f"--id {id}" if id else f"--name {name}"
        message = (
            f"{phrase('tokens.unknown').both(service=service)}: {asked}; see: lintas tokens list"
        )
        typer.echo(message, err=True)
        raise typer.Exit(1)
    typer.echo(f"{phrase('tokens.revoked').both()}: {gone}")


def _book(key_directory: Path, service: str) -> Path:
    """The list of tokens of a service in a key directory that exists."""
    require_service(service, "--service")
    path = key_directory / service / "tokens.json"
    if not path.parent.is_dir():
        raise typer.BadParameter(
            f"{path.parent} is not there; make it with: lintas keys init {key_directory}",
            param_hint="--keys",
        )
    return path


def _check(agency: str, service: str, scopes: list[str], areas: list[str]) -> None:
    """Refuse what no endpoint would ever accept: it would only be found out at the first call."""
    if agency not in AGENCIES:
        message = ", ".join(AGENCIES)
        raise typer.BadParameter(f"{agency} is none of {message}", param_hint="--agency")
    known = CARDS[service].scopes
    if wrong := [scope for scope in scopes if scope not in known]:
        message = ", ".join(known)
        raise typer.BadParameter(f"{wrong[0]} is none of {message}", param_hint="--scope")
    regions = Regions.load()
    if unknown := [area for area in areas if area != tokens.ANYWHERE and not regions.exists(area)]:
        message = f"{unknown[0]} is no Kemendagri code such as 35.09, and not *"
        raise typer.BadParameter(message, param_hint="--area")
