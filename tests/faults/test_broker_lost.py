"""The broker is away, or comes back without its log: nothing accepted is lost, nothing counts twice."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx

from lintas.broker import free_port
from lintas.local import Stack, running
from lintas.pilot.numbers import Numbers
from lintas.registry import PUBLISHERS, SERVICES
from tests.e2e.pilot_run import PilotRun, lay
from tests.faults.driving import (
    accepted,
    counted,
    ending,
    log_of,
    republish,
    steps_of,
    unsent,
    wait_counted,
    wait_for,
)

AWAY_SECONDS = 2.5
FEW = Numbers(probolinggo_families=300, facilitators=8, jember_families=300, members=80, groups=8)
"""Enough that the load goes on while the broker is killed."""


def health(stack: Stack, service: str) -> tuple[int, str]:
    """Status and text of readiness; 0 while nobody answers."""
    try:
        answer = httpx.get(f"{stack.operations(service)}/health/ready", timeout=10)
    except httpx.TransportError:
        return 0, ""
    return answer.status_code, answer.text


def live(stack: Stack, service: str) -> int:
    """Status of life: a service that waits for the broker is alive."""
    return httpx.get(f"{stack.operations(service)}/health/live", timeout=10).status_code


def not_ready(stack: Stack, service: str) -> bool:
    """Whether a service says that something it needs is missing."""
    return health(stack, service)[0] == 503


def test_without_a_broker_services_accept_and_wait_and_go_on_by_themselves(tmp_path: Path) -> None:
    """Facts are taken while there is no broker; when it comes, they are counted without a hand."""
    pilot_run = lay(tmp_path, Numbers.small())
    stack = pilot_run.stack
    stack.broker.port = free_port()
    with ending(stack):
        for service in SERVICES:
            stack.start(service)
        for service in SERVICES:
            wait_for(partial(not_ready, stack, service), 40, partial(str, service))
            assert "kafka" in health(stack, service)[1]
            assert live(stack, service) == 200
        [step() for step in steps_of(pilot_run, "cooperative")]
        waiting = accepted(stack, "cooperative")
        assert waiting > 1_000
        assert (unsent(stack, "cooperative"), counted(stack)) == (waiting, 0)
        stack.broker.start()
        for service in SERVICES:
            stack.wait_ready(service)
        wait_counted(stack)
        assert counted(stack) == waiting
        said = log_of(stack, "cooperative")
        assert "waiting for the broker" in said
        assert "Traceback" not in said


def test_a_broker_that_lost_its_log_is_filled_again_by_republish(tmp_path: Path) -> None:
    """Killed in the middle of the load, back on the same port, empty: the reference's figures."""
    pilot_run = lay(tmp_path, FEW)
    stack, half = pilot_run.stack, threading.Event()
    with running(stack), ThreadPoolExecutor(len(PUBLISHERS)) as pool:
        feeders = [pool.submit(feed, pilot_run, service, half) for service in PUBLISHERS]
        try:
            wait_for(lambda: counted(stack) > 800, 60)  # the load goes on meanwhile
            before = counted(stack)
            stack.broker.kill()
        finally:
            half.set()
        time.sleep(AWAY_SECONDS)
        stack.broker.start()
        for one in feeders:
            one.result()
        for service in SERVICES:
            republish(stack, service)
        wait_counted(stack)
        answers = pilot_run.ask()
        assert 800 < before < counted(stack)
        wait_for(
            lambda: unsent(stack, "monitoring") == 0, 30, lambda: "the release is not published"
        )
    pilot_run.assert_right(answers)


def feed(pilot_run: PilotRun, service: str, half: threading.Event) -> None:
    """Hand in a service's share; the second half only when the broker has been killed."""
    steps = list(steps_of(pilot_run, service))
    for number, step in enumerate(steps):
        if number == len(steps) // 2:
            half.wait(60)
        step()
