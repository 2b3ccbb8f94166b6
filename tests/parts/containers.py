"""Apache Kafka and PostgreSQL in containers, from the images that the deployment names."""

import os
import time
from collections.abc import Callable, Mapping
from typing import Self
from uuid import uuid4

os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")  # read at import; we end them

import docker
import pytest
from docker.errors import DockerException
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from testcontainers.core.container import DockerContainer

from lintas.broker import free_port
from shared.kafka.admin import BrokerAway
from shared.kafka.topics import topic_ids
from tests.parts import RUN
from tests.parts.images import image
from tests.parts.kafka import Kafka
from tests.parts.postgres import Server

START_SECONDS = 90.0
CARELESS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400"
POSTGRES_USER = {"POSTGRES_USER": "lintas", "POSTGRES_PASSWORD": "lintas"}
PORT_LABEL = "id.lintas.test.port"
RUN_LABEL = "id.lintas.test.run"
"""Every container of a run has its mark: workers that are killed leave theirs to the controller."""
SHORT_LIVED = "-Xms256m -Xmx512m -XX:TieredStopAtLevel=1"
"""Java's options for a broker that lives for minutes."""
REMEDY = "install Docker Engine (Debian: apt-get install docker.io) and start it, or name servers"


class Container(DockerContainer):
    """A container that nobody outside this machine reaches, under the same session's name."""

    def __init__(self, image: str, **environment: str) -> None:
        super().__init__(image)
        self.with_envs(**environment).with_name(f"lintas-test-{uuid4().hex[:12]}")
        self.labels = {RUN_LABEL: os.environ.get(RUN, "")}
        self.with_kwargs(labels=self.labels)

    def publish(self, inside: int, outside: int) -> Self:
        """Open a port on loopback. The engine passes each byte on, at some cost; it stays over a restart."""
        self.ports[str(inside)] = ("127.0.0.1", outside)  # type: ignore[assignment]
        return self

    @property
    def address(self) -> str:
        """On the engine's own network, without a detour; another start may give another one."""
        container = self.get_wrapped_container()
        container.reload()
        return str(container.attrs["NetworkSettings"]["IPAddress"])

    @property
    def pid(self) -> int:
        """Its first process, as this machine numbers it; 0 where the engine runs elsewhere."""
        container = self.get_wrapped_container()
        container.reload()
        return int(container.attrs["State"]["Pid"])


def check_engine() -> None:
    """End the session with one line when there is no engine."""
    try:
        docker.from_env().ping()
    except DockerException as error:
        cause = str(error).splitlines()[0][:120]
        pytest.exit(f"no container engine answers ({cause}): {REMEDY}", returncode=2)


def remove_all(run: str) -> None:
    """Remove the containers of workers that were killed before they could."""
    for container in docker.from_env().containers.list(
        all=True, filters={"label": f"{RUN_LABEL}={run}"}
    ):
        container.remove(force=True)


def kafka_container(java: str = SHORT_LIVED) -> Kafka:
    """One broker in KRaft mode: no topic by accident, no waiting for the first member of a group."""
    port = free_port()
    settings = {**kafka_settings(PLAINTEXT=port), "HEAP_OPTS": java}
    container = kafka_on(port, settings).start()
    server = Kafka(f"127.0.0.1:{port}", container.stop, crash=lambda: _crash(container, port))
    _await_kafka(port)
    server.release, server.pid = _release_of(container), container.pid
    return server


def kafka_on(port: int, settings: Mapping[str, str]) -> Container:
    """A broker on the machine's own network, so that what it advertises is where it is.

    `frozen` finds it by the label.
    """
    environment = {f"KAFKA_{name}": value for name, value in settings.items()}
    container = Container(image("apache/kafka"), **environment)
    container.labels[PORT_LABEL] = str(port)
    return container.with_kwargs(network_mode="host", labels=container.labels)


def kafka_settings(**listeners: int) -> dict[str, str]:
    """One node that listens on 127.0.0.1 alone: `PLAINTEXT=9092`, names and ports of the listeners for clients."""
    for_clients = [f"{name}://127.0.0.1:{port}" for name, port in listeners.items()]
    controller = f"127.0.0.1:{free_port()}"
    return {
        "NODE_ID": "1",
        "PROCESS_ROLES": "broker,controller",
        "LISTENERS": ",".join([*for_clients, f"CONTROLLER://{controller}"]),
        "ADVERTISED_LISTENERS": ",".join(for_clients),
        "CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "CONTROLLER_QUORUM_VOTERS": f"1@{controller}",
        "OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "AUTO_CREATE_TOPICS_ENABLE": "false",
        "GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "BROKER_SESSION_TIMEOUT_MS": "3000",  # a killed broker is back sooner
        "BROKER_HEARTBEAT_INTERVAL_MS": "500",
        "HEAP_OPTS": SHORT_LIVED,
    }


def _release_of(container: DockerContainer) -> str:
    """The protocol reports no release, so the broker's own program in the container is asked."""
    command = ["/opt/kafka/bin/kafka-broker-api-versions.sh", "--version"]
    answer = container.exec(command)
    assert answer.exit_code == 0, answer.output
    return answer.output.decode().split()[0]


def _crash(container: DockerContainer, port: int) -> None:
    """Kill -9, and up again on the same log."""
    process = container.get_wrapped_container()
    process.kill()
    process.start()
    _await_kafka(port)


def _await_kafka(port: int) -> None:
    await_server(lambda: topic_ids(f"127.0.0.1:{port}", ["none"]), BrokerAway, "Kafka")


def postgres_container(*, durable: bool = False) -> Server:
    """A server; in memory it takes no care of power failures: the tests kill processes, not machines."""
    container = Container(image("postgres"), **POSTGRES_USER)
    if not durable:
        container.with_command(f"postgres {CARELESS}").with_tmpfs_mount("/var/lib/postgresql")
    container.start()
    url = f"postgresql+psycopg://lintas:lintas@{container.address}:5432/lintas"
    await_server(lambda: create_engine(url).connect().close(), OperationalError, "PostgreSQL")
    server = Server(url, container.stop)
    server.pid = container.pid
    return server


def await_server(attempt: Callable[[], object], error: type[Exception], what: str) -> None:
    """Try until the server answers; anything but this error is raised at once."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            attempt()
        except error as cause:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what} gave no answer in {START_SECONDS:.0f} s") from cause
            time.sleep(0.3)
        else:
            return
