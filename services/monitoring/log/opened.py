"""The database of a command that only reads: it must be there, for opening would make an empty one."""

from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from services.monitoring import CARD
from services.monitoring.settings import MonitoringSettings
from shared.database.engine import open_engine
from shared.database.migrations import explain_newer, state


class NoLog(LookupError):
    """The database is there and has no log that this version can read; the message says what to do."""


def open_existing(settings: MonitoringSettings) -> Engine:
    """Monitoring's database, with the tables of this version.

    Raises:
        FileNotFoundError: there is no such file.
        NoLog: its tables are missing, older or newer.
    """
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise FileNotFoundError(
            f"LINTAS_MONITORING_DATABASE: {url.database}: no such file; name the database of a "
            "monitoring that has run"
        )
    engine = open_engine(settings.database)
    found = state(engine, CARD.name)
    if found == "newer":
        raise NoLog(explain_newer(engine, CARD.name))
    if found != "fits":
        raise NoLog(
            f"LINTAS_MONITORING_DATABASE: its tables are {'missing' if found == 'empty' else found}; "
            "run `python -m services.monitoring migrate`"
        )
    return engine
