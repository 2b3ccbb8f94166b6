"""The worker that makes releases from taken cuts, part by part, in one process at a time.

Each part is counted and decided outside of any transaction and kept in a short one, so intake goes
on and a process that was stopped continues where it was. The last transaction names the release.
"""

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import duckdb
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from services.monitoring.figures.definitions import Definition
from services.monitoring.log.snapshot import LogSnapshot, take_snapshot
from services.monitoring.release import taken_cuts
from services.monitoring.release.assembly import assemble
from services.monitoring.release.counting import closings
from services.monitoring.release.cut_log import cut_log
from services.monitoring.release.making import PartMaker
from services.monitoring.release.parts import GivesAway
from services.monitoring.release.scope import Places
from services.monitoring.release.taken_cuts import TakenCut
from services.monitoring.release.vector_marks import new_salt, recorded_until
from shared.database.engine import database_now
from shared.database.faults import described
from shared.database.lease import LeaseLost
from shared.events.days import jakarta_day
from shared.ids import new_uuid7
from shared.inbox.seen import watermarks
from shared.observability.metrics import RELEASE_MAKING, RELEASE_WAITING
from shared.observability.retries import Stopped, retry_async, stopped_within
from shared.outbox.leased_database import LeasedDatabase
from shared.outbox.progress import last_given
from shared.wire.signatures import Signer

LEASE = "release"
LEASE_TIME = timedelta(seconds=30)
"""So long a release waits for a worker that was killed. It is renewed while a part is made; a part
whose maker lost the lease is not kept."""
REST_SECONDS, LONGEST_PAUSE = 1.0, 60.0
WAITING = ("gives_away", "definitions", "fault")
"""Why a release waits, as the metric names it."""
log = logging.getLogger("lintas.release")


class OtherDefinitions(Exception):
    """A cut names definitions that this version of Lintas has not; the message names the indicators."""


TROUBLE = (SQLAlchemyError, OSError, duckdb.Error, LeaseLost, OtherDefinitions, ValueError)
"""What an operator may mend while the process runs; the release waits and says why."""


@dataclass(frozen=True)
class MakerContext:
    """What is needed to make releases, the same for all of them."""

    places: Places
    signer: Signer
    definitions: Mapping[str, Definition]
    day_of_month: int | None = None
    """The calendar: on which day a cut of the last month is taken; none: only on demand."""

    @property
    def hashes(self) -> dict[str, str]:
        """Indicator -> hash of its definition."""
        return {number: one.sha256 for number, one in self.definitions.items()}


class ReleaseMaker:
    """Takes planned cuts and makes the releases of all cuts, in order of their numbers."""

    def __init__(self, engine: Engine, directory: Path, context: MakerContext) -> None:
        owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._database = LeasedDatabase(engine, LEASE, owner, database_now, LEASE_TIME)
        self._directory, self._context = directory, context
        self._looked_at = -1

    async def run(self, stop: asyncio.Event) -> None:
        """Make releases until `stop` is set; a part in between leaves nothing half done."""
        try:
            with suppress(Stopped):
                while not await stopped_within(stop, REST_SECONDS):
                    await retry_async(
                        partial(self._measured_turn, stop),
                        stop,
                        on=TROUBLE,
                        note=self._note,
                        longest=LONGEST_PAUSE,
                    )
        finally:
            _waits_for(None)
            with suppress(SQLAlchemyError):
                await self.leave()

    async def _measured_turn(self, stop: asyncio.Event) -> None:
        await self.turn(stop)
        _waits_for(None)

    async def turn(self, stop: asyncio.Event) -> None:
        """Do what is due: learn cuts from the topic, take a planned one, make what is pending."""
        if self._database.lease is None and (
            await self._database.other() or await self._database.enter()
        ):
            return
        await self._learn()
        if await self._database.read(self._is_due):
            await self._database.write(self._take_planned)
        while not stop.is_set() and (cut := await self._database.read(taken_cuts.pending)):
            await self._database.renew()
            async with self._database.renewing():
                if not await self._make(cut, stop):
                    return

    async def leave(self) -> None:
        """Let another process make releases."""
        await self._database.leave()

    async def _learn(self) -> None:
        """Look at our own events again only when there are more of them."""
        given = await self._database.read(last_given)
        if given != self._looked_at:
            await self._database.write(taken_cuts.learn)
            self._looked_at = given

    def _is_due(self, connection: Connection) -> bool:
        day = self._context.day_of_month
        today = jakarta_day(database_now(connection))
        return day is not None and taken_cuts.is_due(connection, today, day)

    def _take_planned(self, connection: Connection) -> TakenCut:
        now = database_now(connection)
        return taken_cuts.take_cut(
            connection, self._context.hashes, now=now, id=new_uuid7(now), salt=new_salt()
        )

    async def _make(self, cut: TakenCut, stop: asyncio.Event) -> bool:
        """Make the release of a cut; False when it has to wait for events, or we are to stop."""
        snapshot = await self._database.read(partial(_reached, cut, self._directory))
        if snapshot is None:
            return False
        self._require_definitions(cut)
        began = time.monotonic()
        previous = await self._database.read(partial(taken_cuts.before, number=cut.number))
        earlier = previous.vector if previous else {}
        maker = PartMaker(self._database, cut, self._context.places)
        definitions = self._context.definitions.values()
        with cut_log(snapshot, cut.vector, earlier, self._directory) as events:
            duck = await asyncio.to_thread(lambda: events.duck)
            reports = await asyncio.to_thread(closings, duck, definitions)
            recorded = await asyncio.to_thread(recorded_until, duck)
            for definition in definitions:
                if stop.is_set():
                    return False
                await maker.make(events, definition, reports)
        signer, places = self._context.signer, self._context.places
        step = partial(assemble, cut=cut, recorded=recorded, signer=signer, places=places)
        await self._database.write(step)
        RELEASE_MAKING.observe(time.monotonic() - began)
        log.info("release %d until %s is published", cut.number, cut.until)
        return True

    def _require_definitions(self, cut: TakenCut) -> None:
        ours, theirs = self._context.hashes, cut.definitions
        other = sorted(
            one for one in ours.keys() | theirs.keys() if ours.get(one) != theirs.get(one)
        )
        if other:
            raise OtherDefinitions(
                f"cut {cut.number} counts {', '.join(other)} by other definitions; "
                "run the version of Lintas that took it"
            )

    def _note(self, error: Exception, pause: float) -> None:
        if isinstance(error, LeaseLost):
            self._database.lease = None  # whoever took it over makes the release, or says why not
            _waits_for(None)
        else:
            _waits_for(_reason(error))
        known = isinstance(error, (SQLAlchemyError, LeaseLost))
        text = described(error) if known else f"{type(error).__name__}: {error}"
        level = logging.ERROR if isinstance(error, GivesAway) else logging.WARNING
        log.log(level, "the release waits (%s); again in %.1f s", text, pause)


def _reason(error: Exception) -> str:
    if isinstance(error, GivesAway):
        return "gives_away"
    return "definitions" if isinstance(error, OtherDefinitions) else "fault"


def _waits_for(reason: str | None) -> None:
    """Show why the release waits, and only that."""
    for name in WAITING:
        RELEASE_WAITING.labels(name).set(name == reason)


def _reached(cut: TakenCut, directory: Path, connection: Connection) -> LogSnapshot | None:
    """The log, if it has all events of a cut."""
    complete = watermarks(connection)
    if any(complete.get(source, 0) < last for source, last in cut.vector.items()):
        return None
    return take_snapshot(connection, directory)
