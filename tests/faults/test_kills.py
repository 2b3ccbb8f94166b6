"""kill -9 again and again in the middle of the load: the same bytes.

On every set of parts a relay and monitoring are killed; on the real ones a whole domain service, the
broker and the database as well, all in the same run. The moments are random; the seed is printed and
`LINTAS_KILL_SEED` sets it.
"""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

import pytest

from lintas.local import Stack, prepare
from lintas.pilot.numbers import Numbers
from lintas.registry import PUBLISHERS, SERVICES
from tests import parts
from tests.e2e.pilot_run import PilotRun, lay
from tests.faults.driving import ending, persistently, steps_of, wait_counted
from tests.faults.victims import (
    PATIENCE_SECONDS,
    Process,
    Victim,
    broker_of,
    cooperative_of,
    database_of,
    monitoring_of,
    relay_of,
)
from tests.parts.kafka import RunBroker
from tests.parts.killable import Killable, killable_kafka, killable_postgres

KILLS, DEEP_KILLS = 3, 20
"""Of each victim: in `make test`, and in `make test-faults` and on real parts."""
WORK_SECONDS = 1.0
"""How long at most each works before it is killed, in a run whose servers are slow to come back."""
COUNTED_SECONDS = 180.0
"""How long at most until all is counted after the last kill: the last victims may be the servers,
and a group of consumers whose coordinator died is heard again after its session has timed out."""
AHEAD = 4
"""The load is handed in piece by piece as the kills go on, by so many kills ahead of them."""


def load(kills: int) -> Numbers:
    """So much that each kill finds work outstanding."""
    return Numbers(
        probolinggo_families=350 * kills,
        facilitators=4 * kills,
        jember_families=100 * kills,
        members=200,
        groups=8,
        sessions_per_group=1,
    )


class Doomed:
    """A run whose processes are killed: the pilot, who is killed, and how often."""

    def __init__(self, pilot_run: PilotRun, kills: int) -> None:
        self.pilot_run, self.kills = pilot_run, kills
        pairs = [relay_of(pilot_run.stack, "beneficiary"), monitoring_of(pilot_run.stack)]
        self.victims: list[Victim] = [victim for victim, _ in pairs]
        self.processes: list[Process] = [process for _, process in pairs]

    def start(self) -> None:
        """Every service up, the relay of beneficiary apart from its other parts."""
        stack = self.pilot_run.stack
        stack.broker.start()
        own = stack.spawn("beneficiary", "--only", "api", "--only", "consumer")
        stack.processes["beneficiary"] = own
        for process in self.processes:
            process.start()
        for service in SERVICES:
            if service not in stack.processes:
                stack.start(service)
        for service in SERVICES:
            stack.wait_ready(service)

    def end(self) -> None:
        """The relay that runs apart; the stack ends the others."""
        relay = self.processes[0].running
        if relay is not None:
            relay.kill()


@contextmanager
def doomed(directory: Path, *, deep: bool) -> Iterator[Doomed]:
    """A run on the session's parts; on real ones with servers of its own, which are killed too."""
    if parts.current().kafka().embedded:
        kills = DEEP_KILLS if deep else KILLS
        yield Doomed(lay(directory, load(kills)), kills)
        return
    with ExitStack() as servers:
        database = servers.enter_context(killable_postgres())
        broker = servers.enter_context(killable_kafka())
        stack = _stack(directory, RunBroker(broker), database)
        run = Doomed(lay(directory, load(DEEP_KILLS), on=stack), DEEP_KILLS)
        victim, process = cooperative_of(run.pilot_run.stack)
        run.victims += [
            victim,
            broker_of(run.pilot_run.stack, broker),
            database_of(run.pilot_run.stack, database),
        ]
        run.processes.append(process)
        for one in run.victims:
            one.patience, one.longest = PATIENCE_SECONDS, max(one.longest, WORK_SECONDS)
        yield run


def _stack(directory: Path, broker: RunBroker, database: Killable) -> Stack:
    databases = {service: database.server.create() for service in SERVICES}
    return prepare(directory, broker=broker, databases=databases)


def feed(run: Doomed, service: str, over: threading.Event) -> None:
    """Hand in one service's share, piece by piece, so that it lasts as long as the kills."""
    steps, total = list(steps_of(run.pilot_run, service)), run.kills * len(run.victims)
    for number, step in enumerate(steps):
        while not over.is_set() and (
            number / len(steps) > (sum(len(v.left) for v in run.victims) + AHEAD) / total
        ):
            time.sleep(0.02)
        persistently(step)


@pytest.mark.kills
@pytest.mark.timeout(1500)
def test_kills_in_the_middle_of_the_load_change_no_figure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pytestconfig: pytest.Config
) -> None:
    """Many times each victim; every accepted fact is counted once."""
    seed = int(os.environ.get("LINTAS_KILL_SEED") or Random().randrange(2**32))
    over, turn, began = threading.Event(), threading.Lock(), time.monotonic()
    deep = bool(pytestconfig.option.deep)
    with (
        doomed(tmp_path, deep=deep) as run,
        ending(run.pilot_run.stack),
        ThreadPoolExecutor(8) as pool,
    ):
        run.start()
        try:
            feeders = [pool.submit(feed, run, service, over) for service in PUBLISHERS]
            killers = [
                pool.submit(victim.suffer, run.kills, Random(f"{seed}/{victim.name}"), turn, over)
                for victim in run.victims
            ]
            finish([*killers, *feeders])
            for service in SERVICES:
                run.pilot_run.stack.wait_ready(service, COUNTED_SECONDS)
            wait_counted(run.pilot_run.stack, COUNTED_SECONDS)
            answers = run.pilot_run.ask()
        finally:
            over.set()
            run.end()
            with capsys.disabled():
                report(seed, run.victims, time.monotonic() - began)
    run.pilot_run.assert_right(answers)
    assert [len(victim.left) for victim in run.victims] == [run.kills] * len(run.victims)
    assert min(victim.hits for victim in run.victims) >= run.kills // 2, (
        "the load was over too early"
    )


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
