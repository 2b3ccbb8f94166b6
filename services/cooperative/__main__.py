"""The commands of the cooperative service: `python -m services.cooperative --help`."""

from services import cooperative
from services.cooperative.app import build
from shared.service.cli import service_commands

commands = service_commands(build, cooperative)

if __name__ == "__main__":
    commands()
