"""The commands of the monitoring service: `python -m services.monitoring --help`."""

from services import monitoring
from services.monitoring.app import build
from shared.service.cli import service_commands

commands = service_commands(build, monitoring)


if __name__ == "__main__":
    commands()
