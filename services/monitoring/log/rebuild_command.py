"""`python -m services.monitoring rebuild`: the log read again from the topics."""

import asyncio
import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

import typer
from sqlalchemy import func, select

from services.monitoring import CARD
from services.monitoring.log.files import SUFFIX
from services.monitoring.log.opened import open_existing
from services.monitoring.log.rebuild import NotCaughtUp, StoredLog, read_log_into, take_over
from services.monitoring.settings import MonitoringSettings
from shared import clock
from shared.database.engine import open_engine, snapshot
from shared.inbox.quarantine import quarantine
from shared.inbox.seen import watermarks
from shared.kafka.settings import kafka_of
from shared.observability import logs
from shared.security.keys import load_cipher, load_trust
from shared.service.cli_errors import one_line_errors

FOLDER = "rebuild"
"""Inside the log's directory: the same disk, so files can be linked."""


class Reading(Protocol):
    """Reads the topics into the new log, from where it stopped."""

    async def __call__(self, *, until: Mapping[str, int]) -> None:
        """Return when each source is complete up to `until`."""


def rebuild() -> None:
    """Read the topics from their start into a new log, and put it in the place of the living one.

    Figures stay available meanwhile, releases are kept; interrupted, it goes on when it is run again.
    """
    logs.configure(CARD.name)  # a right that is missing at the broker is logged by the consumer
    with one_line_errors("monitoring"):
        settings = MonitoringSettings.load()
        living = StoredLog(open_existing(settings), settings.log_directory)
        new = place_in(settings.log_directory / FOLDER)
        asyncio.run(catch_up(new, living, _reading(settings, new)))
        typer.echo("monitoring: the log was read again and has taken the place of the old one")
        clear(new)


def place_in(directory: Path) -> StoredLog:
    """Where the new log is made, or was begun."""
    directory.mkdir(parents=True, exist_ok=True)
    return StoredLog(open_engine(f"sqlite:///{directory / 'log.sqlite'}"), directory)


def clear(new: StoredLog) -> None:
    """Delete what is not needed any more; what was refused stays for an operator to look at."""
    with snapshot(new.engine) as connection:
        refused = connection.execute(select(func.count()).select_from(quarantine)).scalar_one()
    new.engine.dispose()
    if not refused:
        shutil.rmtree(new.directory)
        return
    kept = new.directory.with_name(f"{FOLDER}-{clock.now():%Y%m%dT%H%M%S}")
    new.directory.rename(kept)
    for path in kept.glob(f"*{SUFFIX}"):
        path.unlink()
    typer.echo(f"monitoring: {refused} records were refused again; see the quarantine in {kept}")


def _reading(settings: MonitoringSettings, new: StoredLog) -> Reading:
    return partial(
        read_log_into,
        new,
        kafka=kafka_of(settings),
        trust=load_trust(settings.keys),
        cipher=load_cipher(settings.keys, CARD.name),
    )


async def catch_up(new: StoredLog, living: StoredLog, read: Reading) -> None:
    """Read and take over; while the living log goes on, read what it has got meanwhile."""
    while True:
        with snapshot(living.engine) as connection:
            until = watermarks(connection)
        await read(until=until)
        try:
            take_over(new, living, clock.now())
        except NotCaughtUp:
            continue
        return
