"""Retention takes events that monitoring has not read: noticed, said, and healed by `republish`."""

from pathlib import Path

import httpx
import pytest
from kafka import TopicPartition

from lintas.local import Stack
from lintas.pilot.numbers import Numbers
from lintas.registry import PUBLISHERS, SERVICES
from shared.events.topics import BENEFICIARY
from shared.kafka.admin import admin
from tests import parts
from tests.e2e.pilot_run import lay
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


def cut(stack: Stack) -> None:
    """Take away all that beneficiary has published so far."""
    partitions = [TopicPartition(BENEFICIARY.name, n) for n in range(BENEFICIARY.partitions)]
    with admin(stack.broker.settings) as client:
        client.delete_records(dict.fromkeys(partitions, -1))


def missing(stack: Stack) -> str:
    """What readiness says of monitoring."""
    try:
        return httpx.get(f"{stack.operations('monitoring')}/health/ready", timeout=10).text
    except httpx.TransportError:
        return ""


def test_a_topic_cut_off_below_the_position_is_told_and_healed_by_republish(tmp_path: Path) -> None:
    """Monitoring was away; what came meanwhile is gone. It goes on without it nowhere, and in the end has all."""
    if parts.current().kafka().embedded:
        pytest.skip("the embedded broker cannot cut a log: not tested without --parts real")
    pilot_run = lay(tmp_path, Numbers.small())
    stack = pilot_run.stack
    with ending(stack):
        stack.broker.start()
        for service in SERVICES:
            stack.start(service)
        for service in SERVICES:
            stack.wait_ready(service)
        steps = list(steps_of(pilot_run, "beneficiary"))
        [step() for step in steps[: len(steps) // 2]]
        wait_counted(stack)
        stack.processes["monitoring"].terminate()
        stack.processes["monitoring"].wait(15)
        before = counted(stack)
        [step() for step in steps[len(steps) // 2 :]]
        wait_for(lambda: unsent(stack, "beneficiary") == 0, 60)
        cut(stack)
        stack.start("monitoring")
        wait_for(lambda: "EventsGone" in missing(stack), 60, lambda: missing(stack))
        assert "are gone from the broker" in log_of(stack, "monitoring")
        for service in ("cooperative", "training"):
            [step() for step in steps_of(pilot_run, service)]
        others = sum(accepted(stack, name) for name in PUBLISHERS) - accepted(stack, "beneficiary")
        wait_for(lambda: counted(stack) == before + others, 90, lambda: "the others are held up")
        republish(stack, "beneficiary")
        wait_counted(stack)
        stack.wait_ready("monitoring")
        assert "the lost events are back" in log_of(stack, "monitoring")
        answers = pilot_run.ask()
    pilot_run.assert_right(answers)
