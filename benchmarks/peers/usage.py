"""What processes took: processor time and memory of whole trees, read from /proc."""

import os
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
MIB = 2**20


@dataclass(frozen=True)
class Usage:
    """Processor seconds since its start, and bytes in memory now."""

    cpu_seconds: float = 0.0
    resident: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.cpu_seconds + other.cpu_seconds, self.resident + other.resident)


def usage_of(root: int) -> Usage:
    """A process with all its descendants; those that ended count for the parent that waited for them."""
    return sum((_of(pid) for pid in _tree(root)), Usage())


def peak_of(pid: int) -> int:
    """The most bytes that a process had in memory so far; of one that is gone none."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(one.split()[1]) * 1024 for one in lines if one.startswith("VmHWM:")), 0)


def _tree(root: int) -> set[int]:
    pids = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]
    parents = {pid: _parent(pid) for pid in pids}
    found, frontier = {root}, {root}
    while frontier:
        frontier = {pid for pid, parent in parents.items() if parent in frontier} - found
        found |= frontier
    return found


def _parent(pid: int) -> int:
    stat = _stat(pid)
    return int(stat[1]) if stat else 0


def _of(pid: int) -> Usage:
    stat = _stat(pid)
    if not stat:  # it ended a moment ago: its parent has its time
        return Usage()
    own_and_waited_for = sum(int(field) for field in stat[11:15])
    return Usage(own_and_waited_for / TICK, int(stat[21]) * os.sysconf("SC_PAGE_SIZE"))


def _stat(pid: int) -> list[str]:
    """The fields after the name, the state first; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def load_average() -> str:
    """Of one, five and fifteen minutes: who else was at work."""
    return " ".join(f"{one:.1f}" for one in os.getloadavg())
