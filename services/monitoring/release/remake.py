"""Make a chain of releases again from the log, as another machine does that trusts nobody.

A release depends on the releases before it, so the chain is made from its first release on, by the
same program in the same parts, into tables of a database of its own.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from services.monitoring.figures.definitions import Definition
from services.monitoring.log.snapshot import LogSnapshot, take_snapshot
from services.monitoring.release.assembly import parts_of_release, rows_of
from services.monitoring.release.counting import closings
from services.monitoring.release.cut_log import cut_log
from services.monitoring.release.figure import Row
from services.monitoring.release.figures import figures_json
from services.monitoring.release.making import Database, PartMaker
from services.monitoring.release.scope import Places
from services.monitoring.release.taken_cuts import TakenCut


class Remade(NamedTuple):
    """The figures of one release."""

    lines: Sequence[Row]
    figures: bytes


async def remake(
    database: Database,
    directory: Path,
    cuts: Iterable[TakenCut],
    places: Places,
    definitions: Collection[Definition],
) -> AsyncIterator[Remade]:
    """The releases of these cuts, in the order in which they were made; the log reaches them all."""
    earlier: dict[str, int] = {}
    for cut in cuts:
        maker = PartMaker(database, cut, places)
        snapshot = await database.read(partial(_snapshot, directory))
        with cut_log(snapshot, cut.vector, earlier, directory) as events:
            reports = closings(events.duck, definitions)
            for definition in definitions:
                await maker.make(events, definition, reports)
        rows = await database.read(partial(_rows, cut.number))
        yield Remade(rows, figures_json(cut.until, rows))
        earlier = dict(cut.vector)


def _snapshot(directory: Path, connection: Connection) -> LogSnapshot:
    return take_snapshot(connection, directory)


def _rows(number: int, connection: Connection) -> list[Row]:
    return rows_of(connection, parts_of_release(connection, number))


def first_difference(ours: Sequence[Row], theirs: Sequence[Row]) -> str | None:
    """The first figure by id that differs, with both values; None when all are the same."""
    mine, given = ({row.id: row for row in lines} for lines in (ours, theirs))
    for one in sorted(mine.keys() | given.keys()):
        if mine.get(one) != given.get(one):
            return f"{_named(one)}: {_shown(given.get(one))}, made again {_shown(mine.get(one))}"
    return None


def _named(id: Iterable[str]) -> str:
    return " ".join(part for part in id if part)


def _shown(row: Row | None) -> str:
    return "no row" if row is None else f"{row.value} ({row.status})"
