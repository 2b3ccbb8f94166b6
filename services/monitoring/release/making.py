"""Making the parts of one release, each counted outside of transactions and kept in a short one."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from services.monitoring.figures.definitions import Definition
from services.monitoring.release import part_store
from services.monitoring.release.changes import changes
from services.monitoring.release.cut_log import CutLog, moved_by_corrections
from services.monitoring.release.family import parts_of
from services.monitoring.release.figure import FigureId
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
from services.monitoring.release.table_sums import NATION, PROVINCE_LENGTH
from services.monitoring.release.taken_cuts import TakenCut

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

    def __init__(self, database: Database, cut: TakenCut, places: Places) -> None:
        self._database, self._cut, self._places = database, cut, places

    async def make(self, log: CutLog, definition: Definition, reports: Reports) -> None:
        """Make or take over every part of an indicator: its provinces, then the nation."""
        cells = await asyncio.to_thread(log.cells, definition, reports)
        without = await asyncio.to_thread(log.uncorrected, definition, reports)
        made, corrected = list[Named](), set[FigureId]()
        for province, some in cells.items():
            scope = Scope(definition, province, some, reports, self._places, self._cut.until)
            if not scope.parts:
                return  # every part is internal: nothing to show
            moved = await asyncio.to_thread(moved_by_corrections, scope, without)
            corrected |= {one._replace(region=NATION) for one in moved if _is_whole(one)}
            made.append(await self._province(scope, moved))
        if made:
            await self._nation(definition, made, corrected)

    async def _province(self, scope: Scope, corrected: Collection[FigureId]) -> Named:
        name = PartName(scope.definition.number, scope.province)
        inputs = await asyncio.to_thread(inputs_of, scope)
        return await self._part(name, inputs, partial(release_scope, scope), corrected)

    async def _nation(
        self,
        definition: Definition,
        provinces: Sequence[Named],
        corrected: Collection[FigureId],
    ) -> None:
        names = [(one.name.area, one.made_in) for one in provinces]
        inputs = digest([definition.sha256, self._cut.until, names])
        name = PartName(definition.number, NATION)
        known = await self._database.read(partial(_loaded, provinces))

        def decide(history: Sequence[ReleasedPart]) -> ReleasedPart:
            family, values = make_nation(known, parts_of(definition)[0])
            return released(family, values, inputs, definition.sha256, history)

        await self._part(name, inputs, decide, corrected)

    async def _part(
        self, name: PartName, inputs: str, decide: Decide, corrected: Collection[FigureId]
    ) -> Named:
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


def _is_whole(one: FigureId) -> bool:
    """Whether a figure is of a province as a whole."""
    return len(one.region) == PROVINCE_LENGTH


def _loaded(provinces: Sequence[Named], connection: Connection) -> list[ReleasedPart]:
    return [part_store.load(connection, one.name, one.made_in) for one in provinces]
