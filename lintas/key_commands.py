"""`lintas keys` and `lintas tokens`: what a deployment needs before it starts."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from lintas.registry import AGENCIES, CARDS, SERVICES
from shared import clock, keys, tokens
from shared.command_errors import one_line_errors
from shared.regions import Regions

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
    key_directory: Annotated[
        Path, typer.Option("--keys", help="The directory of `lintas keys init`.")
    ],
) -> None:
    """Make the keys of one more service of a running installation; the others trust it at once."""
    if service not in SERVICES:
        raise typer.BadParameter(
            f"{service} is none of {', '.join(SERVICES)}", param_hint="SERVICE"
        )
    with one_line_errors():
        keys.add_service_keys(key_directory, service)
    typer.echo(
        f"keys of {service} made in {key_directory / service}; copy {key_directory / 'trust.json'} "
        "to every other service: each reads it again within a second"
    )


@tokens_app.command("issue", epilog="Example: lintas tokens issue --keys secrets/keys --service beneficiary "
                    "--name dinsos-jember --agency SOCIAL_AFFAIRS --scope beneficiary:write --area 35.09")  # fmt: skip
def tokens_issue(
    key_directory: Annotated[
        Path, typer.Option("--keys", help="The directory of `lintas keys init`.")
    ],
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
) -> None:
    """Make a token and print it once; only its hash is kept."""
    if service not in SERVICES:
        raise typer.BadParameter(
            f"{service} is none of {', '.join(SERVICES)}", param_hint="--service"
        )
    _check(agency, service, scope, area)
    path = key_directory / service / "tokens.json"
    if not path.parent.is_dir():
        raise typer.BadParameter(
            f"{path.parent} is not there; make it with: lintas keys init {key_directory}",
            param_hint="--keys",
        )
    expires = clock.now() + timedelta(days=days)
    typer.echo(
        tokens.issue(path, name=name, agency=agency, scopes=scope, areas=area, expires=expires)
    )


def _check(agency: str, service: str, scopes: list[str], areas: list[str]) -> None:
    """Refuse what no door would ever accept: it would only be found out at the first call."""
    if agency not in AGENCIES:
        told = ", ".join(AGENCIES)
        raise typer.BadParameter(f"{agency} is none of {told}", param_hint="--agency")
    known = CARDS[service].scopes
    if wrong := [scope for scope in scopes if scope not in known]:
        told = ", ".join(known)
        raise typer.BadParameter(f"{wrong[0]} is none of {told}", param_hint="--scope")
    regions = Regions.load()
    if unknown := [area for area in areas if area != tokens.ANYWHERE and not regions.exists(area)]:
        told = f"{unknown[0]} is no Kemendagri code such as 35.09, and not *"
        raise typer.BadParameter(told, param_hint="--area")
