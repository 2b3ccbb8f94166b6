"""Who is killed: processes of Lintas, and the servers below them. Each comes back at once."""

import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from lintas.local import Stack
from lintas.registry import PUBLISHERS
from tests.faults.driving import accepted, counted, heard, uncounted, unnumbered, unsent
from tests.parts.kafka import Kafka
from tests.parts.killable import Killable

WAIT_SECONDS = 15.0
PATIENCE_SECONDS = 45.0
"""The same in a run whose servers die too."""
STARTING_SECONDS = 6.0
"""Every second kill comes at any moment of so many seconds after the start, ready or not."""


@dataclass
class Victim:
    """What is killed at random moments of its work, and started again at once."""

    name: str
    strike: Callable[[], None]
    """Kill it with SIGKILL and start it again."""
    moved: Callable[[], int]
    """Grows with the work that it has done."""
    waiting: Callable[[], int]
    """Work that it has not done yet."""
    longest: float
    """Seconds of work before a kill, at most."""
    patience: float = WAIT_SECONDS
    """Seconds in which it must have begun to work again."""
    left: list[int] = field(default_factory=list)
    """How much work waited, at each kill."""
    at_work: int = 0
    """Kills after it had done some work since its start."""

    def suffer(
        self, kills: int, random: Random, turn: threading.Lock, over: threading.Event
    ) -> None:
        """Be killed so many times, mostly at work, sometimes while still starting.

        Never while a server is on its way back: in that time nobody would be at work.
        """
        for number in range(kills):
            before = self.moved()
            if number % 2:
                over.wait(random.uniform(0, STARTING_SECONDS))
            else:
                deadline = time.monotonic() + self.patience
                while self.moved() == before and time.monotonic() < deadline and not over.is_set():
                    time.sleep(0.01)
                over.wait(random.uniform(0, self.longest))
            with turn:
                if over.is_set():
                    return
                self.at_work += self.moved() > before
                self.left.append(self.waiting())
                self.strike()

    @property
    def hits(self) -> int:
        """Kills while work was outstanding."""
        return sum(waits > 0 for waits in self.left)


@dataclass
class Process:
    """A process that can be struck."""

    name: str
    spawn: Callable[[], subprocess.Popen[bytes]]
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        self.running = self.spawn()

    def strike(self) -> None:
        """SIGKILL and start."""
        assert self.running is not None
        assert self.running.poll() is None, f"{self.name} ended by itself"
        self.running.kill()
        self.running.wait()
        self.start()


def relay_of(stack: Stack, service: str) -> tuple[Victim, Process]:
    """The relay of a service as a process of its own."""
    process = Process(f"relay of {service}", lambda: stack.spawn(service, "--only", "relay"))
    victim = Victim(
        process.name,
        process.strike,
        moved=lambda: accepted(stack, service) - unnumbered(stack, service),
        waiting=lambda: unsent(stack, service),
        longest=0.1,
    )
    return victim, process


def monitoring_of(stack: Stack) -> tuple[Victim, Process]:
    """Monitoring, whole."""
    process = Process("monitoring", lambda: _started(stack, "monitoring"))
    victim = Victim(
        process.name,
        process.strike,
        moved=lambda: counted(stack),
        waiting=lambda: uncounted(stack),
        longest=0.4,
    )
    return victim, process


def cooperative_of(stack: Stack) -> tuple[Victim, Process]:
    """A domain service, whole: door, relay, and the consumer of beneficiary's events."""
    process = Process("cooperative", lambda: _started(stack, "cooperative"))
    victim = Victim(
        process.name,
        process.strike,
        moved=lambda: accepted(stack, "cooperative") + heard(stack, "cooperative"),
        waiting=lambda: (
            unsent(stack, "cooperative")
            + accepted(stack, "beneficiary")
            - heard(stack, "cooperative")
        ),
        longest=0.4,
    )
    return victim, process


def broker_of(stack: Stack, broker: Kafka) -> Victim:
    """The broker; it keeps its log."""
    return Victim(
        "broker",
        broker.crash,
        moved=lambda: counted(stack),
        waiting=lambda: uncounted(stack),
        longest=1.5,
    )


def database_of(stack: Stack, database: Killable) -> Victim:
    """The database server of all services; it keeps its files."""
    return Victim(
        "database",
        database.crash,
        moved=lambda: counted(stack) + sum(accepted(stack, name) for name in PUBLISHERS),
        waiting=lambda: uncounted(stack),
        longest=2.0,
    )


def _started(stack: Stack, service: str) -> subprocess.Popen[bytes]:
    stack.start(service)
    return stack.processes[service]
