"""Limits on connections for a port without a proxy in front: time to a head, and their number.

The proxy of the deployment (`deploy/proxy`) limits far more; the demo's ports and a worker's have none.
A connection waits while no complete head of a request has come. Who waits too long is cut; when there
are too many connections, who has waited longest is cut for the newcomer, so a client that speaks at
once is always served.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from shared.observability import metrics

HEAD_SECONDS = 10.0
"""How long a client may take for the head of a request, counted from its first byte."""
SWEEP_SECONDS = 1.0
MOST_CONNECTIONS = 1_000
MOST_ACCEPTED_AT_ONCE = 128


def room(files: int) -> tuple[int, int]:
    """How many connections, and how many accepted at once, leave descriptors for all other work.

    `files` is the process's limit of descriptors, negative when there is none. A burst is open
    besides the connections, twice: accepted before we can look, and cut but not yet closed.
    """
    if files < 0:
        return MOST_CONNECTIONS, MOST_ACCEPTED_AT_ONCE
    return (
        max(4, min(MOST_CONNECTIONS, files // 3)),
        max(4, min(MOST_ACCEPTED_AT_ONCE, files // 8)),
    )


class Connections(ServerState):
    """All connections of one server; those that wait for their clients in the order of waiting."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._sweeping = False
        self.waiting: dict[Connection, float] = {}
        """Until when each waits, by the loop's clock."""

    def wait(self, connection: "Connection") -> None:
        """Wait for this client, unless we do already."""
        if connection not in self.waiting:
            self.waiting[connection] = connection.loop.time() + HEAD_SECONDS
            if not self._sweeping:
                self._sweeping = True
                connection.loop.call_later(SWEEP_SECONDS, self._sweep, connection.loop)

    def make_room(self) -> None:
        """Cut those that have waited longest until no more than the limit are open."""
        while len(self.connections) > self._most and self.waiting:
            next(iter(self.waiting)).cut("room")

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        """One timer for all: a timer for each request would cost a fifth of a small answer."""
        for connection, until in list(self.waiting.items()):
            if until <= loop.time():
                connection.cut("head")
        self._sweeping = bool(self.waiting)
        if self._sweeping:
            loop.call_later(SWEEP_SECONDS, self._sweep, loop)


class Connection(H11Protocol):
    """Uvicorn's HTTP/1.1 connection, cut when its client lets it wait too long."""

    server_state: Connections

    def connection_made(self, transport: Any) -> None:
        """Wait for the first head."""
        super().connection_made(transport)
        self._look()
        self.server_state.make_room()

    def data_received(self, data: bytes) -> None:
        """Read on; after a rest between two requests the time for the next head begins."""
        if self.timeout_keep_alive_task is not None:
            self._go_on()
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Wait for the next head, unless it has come already."""
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._go_on()
        super().connection_lost(exc)

    def cut(self, reason: str) -> None:
        """Close at once, without a word: what the client has not read is lost."""
        self._go_on()
        self.connections.discard(self)
        metrics.HTTP_CUT.labels(reason).inc()
        self.transport.abort()

    def _look(self) -> None:
        if self not in self.connections:  # cut or lost while its data was being read
            return
        if self.cycle is None or self.cycle.response_complete:
            self.server_state.wait(self)
        else:
            self._go_on()

    def _go_on(self) -> None:
        self.server_state.waiting.pop(self, None)
