"""All SQL over cuts and their cells. Nothing here commits, and nothing decides."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text

from services.monitoring.domain import Cut
from services.monitoring.figures.compute import Cell
from services.monitoring.joined_half import JoinedHalf
from services.monitoring.log.tables import recent_event, segment
from services.monitoring.tables import cell, cut, cut_source
from services.monitoring.tables import joined_half as table_of_half
from shared.database.bulk import upsert

CUTS_WITH_CELLS = 2
"""The cells of older cuts are deleted: the log gives them again."""
CELLS_AT_A_TIME = 10_000


def newest_cut(connection: Connection) -> Cut | None:
    """The cut with the highest number."""
    row = connection.execute(select(cut).order_by(cut.c.number.desc()).limit(1)).first()
    if row is None:
        return None
    found = connection.execute(select(cut_source).where(cut_source.c.cut == row.number)).all()
    marks = {one.source: one.sequence for one in found}
    latest = {one.source: one.latest for one in found if one.latest is not None}
    return Cut(row.number, row.log_rows, marks, latest)


def save_cut(
    connection: Connection,
    marks: Mapping[str, int],
    latest: Mapping[str, datetime],
    log_rows: int,
    cells: Iterable[Cell],
    now: datetime,
) -> Cut:
    """Store a cut with its cells under the next number, and delete the cells of old cuts."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE cut IN SHARE ROW EXCLUSIVE MODE"))
    number = (connection.scalar(select(func.max(cut.c.number))) or 0) + 1
    connection.execute(insert(cut).values(number=number, log_rows=log_rows, taken_at=now))
    rows = [
        {"cut": number, "source": source, "sequence": marks[source], "latest": latest.get(source)}
        for source in sorted(marks)
    ]
    _insert(connection, cut_source, rows)
    for lot in _lots([{"cut": number, **one._asdict()} for one in cells]):
        _insert(connection, cell, lot)
    connection.execute(delete(cell).where(cell.c.cut <= number - CUTS_WITH_CELLS))
    return Cut(number, log_rows, marks, latest)


def cells(connection: Connection, number: int) -> list[Cell]:
    """Every cell of a cut, in the order of their keys."""
    found = connection.execute(select(*_CELL).where(cell.c.cut == number))
    # sorted here: two databases may order text differently
    return sorted(Cell(*row) for row in found)


def part_cells(connection: Connection, number: int, part: str, region: str) -> list[Cell]:
    """The cells of a part in one region, as of a cut."""
    query = select(*_CELL).where(cell.c.cut == number, cell.c.part == part, cell.c.region == region)
    return sorted(Cell(*row) for row in connection.execute(query))


def cells_of_part(connection: Connection, number: int, part: str) -> list[Cell]:
    """The cells of a part everywhere, as of a cut."""
    query = select(*_CELL).where(cell.c.cut == number, cell.c.part == part)
    return sorted(Cell(*row) for row in connection.execute(query))


def joined_half(connection: Connection, region: str) -> JoinedHalf | None:
    """What the offices see of the joined families of a region; the row is locked until the end."""
    query = select(table_of_half).where(table_of_half.c.region == region).with_for_update()
    row = connection.execute(query).first()
    return None if row is None else JoinedHalf(*row[1:])


def save_joined_half(connection: Connection, region: str, half: JoinedHalf) -> None:
    """Keep it in place of the one before."""
    upsert(connection, table_of_half, [{"region": region, **vars(half)}])


def log_rows(connection: Connection) -> int:
    """How many rows the log has, in files and in the table."""
    filed = connection.scalar(
        select(func.sum(segment.c.rows)).where(segment.c.replaced_at.is_(None))
    )
    return int(filed or 0) + int(
        connection.scalar(select(func.count()).select_from(recent_event)) or 0
    )


_CELL = (cell.c.part, cell.c.region, cell.c.period, cell.c.programme, cell.c.band, cell.c.value)


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _lots(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), CELLS_AT_A_TIME):
        yield rows[start : start + CELLS_AT_A_TIME]
