"""Monitoring's log and cells over a story: append events, take a cut, read its cells."""

import shutil
import tempfile
import weakref
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from services.monitoring import store
from services.monitoring.cuts import CutMaker, cells_as_of
from services.monitoring.domain import Cut
from services.monitoring.figures.compute import latest_times
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.log.append import EventLog, append
from services.monitoring.log.duck import open_log
from services.monitoring.log.snapshot import take_snapshot
from services.monitoring.tables import METADATA
from shared.database.engine import SHARED_METADATA, snapshot, transaction
from shared.events.envelope import Event
from shared.inbox.fingerprints import fingerprint
from shared.inbox.judging import Seen, Verdict
from shared.inbox.seen import watermarks
from tests import parts
from tests.kit.figures import by_key
from tests.kit.story import NOW, Cells, wire_of


class StoryLog:
    """A log on a quick database, with its folder, as long as it lives."""

    def __init__(self, engine: Engine | None = None) -> None:
        self.engine = engine or parts.quick_engine(self)
        self.directory = Path(tempfile.mkdtemp(prefix="lintas-test-"))
        weakref.finalize(self, shutil.rmtree, self.directory, ignore_errors=True)
        METADATA.create_all(self.engine)
        SHARED_METADATA.create_all(self.engine)
        self.cuts = CutMaker(self.engine, self.directory)

    def take(self, *events: Event) -> "StoryLog":
        """Append what is new of a batch, in one transaction with the seen-set."""
        batch = [one._replace(value=wire_of(one)) for one in events]
        with transaction(self.engine) as connection:
            seen = Seen(connection, {(one.source, 0) for one in batch})
            arrived: dict[tuple[str, int], list[Event]] = {}
            for one in batch:
                arrived.setdefault((one.source, 0), []).append(one)
            prints = {
                at: [(one.sequence, fingerprint(one.value, one.id)) for one in some]
                for at, some in arrived.items()
            }
            seen.load(prints)
            new = [
                one
                for at, some in arrived.items()
                for one, verdict in zip(some, seen.judge(at, prints[at]), strict=True)
                if verdict is Verdict.NEW
            ]
            append(connection, new, NOW, EventLog(self.directory))
            seen.save(NOW, {})
        return self

    def cut(self) -> Cut:
        """The cut of everything that is known."""
        return self.cuts.current(NOW)

    def cells(self, *parts: str) -> Cells:
        """Every cell of that cut; or those of some parts, which alone are computed."""
        if parts:
            return self._some_cells(parts)
        number = self.cut().number
        with snapshot(self.engine) as connection:
            return by_key(store.cells(connection, number))

    def _some_cells(self, parts: Collection[str]) -> Cells:
        chosen = [
            one for one in DEFINITIONS.values() if not one.header.parts.keys().isdisjoint(parts)
        ]
        with snapshot(self.engine) as connection:
            marks = watermarks(connection)
        found = cells_as_of(self.engine, self.directory, marks, chosen)
        return by_key(row for row in found if row.part in parts)

    def latest(self, now: datetime = NOW) -> dict[str, datetime]:
        """The latest moment of a fact that counts, of each source."""
        with snapshot(self.engine) as connection:
            log, marks = take_snapshot(connection, self.directory), watermarks(connection)
        spill = self.directory / "spill"
        with open_log(log, marks, memory="1GB", threads=1, spill=spill) as duck:
            return latest_times(duck, now)
