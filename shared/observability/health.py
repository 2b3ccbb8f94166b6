"""Whether a service is alive (its work moves) and ready (what it needs can be reached)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from shared.observability.background_check import BackgroundCheck, Missing

Check = Callable[[], object]


class Progress:
    """A watchdog: work that has not moved for longer than `limit` has stalled."""

    def __init__(self, limit: timedelta = timedelta(seconds=60)) -> None:
        self.limit = limit
        self._last: datetime | None = None
        self._lock = Lock()

    def moved(self, now: datetime) -> None:
        """The work went on, or looked and found nothing to do."""
        with self._lock:
            self._last = now

    def stalled_for(self, now: datetime) -> timedelta:
        """Time since the last move; counts from the first question when nothing has moved yet."""
        with self._lock:
            if self._last is None or self._last > now:  # a clock that ran ahead was set right
                self._last = now
            return now - self._last


class Health:
    """Named checks for readiness and named watchdogs for life."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self._background: dict[str, BackgroundCheck] = {}
        self._progress: dict[str, Progress] = {}
        self._stopping = False

    def add_check(self, name: str, check: Check) -> None:
        """Ready only while `check()` raises nothing; it must not wait for anything."""
        self._checks[name] = check

    def add_background_check(self, name: str, check: Check) -> None:
        """Ready only while `check()`, which may wait, raises nothing; begun by `watch`."""
        self._background[name] = self._checks[name] = BackgroundCheck(check)

    def watch(self, stopping: Event) -> None:
        """Do the background checks until the service stops, each in a thread of its own."""
        for name, check in self._background.items():
            Thread(target=check.run, args=(stopping,), name=f"check-{name}", daemon=True).start()

    def add_progress(self, name: str, progress: Progress) -> None:
        """Alive only while this work moves."""
        self._progress[name] = progress

    def stop(self) -> None:
        """Never ready again: the service drains."""
        self._stopping = True

    def live(self, now: datetime) -> dict[str, str]:
        """What has stalled, and for how long; empty while everything moves."""
        stalled = {name: one.stalled_for(now) for name, one in list(self._progress.items())}
        return {
            name: f"no progress for {int(time.total_seconds())} s"
            for name, time in stalled.items()
            if time > self._progress[name].limit
        }

    def ready(self, _now: datetime) -> dict[str, str]:
        """What is missing, and why, as last seen; empty when requests can be served. Never waits."""
        missing = {"service": "stopping"} if self._stopping else {}
        for name, check in list(self._checks.items()):  # workers add theirs while others ask
            try:
                check()
            except Exception as error:  # noqa: BLE001  whatever is wrong, it is missing
                kind = type(error).__name__
                missing[name] = f"{kind}: {error}" if isinstance(error, Missing) else kind
        return missing
