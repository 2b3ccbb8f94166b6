"""The commands of the training service: `python -m services.training --help`."""

from services import training
from services.training.app import build
from shared.service.cli import service_commands

commands = service_commands(build, training)

if __name__ == "__main__":
    commands()
