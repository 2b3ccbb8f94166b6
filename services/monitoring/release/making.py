"""Making the parts of one release, each counted outside of transactions and kept in a short one."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from duckdb import DuckDBPyConnection
from sqlalchemy import Connection

from services.monitoring.figures.definitions import Definition
from services.monitoring.log.duck import open_log
from services.monitoring.log.snapshot import LogSnapshot
from services.monitoring.release import part_store
from services.monitoring.release.changes import changes
from services.monitoring.release.counting import cells_by_province, has_corrections
from services.monitoring.release.family import parts_of
from services.monitoring.release.nation import make_nation
from services.monitoring.release.part_store import Named, PartName
from services.monitoring.release.parts import (
    ReleasedPart,
    digest,
    inputs_of,
    release_scope,
    released,
)
from services.monitoring.release.reports import Reports
from services.monitoring.release.scope import Places, Scope
from services.monitoring.release.table_sums import NATION
from services.monitoring.release.taken_cuts import TakenCut

MEMORY, THREADS = "2GB", 2
T = TypeVar("T")
Decide = Callable[[Sequence[ReleasedPart]], ReleasedPart]
"""Makes a part, given its earlier releases."""


class Database(Protocol):
    """One transaction for each call; `write` commits only while no other worker makes releases."""

    async def read(self, question: Callable[[Connection], T]) -> T:
        """Answer a question from a snapshot."""

    async def write(self, step: Callable[[Connection], T]) -> T:
        """Change something."""


class PartMaker:
    """Makes the parts that a release does not have yet."""

    def __init__(
        self, database: Database, cut: TakenCut, places: Places, previous: Mapping[str, int]
    ) -> None:
        self._database, self._cut, self._places = database, cut, places
        self._previous = previous

    async def make(
        self, duck: DuckDBPyConnection, definition: Definition, reports: Reports
    ) -> None:
        """Make or take over every part of an indicator: its provinces, then the nation."""
        cells = await asyncio.to_thread(cells_by_province, duck, definition, reports)
        corrected = await asyncio.to_thread(has_corrections, duck, definition, self._previous)
        made = []
        for province, some in cells.items():
            scope = Scope(definition, province, some, reports, self._places, self._cut.until)
            if not scope.parts:
                return  # every part is internal: nothing to show
            name = PartName(definition.number, province)
            inputs = await asyncio.to_thread(inputs_of, scope)
            made.append(await self._part(name, inputs, partial(release_scope, scope), corrected))
        if made:
            await self._nation(definition, made, corrected)

    async def _nation(
        self, definition: Definition, provinces: Sequence[Named], corrected: bool
    ) -> None:
        names = [(one.name.area, one.made_in) for one in provinces]
        inputs = digest([definition.sha256, self._cut.until, names])
        name = PartName(definition.number, NATION)
        known = await self._database.read(partial(_loaded, provinces))

        def decide(history: Sequence[ReleasedPart]) -> ReleasedPart:
            family, values = make_nation(known, parts_of(definition)[0])
            return released(family, values, inputs, definition.sha256, history)

        await self._part(name, inputs, decide, corrected)

    async def _part(self, name: PartName, inputs: str, decide: Decide, corrected: bool) -> Named:
        number = self._cut.number
        done = await self._database.read(partial(part_store.finished, number=number))
        if name in done:
            return Named(name, done[name])
        last = await self._database.read(partial(part_store.last_made, name=name, number=number))
        if last is not None and last[1] == inputs:
            step = partial(part_store.take_over, number=number, name=name, made_in=last[0])
            await self._database.write(step)
            return Named(name, last[0])
        history = await self._database.read(partial(part_store.history, name=name, number=number))
        made = await asyncio.to_thread(decide, history)
        found = list(changes(history[-1], made, corrected=corrected)) if history else []
        await self._database.write(
            partial(part_store.keep_made, number=number, name=name, made=made, found=found)
        )
        return Named(name, number)


def opened(log: LogSnapshot, cut: TakenCut, directory: Path) -> DuckDBPyConnection:
    """The log as of a cut."""
    return open_log(log, cut.vector, memory=MEMORY, threads=THREADS, spill=directory / "spill")


def _loaded(provinces: Sequence[Named], connection: Connection) -> list[ReleasedPart]:
    return [part_store.load(connection, one.name, one.made_in) for one in provinces]
