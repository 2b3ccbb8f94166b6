"""Consumers of monitoring as several processes, and what their group and their positions tell."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lintas.broker import free_port
from lintas.local import Stack
from shared.kafka.admin import BrokerAway, admin
from tests.faults.driving import query, wait_for

GROUP = "lintas-monitoring"
Partition = tuple[str, int]


@dataclass(frozen=True)
class Member:
    """One member of the group, as the broker sees it."""

    id: str
    partitions: frozenset[Partition]


@dataclass
class Replicas:
    """Consumers of one stack's monitoring, by their stable names."""

    stack: Stack
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a consumer, and nothing else of monitoring."""
        environment = self.stack.environment("monitoring") | {
            "LINTAS_MONITORING_REPLICA": name,
            "LINTAS_MONITORING_METRICS_PORT": str(free_port()),
        }
        log = self.stack.directory / "logs" / f"monitoring-{name}.log"
        with log.open("ab") as output:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "services.monitoring", "run", "--only", "consumer"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """SIGKILL."""
        self.running[name].kill()
        self.running.pop(name).wait()

    def end(self, name: str) -> None:
        """SIGTERM, as an operator does it."""
        self.running[name].terminate()
        assert self.running.pop(name).wait(15) == 0

    def pause(self, name: str) -> None:
        """SIGSTOP: it holds what it holds, and does nothing."""
        os.kill(self.running[name].pid, signal.SIGSTOP)

    def go_on(self, name: str) -> None:
        """SIGCONT."""
        os.kill(self.running[name].pid, signal.SIGCONT)

    def cpu_seconds(self, name: str) -> float:
        """Processor time that it has used since its start."""
        fields = Path(f"/proc/{self.running[name].pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def members(self) -> dict[str, Member]:
        """The group now, by the names of its replicas."""
        try:
            with admin(self.stack.broker.settings) as client:
                (group,) = client.describe_groups([GROUP]).values()
        except BrokerAway:  # the broker has not made its own topic of groups yet
            return {}
        return {
            one["group_instance_id"].rpartition(".")[2]: Member(
                one["member_id"], frozenset(_partitions(one["member_assignment"]))
            )
            for one in group["members"]
        }

    def wait_shared_by(self, names: Sequence[str], seconds: float = 60) -> dict[str, Member]:
        """Wait until exactly these have partitions."""
        found: dict[str, Member] = {}

        def settled() -> bool:
            found.clear()
            found.update(self.members())
            return sorted(found) == sorted(names) and all(m.partitions for m in found.values())

        wait_for(settled, seconds, lambda: f"the group is {found}")
        return found


def _partitions(assignment: object) -> Iterator[Partition]:
    if not isinstance(assignment, Mapping):
        return
    for one in assignment["assigned_partitions"]:
        yield from ((one["topic"], number) for number in one["partitions"])


@contextmanager
def replicas(stack: Stack) -> Iterator[Replicas]:
    """None runs at first, and none at the end."""
    made = Replicas(stack)
    try:
        yield made
    finally:
        for process in made.running.values():
            process.kill()


def positions(stack: Stack) -> dict[Partition, int]:
    """How far monitoring is."""
    sql = "SELECT topic, partition, next_offset FROM inbox_position"
    return {(str(row[0]), int(row[1])): int(row[2]) for row in query(stack, "monitoring", sql)}


class Watch:
    """Looks at the positions again and again, and notes when those of each member moved."""

    def __init__(self, stack: Stack, members: Mapping[str, Member]) -> None:
        self._stack, self._members = stack, members
        self._sums = {name: self._sum(name) for name in members}
        self._last = dict.fromkeys(members, time.monotonic())
        self.longest = dict.fromkeys(members, 0.0)
        """Longest time in which nothing of a member's moved."""

    def look(self) -> list[str]:
        """Who has moved since the last look."""
        now, moved = time.monotonic(), []
        for name in self._members:
            total = self._sum(name)
            self.longest[name] = max(self.longest[name], now - self._last[name])
            if total != self._sums[name]:
                self._sums[name], self._last[name] = total, now
                moved.append(name)
        return moved

    def _sum(self, name: str) -> int:
        now = positions(self._stack)
        return sum(now.get(at, 0) for at in self._members[name].partitions)
