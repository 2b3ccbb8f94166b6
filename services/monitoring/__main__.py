"""The commands of the monitoring service: `python -m services.monitoring --help`."""

import typer

from services import monitoring
from services.monitoring import service
from services.monitoring.app import build
from services.monitoring.settings import MonitoringSettings
from shared.database.engine import open_engine, transaction
from shared.service.cli import service_commands
from shared.service.cli_errors import one_line_errors

commands = service_commands(build, monitoring)


@commands.command(epilog="Example: python -m services.monitoring rebuild")
def rebuild() -> None:
    """Compute links and cells again from the stored facts, as after a change of a definition."""
    with one_line_errors("monitoring"):
        engine = open_engine(MonitoringSettings.load().database)
        with transaction(engine) as connection:
            counted = service.rebuild(connection)
    typer.echo(f"monitoring: {counted} facts counted again")


if __name__ == "__main__":
    commands()
