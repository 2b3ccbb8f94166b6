"""Measure a service's tables in each of its processes, whatever its role.

A killed consumer or relay cannot report its progress; the other processes can, from the tables.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine

from shared import clock
from shared.database.engine import snapshot
from shared.database.faults import described
from shared.events.topics import Topic
from shared.inbox import metrics as inbox_metrics
from shared.observability import metrics
from shared.observability.failures import where
from shared.outbox import progress as outbox
from shared.service.invariants import Invariant

log = logging.getLogger("lintas.measure")
MEASURE_SECONDS = 1.0
CHECK_SECONDS = 60.0
Gauges = Callable[[Connection, datetime], None]
"""Sets gauges from one state of a service's own tables."""
CHECK_SHARE = 20
"""Checking the invariants takes at most one twentieth of the time, for tables of any size."""


@dataclass
class Measure:
    """Sets the gauges of one service's tables periodically."""

    engine: Engine
    owns: Sequence[Topic] = ()
    consumes: Sequence[Topic] = ()
    invariants: Mapping[str, Invariant] = field(default_factory=dict)
    gauges: Gauges | None = None
    now: Callable[[], datetime] = clock.now
    _last_error: str = ""
    _next_check: float = 0.0

    def run(self, stopping: threading.Event) -> None:
        """Measure until the service stops; log a failure once, and leave the old values."""
        while not stopping.is_set():
            try:
                self.once()
                if time.monotonic() >= self._next_check:
                    self.check()
                self._last_error = ""
            except Exception as error:  # noqa: BLE001 - after any error the next measurement may succeed
                self._report_once(error)
            stopping.wait(MEASURE_SECONDS)

    def once(self) -> None:
        """Measure outbox, inbox and quarantine from one state of the tables."""
        now = self.now()
        with snapshot(self.engine) as connection:
            self._outbox(connection, now)
            inbox_metrics.gauge(connection, self.consumes, now)
            if self.gauges is not None:
                self.gauges(connection, now)
        metrics.MEASURED.set(now.timestamp())

    def check(self) -> None:
        """Check every invariant, each on one state of the tables."""
        began = time.monotonic()
        for name, count in self.invariants.items():
            with snapshot(self.engine) as connection:
                broken = count(connection)
            metrics.INVARIANT_BROKEN.labels(name).set(broken)
            if broken:
                log.error("invariant %s is broken in %d cases", name, broken)
        metrics.INVARIANTS_CHECKED.set(self.now().timestamp())
        took = time.monotonic() - began
        self._next_check = time.monotonic() + max(CHECK_SECONDS, CHECK_SHARE * took)

    def _outbox(self, connection: Connection, now: datetime) -> None:
        waits = outbox.waiting(connection)
        metrics.OUTBOX_DEPTH.set(waits.depth)
        age = (now - waits.oldest).total_seconds() if waits.oldest else 0.0
        metrics.OUTBOX_OLDEST_AGE.set(max(0.0, age))
        for topic in self.owns:
            metrics.OUTBOX_ACKNOWLEDGED.labels(topic.owner).set(outbox.acknowledged(connection))

    def _report_once(self, error: Exception) -> None:
        kind = described(error)
        if kind != self._last_error:
            log.warning(
                "the tables cannot be measured (%s); again and again\n%s", kind, where(error)
            )
            self._last_error = kind
