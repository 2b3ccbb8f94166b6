"""All SQL over the parts of releases. Nothing here commits."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, insert, select

from services.monitoring.release.changes import Change, as_data
from services.monitoring.release.figure import Row
from services.monitoring.release.part_bytes import (
    packed,
    past_unpacked,
    private_packed,
    remainders_packed,
    remainders_unpacked,
    rows_packed,
    rows_unpacked,
    unpacked,
)
from services.monitoring.release.parts import ReleasedPart
from services.monitoring.release.remainders import Remainder
from services.monitoring.release.tables import part, release_part


class PartName(NamedTuple):
    """Which table family: an indicator in a province, or in the nation."""

    indicator: str
    area: str


class Named(NamedTuple):
    """A part of a release, and the release in which it was made."""

    name: PartName
    made_in: int


def finished(connection: Connection, number: int) -> dict[PartName, int]:
    """The parts that a release has so far, with the release in which each was made."""
    query = select(release_part).where(release_part.c.number == number)
    return {PartName(one.indicator, one.area): one.made_in for one in connection.execute(query)}


def last_made(connection: Connection, name: PartName, number: int) -> tuple[int, str] | None:
    """Where the newest part of a family before a release was made, and the hash of its inputs."""
    query = select(part.c.made_in, part.c.inputs).where(_is(name), part.c.made_in < number)
    row = connection.execute(query.order_by(part.c.made_in.desc()).limit(1)).first()
    return None if row is None else (row.made_in, row.inputs)


def history(connection: Connection, name: PartName, number: int) -> list[ReleasedPart]:
    """Every part of a family before a release, the first one first."""
    query = select(part).where(_is(name), part.c.made_in < number).order_by(part.c.made_in)
    return [_read(row) for row in connection.execute(query)]


def load(connection: Connection, name: PartName, made_in: int) -> ReleasedPart:
    """One part."""
    return _read(connection.execute(select(part).where(_is(name), part.c.made_in == made_in)).one())


def rows(connection: Connection, one: Named) -> tuple[Row, ...]:
    """The public rows of a part."""
    query = select(part.c.rows).where(_is(one.name), part.c.made_in == one.made_in)
    return rows_unpacked(connection.scalars(query).one())


def remainders(connection: Connection, one: Named) -> tuple[Remainder, ...]:
    """The hidden kecamatan of a part, together."""
    query = select(part.c.remainders).where(_is(one.name), part.c.made_in == one.made_in)
    return remainders_unpacked(connection.scalars(query).one())


def listed_changes(connection: Connection, number: int) -> list[dict[str, Any]]:
    """What the parts that were made in a release change, in order."""
    query = select(part.c.changes).where(part.c.made_in == number)
    ordered = query.order_by(part.c.indicator, part.c.area)
    return [one for body in connection.scalars(ordered) for one in unpacked(body)]


def keep_made(
    connection: Connection,
    number: int,
    name: PartName,
    made: ReleasedPart,
    found: Sequence[Change],
) -> None:
    """Store a part that was made in this release."""
    connection.execute(
        insert(part).values(
            **name._asdict(),
            made_in=number,
            inputs=made.inputs,
            definition=made.definition,
            rows=rows_packed(made),
            private=private_packed(made),
            changes=packed(as_data(found)),
            remainders=remainders_packed(made),
        )
    )
    take_over(connection, number, name, number)


def take_over(connection: Connection, number: int, name: PartName, made_in: int) -> None:
    """Let a release have a part."""
    connection.execute(
        insert(release_part).values(number=number, **name._asdict(), made_in=made_in)
    )


def private(connection: Connection, one: Named) -> bytes:
    """The exact counts of a part, as stored."""
    query = select(part.c.private).where(_is(one.name), part.c.made_in == one.made_in)
    return bytes(connection.scalars(query).one())


def _is(name: PartName) -> Any:
    return and_(part.c.indicator == name.indicator, part.c.area == name.area)


def _read(row: Any) -> ReleasedPart:
    return ReleasedPart(
        row.inputs,
        row.definition,
        rows_unpacked(row.rows),
        past_unpacked(row.private),
        remainders_unpacked(row.remainders),
    )
