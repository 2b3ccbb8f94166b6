"""The real parts: Apache Kafka and PostgreSQL, in containers or as the environment names them."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from lintas.local import Broker, Stack, prepare
from lintas.registry import SERVICES
from shared.kafka.admin import BrokerAway
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import topic_ids
from tests.parts import KAFKA, POSTGRES
from tests.parts.containers import check_engine, kafka_container, postgres_container
from tests.parts.kafka import CONTRACT, Kafka, RunBroker
from tests.parts.postgres import Server


class Real:
    """One Kafka and one PostgreSQL for the whole session."""

    databases: tuple[str, ...] = ("postgresql",)

    def __init__(self) -> None:
        if not (os.environ.get(KAFKA) and os.environ.get(POSTGRES)):
            check_engine()
        with ThreadPoolExecutor(2) as pool:
            kafka, postgres = pool.submit(kafka_server), pool.submit(postgres_server)
        try:
            self._kafka, self._postgres = kafka.result(), postgres.result()
        except BaseException:  # one of them did not start: leave nothing behind
            for one in (kafka, postgres):
                if one.exception() is None:
                    one.result().close()
            raise

    def versions(self) -> str:
        """Asked from the servers."""
        return f"{self._kafka.version}, {self._postgres.version}"

    def kafka(self) -> KafkaSettings:
        """The server."""
        return self._kafka.settings

    def broker(self) -> Broker:
        """A view of the server; runs follow each other, so that each finds it without topics."""
        return RunBroker(self._kafka)

    def crash(self, broker: Broker) -> None:
        """Kill the server's process; it comes back with its log."""
        assert isinstance(broker, RunBroker)
        broker.server.crash()

    def stack(self, directory: Path) -> Stack:
        """Services on databases of their own."""
        databases = {service: self.fresh_database() for service in SERVICES}
        return prepare(directory, broker=self.broker(), databases=databases)

    def fresh_database(self, kind: str = "") -> str:
        """A database on the server."""
        assert kind in ("", "postgresql")
        return self._postgres.create()

    def quick_engine(self) -> Engine:
        """One that was used before, emptied."""
        return self._postgres.quick()

    def give_back(self, engine: Engine) -> None:
        """For the next one."""
        self._postgres.give_back(engine)

    def mark(self) -> int:
        """How many databases were made."""
        return self._postgres.mark()

    def drop_since(self, mark: int) -> None:
        """Drop the newer ones."""
        self._postgres.drop_since(mark)

    def close(self) -> None:
        """End the containers."""
        self._kafka.close()
        self._postgres.close()


def kafka_server() -> Kafka:
    """The one that the environment names, if it answers and has no topic of Lintas; else a container."""
    given = _named(KAFKA)
    if not given:
        return kafka_container()
    try:
        found = topic_ids(given, CONTRACT)
    except BrokerAway as error:
        _give_up(KAFKA, str(error))
    if found:
        pytest.exit(
            f"{KAFKA}={given} has topics of Lintas ({', '.join(sorted(found))}), which the tests would delete:"
            " name a broker without them, or delete them yourself",
            returncode=2,
        )
    return Kafka(given)


def postgres_server() -> Server:
    """The one that the environment names, if it answers; else a container."""
    given = _named(POSTGRES)
    if not given:
        return postgres_container()
    try:
        server = Server(given)
        server.version  # noqa: B018 - asks the server
    except SQLAlchemyError as error:
        _give_up(POSTGRES, str(error).splitlines()[0])
    return server


def _named(name: str) -> str | None:
    """Taken out of the environment: services inherit it, and refuse settings that are not theirs."""
    return os.environ.pop(name, None)


def _give_up(name: str, cause: str) -> NoReturn:
    """One line instead of a traceback; neither cause holds a password."""
    pytest.exit(f"{name} names no server that answers ({cause}): mend it, or leave it out", 2)
