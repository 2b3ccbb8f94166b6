"""The commands of the housing service: `python -m services.housing --help`."""

from services import housing
from services.housing.app import build
from shared.service.cli import service_commands

commands = service_commands(build, housing)

if __name__ == "__main__":
    commands()
