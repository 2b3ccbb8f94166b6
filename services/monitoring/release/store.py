"""All SQL over releases. Nothing here commits, and nothing decides."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select

from services.monitoring.tables import release


@dataclass(frozen=True)
class Release:
    """A release as it was published, byte for byte."""

    id: UUID
    number: int
    until: str
    figures: bytes
    csv: bytes
    manifest: bytes
    published_at: datetime
    changes: bytes = b""
    """What it changes of releases before."""


@dataclass(frozen=True)
class Mark:
    """Which release, without its bytes."""

    id: UUID
    number: int


def save(connection: Connection, made: Release) -> None:
    """Keep a release."""
    connection.execute(insert(release).values(**vars(made)))


def latest(connection: Connection) -> Release | None:
    """The release with the highest number."""
    row = connection.execute(select(release).order_by(release.c.number.desc()).limit(1)).first()
    return None if row is None else Release(*row)


def latest_mark(connection: Connection) -> Mark | None:
    """Which release has the highest number."""
    query = select(release.c.id, release.c.number).order_by(release.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else Mark(*row)


def numbered(connection: Connection, number: int) -> Release | None:
    """The release with this number."""
    row = connection.execute(select(release).where(release.c.number == number)).first()
    return None if row is None else Release(*row)


def before(connection: Connection, number: int) -> Release | None:
    """The release before a number."""
    query = select(release).where(release.c.number < number)
    row = connection.execute(query.order_by(release.c.number.desc()).limit(1)).first()
    return None if row is None else Release(*row)


def manifests(connection: Connection, limit: int = 1_000) -> list[tuple[int, str, bytes]]:
    """Number, last month and manifest of the newest releases, newest first."""
    columns = (release.c.number, release.c.until, release.c.manifest)
    query = select(*columns).order_by(release.c.number.desc()).limit(limit)
    return [(row.number, row.until, row.manifest) for row in connection.execute(query)]
