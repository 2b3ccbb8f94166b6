"""Limit connections on a port without a proxy: the time to a request's head, and their number.

The proxy of the deployment (`deploy/proxy`) limits far more; the demo's ports and a worker's have none.
A connection waits until a complete head of a request has arrived. We cut a connection that waits too
long; when there are too many connections, we cut the one that has waited longest, so that a client
that sends its request at once is always served.
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
    """Return how many connections, and how many accepted at once, leave descriptors for other work.

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
    """All connections of one server; the waiting ones in the order in which they began to wait."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._sweeping = False
        self.waiting: dict[Connection, float] = {}
        """The deadline of each waiting connection, by the loop's clock."""

    def wait(self, connection: "Connection") -> None:
        """Start the deadline of this connection, unless it runs already."""
        if connection not in self.waiting:
            self.waiting[connection] = connection.loop.time() + HEAD_SECONDS
            if not self._sweeping:
                self._sweeping = True
                connection.loop.call_later(SWEEP_SECONDS, self._sweep, connection.loop)

    def make_room(self) -> None:
        """Cut the connections that have waited longest until the limit holds."""
        while len(self.connections) > self._most and self.waiting:
            next(iter(self.waiting)).cut("room")

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cut overdue connections. One timer serves all: one per request costs a fifth of a small answer."""
        for connection, until in list(self.waiting.items()):
            if until <= loop.time():
                connection.cut("head")
        self._sweeping = bool(self.waiting)
        if self._sweeping:
            loop.call_later(SWEEP_SECONDS, self._sweep, loop)


class Connection(H11Protocol):
    """Uvicorn's HTTP/1.1 connection, cut when its client takes too long."""

    server_state: Connections

    def connection_made(self, transport: Any) -> None:
        """Wait for the first head."""
        super().connection_made(transport)
        self._update_waiting()
        self.server_state.make_room()

    def data_received(self, data: bytes) -> None:
        """Read on; after a rest between two requests the time for the next head begins."""
        if self.timeout_keep_alive_task is not None:
            self._stop_waiting()
        super().data_received(data)
        self._update_waiting()

    def on_response_complete(self) -> None:
        """Wait for the next head, unless it has come already."""
        super().on_response_complete()
        self._update_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def cut(self, reason: str) -> None:
        """Close at once without an answer; the client loses what it has not read."""
        self._stop_waiting()
        self.connections.discard(self)
        metrics.HTTP_CUT.labels(reason).inc()
        self.transport.abort()

    def _update_waiting(self) -> None:
        if self not in self.connections:  # cut or lost while its data was being read
            return
        if self.cycle is None or self.cycle.response_complete:
            self.server_state.wait(self)
        else:
            self._stop_waiting()

    def _stop_waiting(self) -> None:
        self.server_state.waiting.pop(self, None)
