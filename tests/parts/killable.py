"""Servers of a test's own that may be killed and keep what they have written."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import docker
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from lintas.broker import free_port
from tests.parts.containers import (
    PORT_LABEL,
    POSTGRES_USER,
    Container,
    await_server,
    kafka_container,
)
from tests.parts.images import image
from tests.parts.kafka import Kafka
from tests.parts.postgres import Server


@dataclass
class Killable:
    """A PostgreSQL on disk; with its own settings, so that what it has acknowledged survives."""

    server: Server
    container: Container
    url: str

    def crash(self) -> None:
        """SIGKILL to every process of it, and up again on the same files."""
        process = self.container.get_wrapped_container()
        process.kill()
        process.start()
        self.wait()

    def wait(self) -> None:
        """Until it answers."""
        engine = create_engine(self.url)
        await_server(lambda: engine.connect().close(), OperationalError, "PostgreSQL")
        engine.dispose()


@contextmanager
def killable_postgres() -> Iterator[Killable]:
    """A server for one test."""
    port = free_port()
    container = Container(image("postgres"), **POSTGRES_USER).publish(5432, port)
    container.with_command("postgres -c max_connections=300").start()
    url = f"postgresql+psycopg://lintas:lintas@127.0.0.1:{port}/lintas"
    made = Killable(Server(url, container.stop), container, url)
    try:
        made.wait()
        yield made
    finally:
        made.server.close()


@contextmanager
def killable_kafka() -> Iterator[Kafka]:
    """A broker for one test: the session's may be a given one, which nobody may kill."""
    server = kafka_container()
    try:
        yield server
    finally:
        server.close()


@asynccontextmanager
async def frozen(bootstrap: str) -> AsyncIterator[None]:
    """All processes of a container of ours are stopped inside the block, and go on after it."""
    port = bootstrap.rpartition(":")[2]
    (container,) = docker.from_env().containers.list(filters={"label": f"{PORT_LABEL}={port}"})
    await asyncio.to_thread(container.pause)
    try:
        yield
    finally:
        await asyncio.to_thread(container.unpause)
