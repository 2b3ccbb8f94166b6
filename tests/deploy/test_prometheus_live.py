"""A real Prometheus watches real processes: a consumer that is killed raises its alert, and clears it.

The rules are those of deploy/prometheus with every duration divided by 120, so that half an hour
passes in fifteen seconds; nothing else about them is changed.
"""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from lintas.broker import free_port
from lintas.client import post
from lintas.local import Stack
from tests import parts
from tests.deploy.rules import RULES, faster
from tests.programs import needed

TIMES = 120
WATCHED = "LintasWatermarkOld"


class Prometheus:
    """A Prometheus server that scrapes every second."""

    def __init__(self, folder: Path, targets: dict[str, list[str]]) -> None:
        self.port, self._folder = free_port(), folder
        for path in RULES:
            (folder / path.name).write_text(faster(path.read_text(), TIMES))
        jobs = [
            {"job_name": job, "static_configs": [{"targets": addresses}]}
            for job, addresses in targets.items()
        ]
        every = {"scrape_interval": "1s", "scrape_timeout": "900ms", "evaluation_interval": "1s"}
        config = {"global": every, "rule_files": [one.name for one in RULES]}
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config | {"scrape_configs": jobs}))

    @contextmanager
    def running(self) -> Iterator[None]:
        """The server while the block lasts."""
        command = [
            needed("prometheus"), f"--config.file={self._folder}/prometheus.yml",
            f"--storage.tsdb.path={self._folder}/data",
            f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn",
        ]  # fmt: skip
        with (self._folder / "prometheus.log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield
        finally:
            server.terminate()
            server.wait(20)

    def _get(self, path: str) -> Any:
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.port}/api/v1/{path}", timeout=5)
        except httpx.ConnectError:
            return {"activeTargets": [], "alerts": []}
        return answer.json()["data"]

    def up(self) -> list[str]:
        """The state of every target."""
        return sorted(one["health"] for one in self._get("targets")["activeTargets"])

    def states(self, name: str = WATCHED) -> set[str]:
        """In which states an alert is."""
        return {
            a["state"] for a in self._get("alerts")["alerts"] if a["labels"]["alertname"] == name
        }


def until(true: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait for a condition, never for a time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not in {timedelta(seconds=seconds)}: {what}"
        time.sleep(0.1)


def hold(stack: Stack, *numbers: int) -> None:
    """Tell of training sessions by the front door."""
    day = {"activity": "P2K2", "district": "35.09", "region": "35.09.30.2009"}
    content = {"held_on": "2026-03-02", "modules": ["FAMILY_FINANCE"]}
    items = [{"session_number": f"S-{number}", **day, **content} for number in numbers]
    with httpx.Client(timeout=30) as client:
        url, token = f"{stack.url('training')}/v1/sessions", stack.tokens["training"]
        answer = post(client, url, token, {"items": items})
    assert [one["status"] for one in answer["results"]] == ["accepted"] * len(items)


def beside(stack: Stack) -> subprocess.Popen[bytes]:
    """Monitoring's consumer beside its API, with a port of its own for its metrics; the same after a restart."""
    ports = stack.operations_ports
    api, own = ports["monitoring"], ports.setdefault("consumer", free_port())
    ports["monitoring"] = own
    try:
        return stack.spawn("monitoring", "--only", "consumer")
    finally:
        ports["monitoring"] = api


def complete(stack: Stack) -> int:
    """Up to where monitoring has the training service's events."""
    text = httpx.get(f"{stack.operations('monitoring')}/metrics", timeout=10).text
    found = re.search(
        r'lintas_watermark_complete_events\{source="urn:lintas:training"\} (\d+)', text
    )
    return int(found[1]) if found else 0


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """Training whole; monitoring as two processes, its API and (as `consumer`) its consumer."""
    stack = parts.current().stack(tmp_path / "stack")
    stack.broker.start()
    try:
        stack.start("training")
        for owner in ("beneficiary", "cooperative"):  # monitoring waits for their topics
            stack.processes[owner] = stack.spawn(owner, "--only", "relay")
        stack.processes["monitoring"] = stack.spawn("monitoring", "--only", "api")
        stack.processes["consumer"] = beside(stack)
        for service in ("training", "monitoring"):
            stack.wait_ready(service)
        yield stack
    finally:
        stack.stop()


def test_a_killed_consumer_raises_its_alert_and_a_restart_clears_it(
    stack: Stack, tmp_path: Path
) -> None:
    """Pending, firing, gone; and the alert that its process is down comes and goes as well."""
    ports = stack.operations_ports
    watched = {
        "training": [f"127.0.0.1:{ports['training']}"],
        "monitoring": [f"127.0.0.1:{ports['monitoring']}", f"127.0.0.1:{ports['consumer']}"],
    }
    server = Prometheus(tmp_path, watched)
    with server.running():
        hold(stack, 1)
        until(lambda: complete(stack) == 1, "the first event is counted")
        until(lambda: server.up() == ["up"] * 3, "every process is scraped")
        until(
            lambda: server.states() == set(),
            "nothing is pending: the first event came as all were starting",
        )
        stack.processes["consumer"].kill()
        hold(stack, 2, 3, 4)
        until(lambda: server.states() == {"pending"}, "the alert is pending")
        until(lambda: server.states() == {"firing"}, "the alert fires")
        until(lambda: server.states("LintasTargetDown") == {"firing"}, "its process is down")
        assert complete(stack) == 1
        stack.processes["consumer"] = beside(stack)
        until(lambda: complete(stack) == 4, "what was missed is counted")
        until(lambda: server.states() == set(), "the alert is cleared")
        until(lambda: server.states("LintasTargetDown") == set(), "its process is up again")
