"""The embedded parts: SQLite files and the broker that ships with Lintas."""

import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine

from lintas.broker import EmbeddedBroker, program
from lintas.local import Broker, Stack, prepare
from shared.database.engine import open_engine
from shared.kafka.settings import KafkaSettings
from tests.parts.postgres import Server, own_server


class Embedded:
    """SQLite and the embedded broker; PostgreSQL beside them where the machine has its programs."""

    databases: tuple[str, ...] = ("sqlite", "postgresql")

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lintas-test-"))
        self._broker: EmbeddedBroker | None = None
        self._postgres: Server | None = None

    def versions(self) -> str:
        """The versions that the programs report."""
        command = [program(), "--version"]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        broker = answer.stdout.strip().splitlines()[-1]
        return f"{broker} (embedded broker), SQLite {sqlite3.sqlite_version}"

    def kafka(self) -> KafkaSettings:
        """One embedded broker for all tests."""
        if self._broker is None:
            self._broker = EmbeddedBroker().start()
        return self._broker.settings

    def broker(self) -> Broker:
        """An embedded broker of the run's own."""
        return EmbeddedBroker()

    def crash(self, broker: Broker) -> None:
        """It keeps its log in memory, so a crash takes it."""
        broker.kill()

    def stack(self, directory: Path) -> Stack:
        """As the demo does it."""
        return prepare(directory)

    def fresh_database(self, kind: str = "") -> str:
        """A file, or a database on the machine's PostgreSQL."""
        if kind == "postgresql":
            return self._beside().create()
        return f"sqlite:///{self._folder / uuid4().hex}.db"

    def _beside(self) -> Server:
        if self._postgres is None:
            self._postgres = own_server()
        return self._postgres

    def quick_engine(self) -> Engine:
        """In memory."""
        return open_engine("sqlite://")

    def give_back(self, engine: Engine) -> None:
        """It is gone with its connection."""
        engine.dispose()

    def mark(self) -> int:
        """Files are removed at the end of the session."""
        return self._postgres.mark() if self._postgres else 0

    def drop_since(self, mark: int) -> None:
        """As above."""
        if self._postgres:
            self._postgres.drop_since(mark)

    def close(self) -> None:
        """No process and no file is left."""
        if self._broker is not None:
            self._broker.stop()
        if self._postgres is not None:
            self._postgres.close()
        shutil.rmtree(self._folder, ignore_errors=True)
