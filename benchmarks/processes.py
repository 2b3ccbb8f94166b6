"""A service's process under measurement: its settings, its memory, its processor time."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lintas.broker import free_port
from shared.database.engine import open_engine
from shared.database.migrations import migrate
from shared.kafka.settings import KafkaSettings

TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Measuring:
    """One process."""

    process: subprocess.Popen[bytes]
    log: Path

    def resident(self) -> int:
        """Bytes in memory now."""
        return self._status("VmRSS:")

    def peak(self) -> int:
        """Most bytes in memory so far."""
        return self._status("VmHWM:")

    def cpu_seconds(self) -> float:
        """Processor time so far, user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def check(self) -> None:
        """Fail when it has ended by itself."""
        if self.process.poll() is not None:
            raise RuntimeError(f"the process ended; its log is {self.log}")

    def _status(self, name: str) -> int:
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def environment(service: str, keys: Path, kafka: KafkaSettings, database: str) -> Mapping[str, str]:
    """The settings of a service."""
    own = f"LINTAS_{service.upper()}"
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("LINTAS_")},
        "LINTAS_KAFKA": kafka.bootstrap,
        "LINTAS_KAFKA_IDEMPOTENT": str(kafka.idempotent).lower(),
        "LINTAS_KEYS": str(keys),
        f"{own}_DATABASE": database,
        f"{own}_PORT": str(free_port()),
        f"{own}_METRICS_PORT": str(free_port()),
        "LINTAS_MONITORING_LOG": str(keys.parent / "monitoring-log"),
    }


@contextmanager
def running(
    service: str,
    roles: tuple[str, ...],
    env: Mapping[str, str],
    log: Path,
    code: Path | None = None,
) -> Iterator[Measuring]:
    """The service's process with these roles, of this checkout or another; ended afterwards."""
    arguments = [part for role in roles for part in ("--only", role)]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", f"services.{service}", "run", *arguments],
            env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            cwd=code,
        )  # fmt: skip
    try:
        yield Measuring(process, log)
    finally:
        process.terminate()
        process.wait()


def prepared(service: str, database: str) -> str:
    """The database with the service's tables."""
    engine = open_engine(database)
    migrate(engine, service)
    engine.dispose()
    return database
