"""One Apache Kafka and one PostgreSQL for the whole sitting, and what they take."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.peers.usage import Usage, usage_of
from shared.events.topics import TOPICS
from shared.kafka.admin import admin
from shared.kafka.settings import KafkaSettings
from tests.parts.containers import check_engine, kafka_container, postgres_container
from tests.parts.kafka import Kafka
from tests.parts.postgres import Server

JAVA = "-Xms512m -Xmx1g"
"""Options of a broker that is to show its speed."""


@dataclass(frozen=True)
class Servers:
    """Both, durable, as their containers start them."""

    kafka: Kafka
    postgres: Server
    versions: str

    @property
    def settings(self) -> KafkaSettings:
        """How to talk to the broker."""
        return self.kafka.settings

    def usage(self) -> tuple[Usage, Usage]:
        """Of PostgreSQL and of the broker so far."""
        return usage_of(self.postgres.pid), usage_of(self.kafka.pid)

    def bytes_on_the_bus(self) -> int:
        """What the contract's topics take on the broker's disk, compressed as they are."""
        names = {topic.name for topic in TOPICS}
        with admin(self.settings) as client:
            found = client.describe_log_dirs()
        return sum(
            part["partition_size"]
            for broker in found
            for directory in broker["log_dirs"]
            for topic in directory["topics"]
            if topic["name"] in names
            for part in topic["partitions"]
        )


@contextmanager
def servers() -> Iterator[Servers]:
    """Start them; they are ended with all that they hold."""
    check_engine()
    kafka = kafka_container(JAVA)
    try:
        postgres = postgres_container(durable=True)
        try:
            yield Servers(kafka, postgres, f"{kafka.version}, {postgres.version}")
        finally:
            postgres.close()
    finally:
        kafka.close()
