"""An application behind the server that every process uses, on a free port, in a thread."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from fastapi import FastAPI

from shared.http.connections import Connections
from shared.http.server import Server


@dataclass
class Serving:
    """A running server; `url` is where it listens."""

    server: Server
    port: int

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def dial(self, sends: bytes = b"") -> socket.socket:
        """Open a connection and send this; reading waits ten seconds at most."""
        one = socket.create_connection(("127.0.0.1", self.port), 10)
        one.sendall(sends)
        return one

    def get(self, path: str) -> httpx.Response:
        """Ask once, on a new connection."""
        return httpx.get(f"{self.url}{path}", timeout=10)


@contextmanager
def serving(api: FastAPI, most: int | None = None) -> Iterator[Serving]:
    """Serve it, with at most so many connections when that is given."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(api)
    if most is not None:
        server.server_state = Connections(most)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield Serving(server, listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(10)


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until this is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def ended(one: socket.socket) -> bool:
    """Whether the server has closed this connection; what it sent before is read."""
    try:
        while one.recv(65_536):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True
