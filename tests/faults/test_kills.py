"""kill -9 of a relay and of monitoring, again and again in the middle of the load: the same bytes.

The moments are random; the seed is printed and `LINTAS_KILL_SEED` sets it.
"""

import os
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from lintas.local import SERVICES, Stack
from lintas.pilot.numbers import Numbers
from lintas.progress import PUBLISHERS
from tests.e2e.road import Road, assert_same_bytes, lay
from tests.faults.road import (
    accepted,
    counted,
    ending,
    on_the_bus,
    steps_of,
    unnumbered,
    unsent,
    wait_counted,
)

KILLS = 20
AHEAD = 4
"""The load is handed in piece by piece as the kills go on, by so many kills ahead of them."""
START_SECONDS = 15.0
STARTING_SECONDS = 6.0
"""Every second kill comes at any moment of so many seconds after the start, ready or not."""
NUMBERS = Numbers(
    probolinggo_families=7_000,
    facilitators=84,
    jember_families=2_000,
    members=200,
    groups=8,
    sessions_per_group=1,
)


@dataclass
class Victim:
    """A process that is killed at random moments of its work, and started again at once."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    moved: Callable[[], int]
    """Grows with the work that it has done."""
    waiting: Callable[[], int]
    """Work that it has not done yet."""
    longest: float
    """Seconds of work before a kill, at most."""
    process: subprocess.Popen[bytes] | None = None
    left: list[int] = field(default_factory=list)
    """How much work waited, at each kill."""
    at_work: int = 0
    """Kills after it had done some work since its start."""

    def suffer(self, kills: int, random: Random, over: threading.Event) -> None:
        """Be killed so many times, mostly at work, sometimes while still starting."""
        for number in range(kills):
            before = self.moved()
            if number % 2:
                over.wait(random.uniform(0, STARTING_SECONDS))
            else:
                deadline = time.monotonic() + START_SECONDS
                while self.moved() == before and time.monotonic() < deadline and not over.is_set():
                    time.sleep(0.005)
                over.wait(random.uniform(0, self.longest))
            self.at_work += self.moved() > before
            self.kill()
            self.process = self.start()

    def kill(self) -> None:
        """SIGKILL, noting what waited."""
        assert self.process is not None
        assert self.process.poll() is None, f"{self.name} ended by itself"
        waits = self.waiting()
        self.process.kill()
        self.process.wait()
        self.left.append(waits)

    @property
    def hits(self) -> int:
        """Kills while work was outstanding."""
        return sum(waits > 0 for waits in self.left)


def relay_of(stack: Stack, service: str) -> Victim:
    """The relay of a service as a process of its own."""
    return Victim(
        name=f"relay of {service}",
        start=lambda: stack.spawn(service, "--only", "relay"),
        moved=lambda: accepted(stack, service) - unnumbered(stack, service),
        waiting=lambda: unsent(stack, service),
        longest=0.1,
    )


def monitoring_of(stack: Stack) -> Victim:
    """Monitoring, whole."""

    def start() -> subprocess.Popen[bytes]:
        stack.start("monitoring")
        return stack.processes["monitoring"]

    return Victim(
        name="monitoring",
        start=start,
        moved=lambda: counted(stack),
        waiting=lambda: on_the_bus(stack),
        longest=0.4,
    )


def feed(road: Road, service: str, victims: list[Victim], over: threading.Event) -> None:
    """Hand in one service's share, piece by piece, so that it lasts as long as the kills."""
    steps = list(steps_of(road, service))
    for number, step in enumerate(steps):
        while not over.is_set() and (
            number / len(steps) > (sum(len(v.left) for v in victims) + AHEAD) / (2 * KILLS)
        ):
            time.sleep(0.02)
        step()


def start_all(stack: Stack) -> list[Victim]:
    """Every service up, the relay of beneficiary apart from its other parts."""
    stack.broker.start()
    victims = [relay_of(stack, "beneficiary"), monitoring_of(stack)]
    stack.processes["beneficiary"] = stack.spawn(
        "beneficiary", "--only", "api", "--only", "consumer"
    )
    for service in ("cooperative", "training"):
        stack.start(service)
    for victim in victims:
        victim.process = victim.start()
    for service in SERVICES:
        stack.wait_ready(service)
    return victims


@pytest.mark.kills
@pytest.mark.timeout(400)
def test_forty_kills_in_the_middle_of_the_load_change_no_byte(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twenty times the relay, twenty times monitoring; every accepted fact is counted once."""
    seed = int(os.environ.get("LINTAS_KILL_SEED") or Random().randrange(2**32))
    road, over = lay(tmp_path, NUMBERS), threading.Event()
    stack, began = road.stack, time.monotonic()
    with ending(stack), ThreadPoolExecutor(5) as pool:
        victims = start_all(stack)
        try:
            feeders = [pool.submit(feed, road, service, victims, over) for service in PUBLISHERS]
            killers = [
                pool.submit(victim.suffer, KILLS, Random(f"{seed}/{victim.name}"), over)
                for victim in victims
            ]
            finish([*killers, *feeders])
            stack.wait_ready("monitoring")
            wait_counted(stack)
            answers = road.ask()
        finally:
            over.set()
            assert victims[0].process is not None
            victims[0].process.kill()
            with capsys.disabled():
                report(seed, victims, time.monotonic() - began)
    assert_same_bytes((answers.figures, answers.table), road.expected())
    assert [len(victim.left) for victim in victims] == [KILLS, KILLS]
    assert min(victim.hits for victim in victims) >= KILLS // 2, "the load was over too early"


def finish(running: list[Future[None]]) -> None:
    """Wait for all; fail at once when one fails."""
    while running:
        for one in [one for one in running if one.done()]:
            one.result()
            running.remove(one)
        time.sleep(0.05)


def report(seed: int, victims: list[Victim], seconds: float) -> None:
    """Print what was done, so that it can be done again."""
    print(f"\nkill seed {seed}: {seconds:.0f} s")
    for victim in victims:
        print(
            f"  {victim.name}: {len(victim.left)} kills, {victim.hits} while work was outstanding,"
            f" {victim.at_work} when it had begun to work; events waiting: {victim.left}"
        )
