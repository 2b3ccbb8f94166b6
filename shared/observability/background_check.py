"""Run a check that may block (database, broker) in a thread; asking for its last result never waits."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from shared import clock

CHECK_EVERY_SECONDS = 2.0
LIMIT = timedelta(seconds=5)
"""How long a check may take before its last result counts no more."""


class Missing(RuntimeError):
    """Why a part cannot do its work now, in words that anyone may read: no address, no value."""


class NotChecked(Missing):
    """The check has no result yet, or its result is too old."""


class BackgroundCheck:
    """Call it for the last result: it raises what the check raised, and never waits."""

    def __init__(
        self, check: Callable[[], object], now: Callable[[], datetime] = clock.now
    ) -> None:
        self._check, self._now = check, now
        self._result: Exception | None = NotChecked("the first check has not ended")
        self._began: datetime | None = None

    def __call__(self) -> None:
        """Raise what is wrong, if anything.

        Raises:
            NotChecked: the check has not ended yet, or for longer than `LIMIT`.
        """
        began = self._began
        took = self._now() - began if began else timedelta()
        if took > LIMIT:
            raise NotChecked(f"the check has not ended for {int(took.total_seconds())} s")
        if self._result is not None:
            raise self._result

    def once(self) -> None:
        """Check now; waits as long as the check does."""
        self._began = self._now()
        try:
            self._check()
        except Exception as error:  # noqa: BLE001 - whatever is wrong, it is the result
            self._result = error.with_traceback(None)
        else:
            self._result = None
        self._began = None

    def run(self, stopping: threading.Event) -> None:
        """Check again and again until the service stops."""
        while not stopping.is_set():
            self.once()
            stopping.wait(CHECK_EVERY_SECONDS)
