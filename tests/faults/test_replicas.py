"""Several consumers of monitoring on a real Kafka: rebalanced, killed, put to sleep. The same bytes."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from lintas.pilot.numbers import Numbers
from lintas.registry import PUBLISHERS, SERVICES
from tests import parts
from tests.e2e.pilot_run import PilotRun, lay
from tests.faults import driving as faults
from tests.faults.driving import counted, ending, persistently, steps_of, wait_counted, wait_for
from tests.faults.replicas import Replicas, Watch, replicas

NUMBERS = Numbers(
    probolinggo_families=3_000,
    facilitators=36,
    jember_families=1_000,
    members=120,
    groups=6,
    sessions_per_group=1,
)
RESTARTS = 5
ASLEEP_SECONDS = 15.0
"""Longer than a session and than a worker may stand still inside a transaction, 10 s each."""
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(autouse=True)
def _real(monkeypatch: pytest.MonkeyPatch) -> None:
    if parts.current().kafka().embedded:
        pytest.skip("the embedded broker keeps no static members: not tested without --parts real")
    monkeypatch.setattr(faults, "SLICE", 60)  # a steady load on every partition


@dataclass
class Scene:
    """A pilot under load, and the consumers of its monitoring."""

    pilot_run: PilotRun
    replicas: Replicas
    feeders: list[Future[None]]
    faster: threading.Event
    """Set when the load may be handed in without pauses."""

    def finish(self) -> None:
        """Hand in the rest and count it."""
        self.faster.set()
        for feeder in self.feeders:
            feeder.result()
        wait_counted(self.pilot_run.stack, 120)

    def assert_right(self) -> None:
        """The release is what the reference counts."""
        answers = self.pilot_run.ask()
        self.pilot_run.assert_right(answers)


@contextmanager
def scene(directory: Path) -> Iterator[Scene]:
    """All services up, monitoring without a consumer; the load has begun."""
    pilot_run = lay(directory, NUMBERS)
    stack, faster = pilot_run.stack, threading.Event()
    with ending(stack), replicas(stack) as consumers, ThreadPoolExecutor(3) as pool:
        stack.broker.start()
        own = stack.spawn("monitoring", *(f"--only={role}" for role in ("api", "relay", "upkeep")))
        stack.processes["monitoring"] = own
        for service in PUBLISHERS:
            stack.start(service)
        for service in SERVICES:
            stack.wait_ready(service)
        feeders = [pool.submit(_feed, pilot_run, service, faster) for service in PUBLISHERS]
        try:
            yield Scene(pilot_run, consumers, feeders, faster)
        finally:
            faster.set()


def _feed(pilot_run: PilotRun, service: str, faster: threading.Event) -> None:
    for step in steps_of(pilot_run, service):
        persistently(step)
        faster.wait(0.3)


def test_from_one_replica_to_three_and_back_under_load(tmp_path: Path) -> None:
    """Partitions change hands twice while events come; nothing is lost and nothing counts twice."""
    with scene(tmp_path) as at:
        stack = at.pilot_run.stack
        at.replicas.start("1")
        wait_for(lambda: counted(stack) > 300, 60)
        for name in ("2", "3"):
            at.replicas.start(name)
        at.replicas.wait_shared_by(["1", "2", "3"])
        before = counted(stack)
        wait_for(lambda: counted(stack) > before + 300, 60)
        for name in ("2", "3"):
            at.replicas.end(name)
        at.replicas.wait_shared_by(["1"])
        at.finish()
        at.assert_right()


def test_a_replica_that_is_killed_and_started_again_holds_up_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It gets its own partitions back without a rebalance: the others keep theirs and read on."""
    took: list[str] = []
    with scene(tmp_path) as at:
        for name in ("1", "2", "3"):
            at.replicas.start(name)
        before = at.replicas.wait_shared_by(["1", "2", "3"])
        watch = Watch(at.pilot_run.stack, before)
        for _ in range(RESTARTS):
            wait_for(lambda: "2" in watch.look(), 60, lambda: "replica 2 has nothing to do")
            at.replicas.kill("2")
            watch.look()
            at.replicas.start("2")
            began = time.monotonic()
            wait_for(lambda: "2" in watch.look(), 60, lambda: "replica 2 does not come back")
            seconds = time.monotonic() - began
            took.append(f"{seconds:.2f} ({at.replicas.cpu_seconds('2'):.2f} of them CPU)")
        after = at.replicas.members()
        with capsys.disabled():
            print(f"\nfrom start to applied, s: {', '.join(took)}")
            print(
                f"longest standstill of 1 and 3, s: {watch.longest['1']:.2f} {watch.longest['3']:.2f}"
            )
        at.finish()
        at.assert_right()
    assert {name: one.partitions for name, one in after.items()} == {
        name: one.partitions for name, one in before.items()
    }
    assert [after[name].id for name in ("1", "3")] == [before[name].id for name in ("1", "3")]


def test_a_replica_that_sleeps_longer_than_its_session_changes_no_byte(tmp_path: Path) -> None:
    """Others take its partitions, its open transaction is ended; when it wakes it finds out and joins again."""
    with scene(tmp_path) as at:
        for name in ("1", "2"):
            at.replicas.start(name)
        before = at.replicas.wait_shared_by(["1", "2"])
        watch = Watch(at.pilot_run.stack, before)
        for _ in range(2):
            wait_for(lambda: "2" in watch.look(), 60, lambda: "replica 2 has nothing to do")
            at.replicas.pause("2")
            began = time.monotonic()
            at.replicas.wait_shared_by(["1"])
            wait_for(lambda: "2" in watch.look(), 60, lambda: "nobody took over from replica 2")
            time.sleep(max(0.0, ASLEEP_SECONDS - (time.monotonic() - began)))
            at.replicas.go_on("2")
            at.replicas.wait_shared_by(["1", "2"])
        at.finish()
        at.assert_right()
