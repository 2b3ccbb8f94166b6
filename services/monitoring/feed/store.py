"""All SQL over the files of releases. Nothing here commits, and nothing decides."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from services.monitoring.feed.files import FeedFile
from services.monitoring.feed.metadata import FileEntry, Index
from services.monitoring.release.manifest import sha256
from services.monitoring.tables import release, release_file
from shared.events.days import jakarta_day


def save_files(connection: Connection, number: int, files: Iterable[FeedFile]) -> None:
    """Keep the files of a release, byte for byte."""
    for place, one in enumerate(files):
        row = {
            "number": number,
            "name": one.name,
            "place": place,
            "sha256": sha256(one.body),
            "size": len(one.body),
            "rows": one.rows,
            "body": one.body,
        }
        connection.execute(insert(release_file).values(row))


def file_bytes(connection: Connection, number: int, name: str) -> bytes | None:
    """One file of a release."""
    query = select(release_file.c.body).where(
        release_file.c.number == number, release_file.c.name == name
    )
    return connection.scalar(query)


def index_of(connection: Connection, number: int) -> Index | None:
    """A release and its files, without reading any bytes of them."""
    columns = (release.c.number, release.c.until, release.c.published_at)
    found = connection.execute(select(*columns).where(release.c.number == number)).first()
    if found is None:
        return None
    table = release_file.c
    query = select(table.name, table.sha256, table.size, table.rows)
    listed = connection.execute(query.where(table.number == number).order_by(table.place))
    return Index(
        found.number,
        found.until,
        jakarta_day(found.published_at),
        [FileEntry(*row) for row in listed],
    )
