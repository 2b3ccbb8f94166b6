"""The `lintas` command: the front door for people."""

from typing import Annotated

import typer

from lintas.audit_command import release_app
from lintas.demo_command import demo_command
from lintas.import_command import import_command
from lintas.key_commands import keys_app, tokens_app
from lintas.registry import SERVICES, commands_of, require_service
from lintas.reports_command import reports_app
from lintas.schemas import schemas
from lintas.secrets_command import secrets_app
from lintas.topics_command import topics_app
from lintas.users_command import users_app
from lintas.verify_command import verify_command

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # a local may be a token or a key
    help="Ministries exchange, as events, what happens to a family on its way out of poverty.",
    epilog="Example: lintas demo --once",
)
app.command("demo", epilog="Example: lintas demo --once --keep demo-run")(demo_command)
app.command(
    "import",
    epilog="Example: LINTAS_TOKEN=... lintas import --url http://127.0.0.1:8001 families keluarga.csv",
)(import_command)
app.command(
    "verify",
    epilog="Example: lintas verify demo-run/releases/1 --trust trust.json --topics demo-run/topics",
)(verify_command)
app.command("schemas", epilog="Example: lintas schemas --check")(schemas)
app.add_typer(keys_app, name="keys")
app.add_typer(tokens_app, name="tokens")
app.add_typer(users_app, name="users")
app.add_typer(secrets_app, name="secrets")
app.add_typer(topics_app, name="topics")
app.add_typer(release_app, name="release")
app.add_typer(reports_app, name="reports")
for name in SERVICES:
    app.add_typer(commands_of(name), name=name)
for group in commands_of("monitoring").registered_groups:
    if group.name == "quarantine" and group.typer_instance is not None:
        app.add_typer(
            group.typer_instance,
            name="quarantine",
            help="What monitoring could not apply (another service: lintas SERVICE quarantine).",
            epilog="Example: lintas quarantine list --code SCHEMA",
        )


@app.command("republish", epilog="Example: lintas republish beneficiary --from 1001")
def republish(
    service: Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")],
    first: Annotated[int, typer.Option("--from", min=1, help="First sequence to send again")] = 1,
) -> None:
    """Send a service's archive again, the same bytes, to fill a new or truncated topic."""
    require_service(service)
    commands_of(service)(["republish", "--from", str(first)])


def main() -> None:
    """Run the command."""
    app()
