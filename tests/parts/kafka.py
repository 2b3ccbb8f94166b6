"""A real Kafka, shared by the session, and the view of it that one run has."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import pytest

from lintas.broker import HOST, free_port, is_free
from shared.events.topics import TOPICS
from shared.kafka.admin import admin
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import topic_ids

CONTRACT = tuple(name for topic in TOPICS for name in (topic.name, topic.dead_letter))
GONE_SECONDS = 30.0


class Kafka:
    """A server, ours or given."""

    def __init__(
        self,
        bootstrap: str,
        end: Callable[[], None] = lambda: None,
        crash: Callable[[], None] | None = None,
    ) -> None:
        self.bootstrap = bootstrap
        self.settings = KafkaSettings(bootstrap)
        self.release = ""
        self.pid = 0
        """Of the container's first process; 0 where it is not known."""
        self._end = end
        self._crash = crash

    @property
    def version(self) -> str:
        """The release, where it can be asked, and the level of metadata that the cluster has settled on."""
        with admin(self.bootstrap) as client:
            level = client.describe_features()["metadata.version"]["finalized"][1]
        name = f"Apache Kafka {self.release}".strip()
        return f"{name} (metadata.version {level})"

    def crash(self) -> None:
        """Kill it, if it is ours."""
        if self._crash is None:
            pytest.skip("the Kafka that LINTAS_TEST_KAFKA names is not ours to kill: not tested")
        self._crash()

    def forget(self) -> None:
        """Delete the topics of the contract and wait until they are gone."""
        deadline = time.monotonic() + GONE_SECONDS
        while found := topic_ids(self.bootstrap, CONTRACT):
            assert time.monotonic() < deadline, f"not deleted: {', '.join(sorted(found))}"
            with admin(self.bootstrap) as client:
                client.delete_topics(sorted(found))
            time.sleep(0.1)

    def close(self) -> None:
        """End it, if it is ours."""
        self._end()


@dataclass
class RunBroker:
    """The real Kafka as one run sees it: a port of its own that can be shut, and no topic at first.

    To be killed means to lose the log, as with the embedded broker: the port is shut and the topics are deleted.
    """

    server: Kafka
    port: int = 0
    """0 takes any free port; it is kept over a restart."""
    pid: int | None = None
    """Its process is not of this machine's process tree."""
    _door: "Door | None" = field(default=None, repr=False)

    @property
    def bootstrap(self) -> str:
        """Address for clients."""
        return f"{HOST}:{self.port}"

    @property
    def settings(self) -> KafkaSettings:
        """How to talk to this broker."""
        return KafkaSettings(self.bootstrap)

    def start(self) -> Self:
        """Open the port."""
        self.port = self.port or free_port()
        assert is_free(self.port)
        self._door = Door(self.port, self.server.bootstrap)
        return self

    def shut(self) -> None:
        """Nobody comes in by the port any more."""
        if self._door is not None:
            self._door.close()
            self._door = None

    def kill(self) -> None:
        """Shut the port and lose the log."""
        self.shut()
        self.server.forget()

    def stop(self) -> None:
        """Leave the server as it was found."""
        self.kill()


class Door:
    """Passes bytes between a port of this machine and a server, until it is closed.

    A client that has come in learns the server's own address; who has not waits outside.
    """

    def __init__(self, port: int, target: str) -> None:
        host, _, number = target.partition(",")[0].rpartition(":")
        self._target = (host.strip("[]"), int(number))
        self._listener = socket.create_server((HOST, port), backlog=64)
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Refuse new clients and cut off the others."""
        _cut(self._listener)
        for one in list(self._open):
            _cut(one)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # closed
                return
            try:
                server = socket.create_connection(self._target, 10)
            except OSError:
                _cut(client)
                continue
            server.settimeout(None)
            for one, other in ((client, server), (server, client)):
                self._open.add(one)
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while content := source.recv(65_536):
                target.sendall(content)
        except OSError:  # cut off: the other side must know
            pass
        finally:
            _cut(source)
            _cut(target)
            self._open.discard(source)


def _cut(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:  # it is not connected any more
        pass
    finally:
        one.close()
