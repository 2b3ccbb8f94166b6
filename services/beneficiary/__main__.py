"""The commands of the beneficiary service: `python -m services.beneficiary --help`."""

from services import beneficiary
from services.beneficiary.app import build
from shared.service.cli import service_commands

commands = service_commands(build, beneficiary)

if __name__ == "__main__":
    commands()
