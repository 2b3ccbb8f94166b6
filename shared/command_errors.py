"""How a command ends when something is not right: one clear line, an exit code, no traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from sqlalchemy.exc import SQLAlchemyError

from shared.keys import WeakKey
from shared.settings import SettingsError

EXIT_USAGE = 2
"""Something must be put right before it can work: settings, keys, schema."""
EXIT_AWAY = 3
"""Something that is needed cannot be reached now."""


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn what an operator can put right into one clear line and an exit code."""
    try:
        yield
    except SettingsError as error:
        _end(f"Settings are not right:\n{error}", EXIT_USAGE)
    except SQLAlchemyError as error:
        cause = type(getattr(error, "orig", None) or error).__name__
        _end(
            f"The database does not work ({cause}); check LINTAS_..._DATABASE and run migrate",
            EXIT_AWAY,
        )
    except (OSError, ValueError, WeakKey, LookupError) as error:
        _end(f"{type(error).__name__}: {error}", EXIT_USAGE)


def _end(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
