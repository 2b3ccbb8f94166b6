"""End a failed command with one clear line and an exit code, without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from sqlalchemy.exc import SQLAlchemyError

from shared.database.faults import fault_of
from shared.security.keys import WeakKey
from shared.settings import SettingsError, setting_name

EXIT_USAGE = 2
"""The operator must correct something first: settings, keys, schema."""
EXIT_AWAY = 3
"""Something that the command needs cannot be reached now."""


@contextmanager
def one_line_errors(service: str = "<service>") -> Iterator[None]:
    """Turn errors that an operator can correct into one clear line and an exit code."""
    try:
        yield
    except SettingsError as error:
        _end(f"Settings are not right:\n{error}", EXIT_USAGE)
    except SQLAlchemyError as error:
        _end(*_database(setting_name(service, "database"), error))
    except (OSError, ValueError, WeakKey, LookupError) as error:
        _end(f"{type(error).__name__}: {error}", EXIT_USAGE)


def _database(setting: str, error: SQLAlchemyError) -> tuple[str, int]:
    fault, cause = fault_of(error), type(getattr(error, "orig", None) or error).__name__
    if fault is None:
        remedy = "run migrate, or look whether the database belongs to another service"
        return f"{setting}: the database does not fit this service ({cause}); {remedy}", EXIT_AWAY
    code = EXIT_USAGE if fault.ends(starting=True) else EXIT_AWAY
    return f"{setting}: {fault.message} ({cause}); {fault.remedy}", code


def _end(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
