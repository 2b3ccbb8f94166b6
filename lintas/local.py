"""The services as child processes on this machine, with the embedded broker or a Kafka beside them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import httpx

from lintas.broker import EmbeddedBroker, free_port
from lintas.pilot_tokens import issue_tokens
from lintas.registry import SERVICES
from shared.database.engine import open_engine
from shared.database.migrations import migrate
from shared.kafka.settings import KafkaSettings
from shared.security import keys

READY_SECONDS = 60.0
STOP_SECONDS = 12.0


class NotReady(RuntimeError):
    """A service did not become ready in time; the message names it and how its log ends."""


class Broker(Protocol):
    """A broker that lives at least as long as a run, at one address."""

    port: int

    @property
    def bootstrap(self) -> str:
        """Address for clients."""

    @property
    def settings(self) -> KafkaSettings:
        """How to talk to it."""

    @property
    def pid(self) -> int | None:
        """Its process, where it runs on this machine as a child."""

    def start(self) -> object:
        """Be reachable when this returns."""

    def stop(self) -> None:
        """The run is over; stopping twice is fine."""

    def kill(self) -> None:
        """End at once and lose everything."""


@dataclass
class Stack:
    """Where everything of one local run is: addresses, tokens, files, processes."""

    directory: Path
    broker: Broker
    databases: Mapping[str, str]
    """Database address of each service."""
    ports: dict[str, int] = field(default_factory=dict)
    operations_ports: dict[str, int] = field(default_factory=dict)
    """Where each serves health and metrics."""
    tokens: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def url(self, service: str) -> str:
        """Base address of a service."""
        return f"http://127.0.0.1:{self.ports[service]}"

    def operations(self, service: str) -> str:
        """Base address of a service's health and metrics."""
        return f"http://127.0.0.1:{self.operations_ports[service]}"

    def database(self, service: str) -> str:
        """Database address of a service."""
        return self.databases[service]

    def environment(self, service: str) -> dict[str, str]:
        """The settings of a service process."""
        name = service.upper()
        return {
            **{key: value for key, value in os.environ.items() if not key.startswith("LINTAS_")},
            "LINTAS_KAFKA": self.broker.bootstrap,
            "LINTAS_KAFKA_IDEMPOTENT": str(self.broker.settings.idempotent).lower(),
            "LINTAS_KEYS": str(self.directory / "keys"),
            f"LINTAS_{name}_DATABASE": self.database(service),
            f"LINTAS_{name}_PORT": str(self.ports[service]),
            f"LINTAS_{name}_METRICS_PORT": str(self.operations_ports[service]),
            "LINTAS_MONITORING_LOG": str(self.directory / "monitoring-log"),
        }

    def spawn(self, service: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start one service process; its log goes to `logs/<service>.log`."""
        with (self.directory / "logs" / f"{service}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"services.{service}", "run", *arguments],
                env=self.environment(service),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self, service: str) -> None:
        """Start a service with all its parts."""
        self.processes[service] = self.spawn(service)

    def wait_ready(self, service: str, seconds: float = READY_SECONDS) -> None:
        """Wait until the service says that it is ready.

        Raises:
            NotReady: it ended, or was not ready in time.
        """
        deadline = time.monotonic() + seconds
        while not _answers(f"{self.operations(service)}/health/ready"):
            if self.processes[service].poll() is not None or time.monotonic() > deadline:
                log = self.directory / "logs" / f"{service}.log"
                raise NotReady(f"{service} is not ready; its log {log} ends:\n{_last_lines(log)}")
            time.sleep(0.1)

    def peak_memory(self) -> dict[str, int]:
        """Peak resident memory in bytes of each process, where the system reports it."""
        pids = {name: process.pid for name, process in self.processes.items()}
        if self.broker.pid:
            pids["broker"] = self.broker.pid
        pids["lintas"] = os.getpid()
        return {name: peak for name, pid in pids.items() if (peak := _peak_of(pid))}

    def stop(self) -> None:
        """Let the services drain, then end the broker."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        self.broker.stop()


def prepare(
    directory: Path, broker: Broker | None = None, databases: Mapping[str, str] | None = None
) -> Stack:
    """Make keys, tokens and the tables of empty databases for a run in `directory`; nothing runs yet.

    Without a broker it is the embedded one; without databases they are SQLite files in `directory`.
    """
    (directory / "logs").mkdir(parents=True, exist_ok=True)
    stack = Stack(
        directory,
        broker or EmbeddedBroker(output=directory / "logs" / "broker.log"),
        databases or _files(directory / "databases"),
    )
    keys.init_keys(directory / "keys", SERVICES)
    for service in SERVICES:
        for ports in (stack.ports, stack.operations_ports):
            ports[service] = _unused_port({*stack.ports.values(), *stack.operations_ports.values()})
        engine = open_engine(stack.database(service))
        migrate(engine, service)
        engine.dispose()
    stack.tokens.update(issue_tokens(directory / "keys", timedelta(days=1)))
    return stack


def _files(folder: Path) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    return {service: f"sqlite:///{folder / f'{service}.sqlite'}" for service in SERVICES}


@contextmanager
def running(stack: Stack) -> Iterator[Stack]:
    """The stack with broker and services up and ready; stopped at the end."""
    stack.broker.start()
    try:
        for service in SERVICES:
            stack.start(service)
        for service in SERVICES:
            stack.wait_ready(service)
        yield stack
    finally:
        stack.stop()


def _unused_port(taken: set[int]) -> int:
    while (port := free_port()) in taken:
        continue
    return port


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2.0).status_code == 200  # noqa: PLR2004 - HTTP's OK
    except httpx.HTTPError:
        return False


def _last_lines(log: Path, number: int = 5) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-number:])


def _peak_of(pid: int) -> int | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return None
    lines = (line.split() for line in status.splitlines() if line.startswith("VmHWM:"))
    return next((int(fields[1]) * 1024 for fields in lines), None)
