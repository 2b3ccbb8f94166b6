"""A thread with its own event loop, for a relay or a consumer."""

import asyncio
import logging
import threading
import time
from contextlib import suppress
from typing import Protocol

from shared.observability.failures import where
from shared.observability.retries import FIRST_SECONDS, Stopped, retry

log = logging.getLogger("lintas.run")


class Worker(Protocol):
    """Something that works until `stop` is set."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work; return soon after `stop` is set, with nothing half done."""


class Due:
    """Which regular look is due."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def now(self, name: str, every: float) -> bool:
        """True at most once in `every` seconds, for the first time after that long."""
        moment = time.monotonic()
        if moment - self._last.setdefault(name, moment) < every:
            return False
        self._last[name] = moment
        return True


class WorkerThread:
    """Runs a worker; one that ends by an exception is started again after a growing pause."""

    def __init__(self, name: str, worker: Worker) -> None:
        self.name = name
        self._worker = worker
        self._stop = threading.Event()
        self._inner: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self._thread = threading.Thread(target=self._main, name=name, daemon=True)

    def start(self) -> None:
        """Begin to work, unless stopped already."""
        if not self._stop.is_set():
            self._thread.start()

    def stop(self) -> None:
        """Ask the worker to end; safe from any thread and from a signal handler."""
        self._stop.set()
        inner = self._inner
        if inner is not None and not inner[0].is_closed():
            inner[0].call_soon_threadsafe(inner[1].set)

    def join(self, seconds: float) -> bool:
        """Wait for the end; whether it came in time."""
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _main(self) -> None:
        with suppress(Stopped):
            while not self._stop.is_set():
                retry(lambda: asyncio.run(self._work()), self._stop, on=Exception, note=self._log)
                self._stop.wait(FIRST_SECONDS)  # it returned unasked

    def _log(self, error: Exception, pause: float) -> None:
        values = (self.name, type(error).__name__, pause, where(error))
        log.error("%s failed (%s); again in %.1f s\n%s", *values)

    async def _work(self) -> None:
        stop = asyncio.Event()
        self._inner = (asyncio.get_running_loop(), stop)
        if self._stop.is_set():
            return
        await self._worker.run(stop)
