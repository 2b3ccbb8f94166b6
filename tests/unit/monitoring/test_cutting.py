"""Cuts are taken without anybody asking, in one process at a time."""

import asyncio
from pathlib import Path

import pytest

from services.monitoring import store
from services.monitoring.cut_schedule import CutSchedule
from services.monitoring.cutting import Cutter
from services.monitoring.receipts import ReceiptSchedule
from shared.database.engine import open_engine, snapshot
from shared.events.envelope import with_sequence
from shared.events.monitoring import LogReceived
from shared.events.reading import parse
from shared.outbox.archive import everything
from tests.kit.random_world import world
from tests.kit.story import NOW
from tests.kit.story_log import StoryLog


@pytest.fixture
def log(tmp_path: Path) -> StoryLog:
    """A log that several threads may use."""
    return StoryLog(open_engine(f"sqlite:///{tmp_path / 'log.sqlite'}"))


def cutter(log: StoryLog) -> Cutter:
    """One that cuts whatever is new at once."""
    schedule = CutSchedule(quiet=0, longest=0)
    receipts = ReceiptSchedule(every=600)
    return Cutter(log.engine, log.cuts, schedule, receipts, now=lambda: NOW, seconds=lambda: 0.0)


def newest(log: StoryLog) -> tuple[int, int] | None:
    """The number of the newest cut, and how many events it has."""
    with snapshot(log.engine) as connection:
        cut = store.newest_cut(connection)
    return (cut.number, sum(cut.marks.values())) if cut is not None else None


def test_what_is_new_is_cut_and_what_is_cut_is_left(log: StoryLog) -> None:
    """A cut for each state of the log."""
    events = world(3, 30)
    jobs = cutter(log)
    asyncio.run(jobs.turn())
    assert newest(log) is None
    log.take(*events[:20])
    asyncio.run(jobs.turn())
    asyncio.run(jobs.turn())
    assert newest(log) == (1, 20)
    log.take(*events[20:])
    asyncio.run(jobs.turn())
    assert newest(log) == (2, len(events))


def test_only_one_process_cuts(log: StoryLog) -> None:
    """The second takes over when the first has left."""

    async def both() -> None:
        stop = asyncio.Event()
        first, second = cutter(log), cutter(log)
        log.take(*events[:20])
        await first.turn()
        log.take(*events[20:])
        await second.turn()
        assert newest(log) == (1, 20)
        stop.set()
        await first.run(stop)
        await second.turn()

    events = world(3, 30)
    asyncio.run(both())
    assert newest(log) == (2, len(events))


def receipts(log: StoryLog) -> list[dict[str, int]]:
    """What was said of arrivals, in order."""
    with snapshot(log.engine) as connection:
        events = [parse(with_sequence(one.body, 1)) for one in everything(connection)]
    said = [one.data for one in events if isinstance(one.data, LogReceived)]
    return [{mark.source: mark.sequence for mark in one.vector} for one in said]


def test_what_has_arrived_is_said_at_most_once_in_a_while(log: StoryLog) -> None:
    """Nothing new is not said again; what came meanwhile is said when the time has passed."""
    events, moment = world(3, 30), [0.0]
    receipt = ReceiptSchedule(every=600)
    schedule = CutSchedule(quiet=0, longest=0)
    jobs = Cutter(
        log.engine, log.cuts, schedule, receipt, now=lambda: NOW, seconds=lambda: moment[0]
    )
    asyncio.run(jobs.turn())
    assert receipts(log) == []
    log.take(*events[:20])
    asyncio.run(jobs.turn())
    first = receipts(log)
    assert [sum(one.values()) for one in first] == [20]
    log.take(*events[20:])
    asyncio.run(jobs.turn())
    moment[0] = 599.0
    asyncio.run(jobs.turn())
    assert receipts(log) == first
    moment[0] = 600.0
    asyncio.run(jobs.turn())
    asyncio.run(jobs.turn())
    assert [sum(one.values()) for one in receipts(log)] == [20, len(events)]


def test_who_holds_no_lease_says_nothing(log: StoryLog) -> None:
    """Another process does."""
    log.take(*world(3, 30))

    async def both() -> None:
        first, second = cutter(log), cutter(log)
        await first.turn()
        await second.turn()

    asyncio.run(both())
    assert len(receipts(log)) == 1
