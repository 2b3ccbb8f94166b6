"""The commands that every service has: `python -m services.<name> --help`.

A service's `__main__` is:

    from services import cooperative
    from services.cooperative.app import build
    from shared.service.cli import service_commands

    commands = service_commands(build, cooperative)
    if __name__ == "__main__":
        commands()
"""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer
from kafka.errors import KafkaError

from shared.database import migrations
from shared.database.engine import open_engine, transaction
from shared.kafka.admin import BrokerAway
from shared.kafka.settings import kafka_of
from shared.kafka.topics import ensure_topics
from shared.observability import logs
from shared.outbox import progress as outbox
from shared.service.cli_errors import one_line_errors
from shared.service.cli_quarantine import quarantine_commands
from shared.service.cli_recover import add_recover
from shared.service.run import ROLES, Parts, Role, run
from shared.settings import ServiceSettings


def service_commands(build: Callable[[Any], Parts], card: Any) -> typer.Typer:
    """The commands of one service; nothing is read or opened before a command runs."""
    name = str(card.CARD.name)
    settings_class = _settings_of(build)
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        help=_first_line(card),
        epilog=f"Example: python -m services.{name} run",
    )

    def parts() -> Parts:
        logs.configure(name)
        with one_line_errors(name):
            return build(settings_class.load())

    _add_run(app, name, parts)
    _add_migrate(app, name, settings_class)
    _add_republish(app, name, parts)
    add_recover(app, name, parts)
    app.add_typer(quarantine_commands(name, parts), name="quarantine")
    return app


def _add_run(app: typer.Typer, name: str, parts: Callable[[], Parts]) -> None:
    @app.command("run", epilog=f"Example: python -m services.{name} run --only api --only relay")
    def run_command(
        only: Annotated[
            list[str] | None,
            typer.Option(help=f"{', '.join(ROLES)}; several times for several"),
        ] = None,
    ) -> None:
        """Run the service until SIGTERM; without --only all its parts."""
        unknown = sorted(set(only or ()) - set(ROLES))
        if unknown:
            raise typer.BadParameter(f"{', '.join(unknown)}: choose from {', '.join(ROLES)}")
        roles: list[Role] = [role for role in ROLES if not only or role in only]
        built = parts()
        with one_line_errors(name):
            built.load(roles)
        raise typer.Exit(run(built, roles))


def _add_migrate(app: typer.Typer, name: str, settings: type[ServiceSettings]) -> None:
    @app.command(epilog=f"Example: python -m services.{name} migrate")
    def migrate() -> None:
        """Bring the service's database to the schema of this version. Safe to repeat."""
        with one_line_errors(name):
            engine = open_engine(settings.load().database)
            reached = migrations.migrate(engine, name)
            engine.dispose()
        typer.echo(f"{name}: schema {reached}")


def _add_republish(app: typer.Typer, name: str, parts: Callable[[], Parts]) -> None:
    @app.command(epilog=f"Example: python -m services.{name} republish --from 1001")
    def republish(
        first: Annotated[
            int, typer.Option("--from", min=1, help="First sequence to send again")
        ] = 1,
    ) -> None:
        """Send the archive again, the same bytes, to fill a new or truncated topic."""
        built = parts()
        _make_missing(built, name)
        with one_line_errors(name), transaction(built.engine) as connection:
            waiting = outbox.republish(connection, first)
        typer.echo(f"{name}: {waiting} events will be sent again by the relay")


def _make_missing(built: Parts, name: str) -> None:
    """Create missing topics. The relay never does so, because that would hide a loss."""
    try:
        made = ensure_topics(kafka_of(built.settings), built.topics) if built.topics else []
    except (BrokerAway, KafkaError) as error:
        typer.echo(f"{name}: topics were not looked at ({type(error).__name__})", err=True)
    else:
        typer.echo(f"{name}: topics made: {', '.join(made) or 'none was missing'}")


def _settings_of(build: Callable[[Any], Parts]) -> type[ServiceSettings]:
    """The settings class: the type of the first argument of `build`."""
    first = next(iter(inspect.signature(build, eval_str=True).parameters.values()))
    if not (isinstance(first.annotation, type) and issubclass(first.annotation, ServiceSettings)):
        raise TypeError("build must take the service's settings: build(settings: ...Settings)")
    return first.annotation


def _first_line(card: Any) -> str:
    line = (card.__doc__ or str(card.CARD.name)).strip().partition("\n")[0]
    return line.replace("Card of", "Commands of", 1)
