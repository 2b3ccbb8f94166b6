"""How far the road is: what the services have accepted and sent, what monitoring has applied."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import httpx
from prometheus_client.parser import text_string_to_metric_families

from lintas.endpoints import Endpoints
from lintas.registry import CARDS, PUBLISHERS

SENT = "lintas_outbox_acknowledged_events"
RELAYED = "lintas_relay_sent_events_total"
DEPTH = "lintas_outbox_depth_events"
APPLIED = "lintas_watermark_complete_events"
LOOKED_AT = frozenset({SENT, RELAYED, DEPTH, APPLIED})
STALL_SECONDS = 60.0
SETTLED_SECONDS = 2.5
"""Services measure their tables every second: complete for longer than that is complete."""


class Stalled(RuntimeError):
    """Nothing moved for a minute although events wait; the message says between which two points."""


@dataclass(frozen=True)
class Progress:
    """One look at the road, in events."""

    waiting: int
    """Accepted and not yet on the bus."""
    sent: Mapping[str, int]
    """On the bus since the first event, by source URN; measured every second."""
    applied: Mapping[str, int]
    """Applied without a gap, by source URN."""
    relayed: int = 0
    """On the bus since the services started, to the moment: it gives the speed, and nothing after a restart."""

    @property
    def complete(self) -> bool:
        """Whether monitoring has applied all that was accepted."""
        return self.waiting == 0 and all(self.applied.get(s) == n for s, n in self.sent.items())


def look(endpoints: Endpoints, client: httpx.Client) -> Progress:
    """Ask the metrics of every service.

    Raises:
        httpx.HTTPError: a service is away.
    """
    sent: dict[str, int] = {}
    waiting, relayed = 0, 0
    for service in PUBLISHERS:
        values = _samples(client, endpoints.operations(service))
        source = CARDS[service].source
        sent[source] = values[SENT, source]
        waiting += values[DEPTH, ""]
        relayed += values[RELAYED, ""]
    counted = _samples(client, endpoints.operations("monitoring"))
    applied = {source: counted[APPLIED, source] for source in sent}
    return Progress(waiting, sent, applied, relayed)


def _samples(client: httpx.Client, url: str) -> Counter[tuple[str, str]]:
    """What a service's `/metrics` says, by name and source; 0 for what it does not show."""
    try:
        text = client.get(f"{url}/metrics").raise_for_status().text
    except httpx.TransportError as error:  # of itself it does not say which address was asked
        raise type(error)(f"{url}/metrics: {error}") from error
    values: Counter[tuple[str, str]] = Counter()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name in LOOKED_AT:
                values[sample.name, sample.labels.get("source", "")] = int(sample.value)
    return values


def wait_complete(
    endpoints: Endpoints, client: httpx.Client, on_look: Callable[[Progress], None]
) -> Progress:
    """Wait until everything accepted is applied.

    Raises:
        Stalled: nothing moved for a minute.
    """
    last, moved = look(endpoints, client), time.monotonic()
    while not (last.complete and time.monotonic() - moved > SETTLED_SECONDS):
        time.sleep(0.3)
        now = look(endpoints, client)
        on_look(now)
        if now != last:
            last, moved = now, time.monotonic()
        elif not now.complete and time.monotonic() - moved > STALL_SECONDS:
            raise Stalled(
                f"waiting {now.waiting}, sent {dict(now.sent)}, applied {dict(now.applied)}"
            )
    return last


class Pace:
    """Looks every second while it lives, to tell how long relay and monitoring were at work."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._looks: list[tuple[float, int, int]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def active_seconds(self) -> dict[str, float]:
        """Seconds in which the count of each stage moved, to the second; at least one."""
        return {"relay": self._moving(1), "monitoring": self._moving(2)}

    def _moving(self, column: int) -> float:
        pairs = zip(self._looks, self._looks[1:], strict=False)
        return max(1.0, sum(b[0] - a[0] for a, b in pairs if b[column] != a[column]))

    def _watch(self) -> None:
        with httpx.Client(timeout=30.0) as client:
            while not self._stop.is_set():
                with suppress(
                    httpx.HTTPError
                ):  # a service is away: whoever sends to it will say so
                    self._note(look(self._endpoints, client))
                self._stop.wait(1.0)

    def _note(self, now: Progress) -> None:
        self._looks.append((time.perf_counter(), now.relayed, sum(now.applied.values())))
