"""The engines: how each is started, how far it is, and what cells it has."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine as SqlEngine
from sqlalchemy import func, select

from benchmarks.peers.deltas import Progress, summed
from benchmarks.peers.expected import Cells
from benchmarks.peers.log_cells import cells_of_log
from benchmarks.peers.servers import Servers
from benchmarks.processes import environment, prepared
from lintas.broker import free_port
from shared.database.engine import open_engine, snapshot
from shared.inbox.seen import watermarks
from shared.kafka.admin import admin

HERE = Path(__file__).parent
OUTPUT_PARTITIONS = 6


class Engine(Protocol):
    """One engine with so many workers."""

    name: str
    workers: int

    def start(self, log: Path) -> list[subprocess.Popen[bytes]]:
        """Start its processes."""

    def committed(self) -> int:
        """Events of which everything is committed."""

    def cells(self) -> Cells:
        """What it counts."""

    def kept(self) -> int:
        """Bytes on disk of what it has kept."""


@dataclass
class Lintas:
    """Monitoring's consumer, from Kafka into PostgreSQL, with all checks."""

    servers: Servers
    keys: Path
    workers: int
    directory: Path
    name: str = "Lintas"
    database: str = ""
    _database: SqlEngine = field(init=False, repr=False)

    def start(self, log: Path) -> list[subprocess.Popen[bytes]]:
        """One process for each worker, and one for the upkeep: its processor time counts, too."""
        self.database = prepared("monitoring", self.servers.postgres.create())
        self._database = open_engine(self.database)
        command = [sys.executable, "-m", "services.monitoring", "run", "--only"]
        roles = ["consumer"] * self.workers + ["upkeep"]
        return [
            _spawn([*command, role], log, self._environment(str(number)))
            for number, role in enumerate(roles)
        ]

    def _environment(self, replica: str) -> Mapping[str, str]:
        settings = environment("monitoring", self.keys, self.servers.settings, self.database)
        own = {"REPLICA": replica, "PORT": str(free_port()), "LOG": str(self._log)}
        return {**settings, **{f"LINTAS_MONITORING_{name}": value for name, value in own.items()}}

    @property
    def _log(self) -> Path:
        """Of this run alone, as its database is."""
        return self.directory / f"log-{self.database.rpartition('/')[2]}"

    def committed(self) -> int:
        """By the seen-set in the database."""
        with snapshot(self._database) as connection:
            return sum(watermarks(connection).values())

    def cells(self) -> Cells:
        """By SQL, from the log."""
        return cells_of_log(self.database, self._log, self.directory / "spill")

    def kept(self) -> int:
        """Of its database and its data files."""
        size = select(func.pg_database_size(func.current_database()))
        with snapshot(self._database) as connection:
            return int(connection.execute(size).scalar_one()) + _bytes_in(self._log)


@dataclass
class Peer:
    """An engine that writes changes of cells to a topic."""

    servers: Servers
    name: str
    workers: int
    command: list[str]
    directory: Path
    threads: bool
    """Whether its workers are threads of one process."""
    group: str = ""
    _progress: Progress = field(init=False, repr=False)

    def start(self, log: Path) -> list[subprocess.Popen[bytes]]:
        """One process, or one for each worker; each with a folder for its state."""
        self.group = f"peer-{free_port()}"
        with admin(self.servers.settings) as client:
            settings = {"num_partitions": OUTPUT_PARTITIONS, "replication_factor": 1}
            client.create_topics({self.output: settings})
        self._progress = Progress(self.servers.settings, self.group)
        return [self._process(number, log) for number in range(1 if self.threads else self.workers)]

    @property
    def output(self) -> str:
        """The topic of its changes."""
        return f"{self.group}-deltas"

    def _process(self, number: int, log: Path) -> subprocess.Popen[bytes]:
        state = str(self.directory / f"{self.group}-{number}")
        arguments = [self.servers.settings.bootstrap, self.group, self.output, state]
        return _spawn([*self.command, *arguments, str(self.workers)], log, os.environ)

    def committed(self) -> int:
        """By what its group has committed, in the transaction of its changes."""
        return self._progress.committed()

    def cells(self) -> Cells:
        """Its changes, summed up."""
        return summed(self.servers.settings, self.output, OUTPUT_PARTITIONS)

    def kept(self) -> int:
        """Of its stores."""
        return sum(map(_bytes_in, self.directory.glob(f"{self.group}-*")))


def _bytes_in(directory: Path) -> int:
    return sum(one.stat().st_size for one in directory.rglob("*") if one.is_file())


def _spawn(command: list[str], log: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
