"""The log on both databases: a crash between any two steps leaves exactly what was committed."""

import asyncio
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.monitoring import CARD
from services.monitoring.log import merging
from services.monitoring.log.rebuild import StoredLog, take_over
from services.monitoring.log.tables import recent_event
from services.monitoring.log.upkeep import GRACE, Upkeep
from services.monitoring.tables import METADATA
from shared.database.engine import open_engine
from shared.database.migrations import drift, migrate
from tests.kit.crashing import Crash, crashing
from tests.kit.log import Kept, expected
from tests.kit.random_world import world
from tests.kit.story import NOW

LATER = NOW + GRACE + timedelta(days=2)
EVENTS = world(11, 40)


@pytest.fixture
def kept(any_database: str, tmp_path: Path) -> Iterator[Kept]:
    """A migrated log on each kind of database."""
    engine = open_engine(any_database)
    migrate(engine, CARD.name)
    yield Kept(tmp_path / "log", engine)
    engine.dispose()


def upkeep(kept: Kept, at: datetime = NOW) -> Upkeep:
    """Jobs that find something to do as soon as there is anything."""
    return Upkeep(kept, kept.folder, now=lambda _connection: at, folded=1)


def crash_everywhere(kept: Kept, work: Callable[[], object], holds: Callable[[], bool]) -> int:
    """Do it with a crash at each step in turn, until it ends; returns how often it crashed."""
    for steps in range(1_000):
        try:
            with crashing(kept.engine, steps):
                work()
        except Crash:
            pass
        else:
            return steps
        assert holds(), f"after a crash at step {steps}"
    raise AssertionError("it never ended")


def test_the_migrated_tables_are_those_of_the_code(kept: Kept) -> None:
    """Nothing to add, nothing left over."""
    assert recent_event.metadata is METADATA
    assert drift(kept.engine, METADATA) == []


@pytest.mark.parametrize("large", [1, 10**6])
def test_a_crash_while_a_batch_is_appended(kept: Kept, large: int) -> None:
    """As rows or as files: all of the batch counts, or nothing of it."""
    kept.take(EVENTS[:15], 3)
    before = kept.rows()
    crashes = crash_everywhere(
        kept, lambda: kept.take(EVENTS[15:], large), lambda: kept.rows() == before
    )
    assert crashes >= 3
    assert kept.rows() == expected(EVENTS)


@pytest.mark.parametrize("job", ["fold", "merge"])
def test_a_crash_in_a_job(kept: Kept, job: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it has changed, each event is there once."""
    monkeypatch.setattr(merging, "MERGED", 2)
    for start in range(0, len(EVENTS), 20):
        kept.take(EVENTS[start : start + 20], 10**6 if job == "fold" else 1)
    kept.take(EVENTS[10:15], 1)  # what two workers have applied
    work, rows = getattr(upkeep(kept), job), expected(EVENTS)
    crashes = crash_everywhere(kept, lambda: asyncio.run(work()), lambda: kept.rows() == rows)
    assert crashes > 5
    assert kept.rows() == rows


def test_a_crash_in_the_sweep(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is deleted only after nothing names it, and what the crash has left goes the next time."""
    monkeypatch.setattr(merging, "MERGED", 2)
    for start in range(0, len(EVENTS), 20):
        kept.take(EVENTS[start : start + 20], 1)
    asyncio.run(upkeep(kept).merge())
    for name in kept.files():
        os.utime(kept.folder / name, (NOW.timestamp(), NOW.timestamp()))
    sweep, rows = upkeep(kept, LATER).sweep, expected(EVENTS)
    crash_everywhere(kept, lambda: asyncio.run(sweep()), lambda: kept.rows() == rows)
    assert kept.rows() == rows
    named = {path.name for paths in kept.look().files.values() for path in paths}
    assert kept.files() == named


def test_a_crash_while_a_log_that_was_read_again_takes_over(kept: Kept, tmp_path: Path) -> None:
    """The old log counts until the commit, and the new one after it."""
    engine = open_engine(f"sqlite:///{tmp_path / 'new.sqlite'}")
    migrate(engine, CARD.name)
    new, living = Kept(tmp_path / "log" / "new", engine), StoredLog(kept.engine, kept.folder)
    kept.take(EVENTS[:15], 3)
    new.take(EVENTS, 3)
    before = kept.rows()
    crashes = crash_everywhere(
        kept,
        lambda: take_over(StoredLog(engine, new.folder), living, NOW),
        lambda: kept.rows() == before,
    )
    assert crashes > 10
    assert kept.rows() == expected(EVENTS)
    engine.dispose()
