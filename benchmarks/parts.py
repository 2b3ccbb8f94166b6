"""The parts that are measured: embedded, or Apache Kafka and PostgreSQL in containers, durable."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from lintas.broker import EmbeddedBroker
from shared.kafka.settings import KafkaSettings
from tests.parts.containers import check_engine, kafka_container, postgres_container
from tests.parts.embedded import Embedded
from tests.parts.kafka import Kafka
from tests.parts.postgres import Server


class Bench(Protocol):
    """One set of parts."""

    name: str
    versions: str
    """Versions, as the servers report them."""

    def broker(self) -> KafkaSettings:
        """A broker without topics."""

    def database(self) -> str:
        """URL of an empty database."""


@dataclass
class EmbeddedBench:
    """SQLite files, and a new embedded broker each time: it keeps all in memory."""

    directory: Path
    name: str = "embedded"
    versions: str = ""
    running: EmbeddedBroker | None = None

    def broker(self) -> KafkaSettings:
        """The one before is ended."""
        self.close()
        self.running = EmbeddedBroker().start()
        return self.running.settings

    def database(self) -> str:
        """A file."""
        return f"sqlite:///{self.directory / uuid4().hex}.sqlite"

    def close(self) -> None:
        """End the broker."""
        if self.running is not None:
            self.running.stop()


@contextmanager
def embedded(directory: Path) -> Iterator[Bench]:
    """The laptop's parts."""
    bench = EmbeddedBench(directory, versions=Embedded().versions())
    try:
        yield bench
    finally:
        bench.close()


@dataclass
class RealBench:
    """One server of each kind."""

    versions: str
    kafka: Kafka
    postgres: Server
    name: str = "real"

    def broker(self) -> KafkaSettings:
        """The server, its topics deleted."""
        self.kafka.forget()
        return self.kafka.settings

    def database(self) -> str:
        """A new database."""
        return self.postgres.create()


@contextmanager
def real() -> Iterator[Bench]:
    """Apache Kafka and PostgreSQL with their own defaults of durability."""
    check_engine()
    kafka, postgres = kafka_container(), postgres_container(durable=True)
    try:
        yield RealBench(f"{kafka.version}, {postgres.version}", kafka, postgres)
    finally:
        kafka.close()
        postgres.close()
