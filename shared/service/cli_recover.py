"""`recover`: the command to run after restoring an older database of a publishing service."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Annotated

import typer
from aiokafka.errors import KafkaError
from sqlalchemy import Connection, Engine

from shared import clock
from shared.database.engine import database_now, transaction
from shared.database.lease import Lease, acquire
from shared.events.topics import Topic
from shared.kafka.settings import kafka_of
from shared.outbox.relay import LEASE, LEASE_TIME
from shared.recovery.own_topic import OwnTopic
from shared.recovery.recovery import Recovered, Recovery
from shared.security.keys import load_trust
from shared.service.cli_errors import one_line_errors
from shared.service.run import Parts

OWNER = "recover"
NO_TIME = timedelta(0)
"""Our transaction locks the lease's row; when it ends, the lease is free."""


def add_recover(app: typer.Typer, name: str, parts: Callable[[], Parts]) -> None:
    """Add the command to a service's."""

    @app.command(epilog=f"Example: python -m services.{name} recover --dry-run")
    def recover(
        dry_run: Annotated[bool, typer.Option(help="Only tell what would be done")] = False,
    ) -> None:
        """After an older dump was restored: take back from the bus what the database has forgotten.

        Events that are missing go back into the archive with their numbers, numbers go on after the last one
        on the bus, and each fact that the tables do not know is taken back by a correction, so that
        it can be reported again and counts once. Safe to repeat: then there is nothing to do.
        """
        built = parts()
        with one_line_errors(name):
            if not built.topics:
                raise ValueError(f"{name} publishes nothing, so it has nothing to take back")
            for topic in built.topics:
                log = OwnTopic(kafka_of(built.settings), topic, load_trust(built.settings.keys))
                found = recovered(built.engine, log, topic, dry_run=dry_run)
                typer.echo(_report(name, found, dry_run=dry_run))


def recovered(engine: Engine, log: OwnTopic, topic: Topic, *, dry_run: bool = False) -> Recovered:
    """Recover all events of one topic, or none.

    Raises:
        ValueError: a relay is at work, or the database was used before it was recovered (`Forked`),
            or it needs a newer version of the service (`Unreadable`).
        ConnectionError: the broker did not return all its events.
    """
    with transaction(engine) as connection:
        if _take(connection) is None:
            raise ValueError("the service's relay is at work: its database is not behind")
        attempt = connection.begin_nested()
        try:
            found = asyncio.run(_read(connection, log, topic))
        except KafkaError as error:
            raise ConnectionError(f"the broker refuses: {type(error).__name__}") from error
        if dry_run:
            attempt.rollback()
        return found


def _take(connection: Connection) -> Lease | None:
    now = database_now(connection)
    return acquire(connection, LEASE, OWNER, now, NO_TIME, longest=LEASE_TIME)


async def _read(connection: Connection, log: OwnTopic, topic: Topic) -> Recovered:
    recovery, now = Recovery(connection, topic), clock.now()
    with closing(_Bar()) as bar:
        async for batch in log.batches(bar.left):
            recovery.take(batch)
    return recovery.finish(now)


class _Bar:
    """Shows the progress of reading on a terminal."""

    def __init__(self) -> None:
        self._bar = typer.progressbar(length=0, label="reading the bus")

    def left(self, number: int) -> None:
        """Show that this many records remain."""
        self._bar.length = max(self._bar.length or 0, number)
        self._bar.update(self._bar.length - number - self._bar.pos)

    def close(self) -> None:
        """End the line."""
        self._bar.render_finish()


def _report(name: str, found: Recovered, *, dry_run: bool) -> str:
    adopted = found.adopted.total()
    lines = [f"{name}: {adopted} events of the bus were not in the archive and are in it now"]
    lines += [f"  {number:>9,}  {kind}" for kind, number in sorted(found.adopted.items())]
    lines.append(f"{name}: {found.numbered} events that waited were on the bus already")
    lines.append(f"{name}: {found.corrections} corrections take back what the tables do not know")
    lines.append(f"{name}: the next event gets number {found.highest + 1}")
    if dry_run:
        lines.append("nothing was changed: without --dry-run it is done")
    return "\n".join(lines)
