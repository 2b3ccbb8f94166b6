"""The HTTP server of every process: uvicorn with our limits, without signal handlers of its own."""

import resource
from contextlib import AbstractContextManager, nullcontext

import uvicorn
from fastapi import FastAPI

from shared import clock
from shared.http.connections import Connection, Connections, room
from shared.observability.health import Progress

DRAIN_SECONDS = 8
"""How long running requests may take after SIGTERM; the rest of ten seconds is for closing."""
REST_SECONDS = 10
"""How long a connection may be idle between two requests."""
MAX_HEAD_BYTES = 32_768


class Server(uvicorn.Server):
    """Serve one application; the caller handles signals and stops it with `should_exit`.

    `progress` is a watchdog of its event loop: health has a server of its own and cannot see it.
    """

    def __init__(
        self,
        api: FastAPI,
        host: str = "127.0.0.1",
        port: int = 0,
        progress: Progress | None = None,
    ) -> None:
        self._progress = progress
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        most, burst = room(files)
        super().__init__(
            uvicorn.Config(
                api,
                host=host,
                port=port,
                http=Connection,
                backlog=burst,  # asyncio accepts that many at once before it lets us look
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=REST_SECONDS,
                timeout_graceful_shutdown=DRAIN_SECONDS,
                h11_max_incomplete_event_size=MAX_HEAD_BYTES,
            )
        )
        self.server_state = Connections(most)

    async def on_tick(self, counter: int) -> bool:
        """Uvicorn's beat, ten times a second: the loop moves."""
        if self._progress is not None:
            self._progress.moved(clock.now())
        return await super().on_tick(counter)

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Leave the signals alone."""
        return nullcontext()
