"""The commands of the monitoring service: `python -m services.monitoring --help`."""

from services import monitoring
from services.monitoring.app import build
from services.monitoring.figures.commands import add_figure_commands
from services.monitoring.log.rebuild_command import rebuild
from shared.service.cli import service_commands

commands = service_commands(build, monitoring)
add_figure_commands(commands)
commands.command(epilog="Example: python -m services.monitoring rebuild")(rebuild)


if __name__ == "__main__":
    commands()
