"""From commit in a domain service to applied in monitoring, at a steady load."""

import threading
import time
from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from uuid import UUID

from sqlalchemy import Engine

from benchmarks.processes import environment, prepared, running
from shared import clock
from shared.database.engine import open_engine, snapshot, transaction
from shared.events.catalogue import TYPE_OF
from shared.events.envelope import Fact
from shared.events.examples import EXAMPLES
from shared.events.story import pseudonym
from shared.events.topics import TOPICS, TRAINING
from shared.events.training import SessionAttended
from shared.inbox.seen import watermarks
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import ensure_topics
from shared.outbox.table import Origin, stage

SERVICE = "training"
LOOK_SECONDS = 0.005
WARM = 50
"""The first events, while all become used to the load, are not counted."""
ORIGIN = Origin(TRAINING.owner, TRAINING.name, TRAINING.agreement)
ATTENDED = EXAMPLES[TYPE_OF[SessionAttended]][0].fact.payload


@dataclass
class Watch:
    """When monitoring was seen to have applied how many events."""

    moments: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def look(self, engine: Engine, over: threading.Event) -> None:
        """Look again and again until it is over."""
        while not over.wait(LOOK_SECONDS):
            with snapshot(engine) as connection:
                count = watermarks(connection).get(TRAINING.owner, 0)
            self.counts.append(count)
            self.moments.append(time.perf_counter())

    def applied_at(self, sequence: int) -> float:
        """When it was first seen to be applied."""
        return self.moments[bisect_left(self.counts, sequence)]


def latency(
    kafka: KafkaSettings, databases: tuple[str, str], keys: Path, rate: int, seconds: int, log: Path
) -> tuple[float, float]:
    """The median and the 99th percentile in seconds, at `rate` events a second for so many seconds.

    `databases` are those of training and of monitoring, empty.
    """
    ensure_topics(kafka.bootstrap, TOPICS)
    mine, theirs = prepared(SERVICE, databases[0]), prepared("monitoring", databases[1])
    relay = environment(SERVICE, keys, kafka, mine)
    consumer = environment("monitoring", keys, kafka, theirs)
    with (
        running(SERVICE, ("relay",), relay, log) as one,
        running("monitoring", ("consumer",), consumer, log) as other,
    ):
        committed, watch = _load(open_engine(mine), open_engine(theirs), rate, seconds)
        one.check()
        other.check()
    waits = [watch.applied_at(n) - at for n, at in enumerate(committed, 1) if n > WARM]
    cuts = quantiles(waits, n=100)
    return cuts[49], cuts[98]


def _load(mine: Engine, theirs: Engine, rate: int, seconds: int) -> tuple[list[float], Watch]:
    """Commit one event after the other at a steady pace; when each was committed."""
    watch, over = Watch(), threading.Event()
    committed: list[float] = []
    watcher = threading.Thread(target=watch.look, args=(theirs, over), daemon=True)
    watcher.start()
    _commit(mine, 0, committed)
    while not watch.counts or not watch.counts[-1]:  # everybody has come up and found the other
        time.sleep(LOOK_SECONDS)
    began = time.perf_counter()
    for number in range(rate * seconds):
        time.sleep(max(0.0, began + number / rate - time.perf_counter()))
        _commit(mine, number, committed)
    while watch.counts[-1] < len(committed):
        time.sleep(LOOK_SECONDS)
    over.set()
    watcher.join()
    return committed, watch


def _commit(mine: Engine, number: int, committed: list[float]) -> None:
    with transaction(mine) as connection:
        stage(connection, ORIGIN, [_fact(number)], now=clock.now())
    committed.append(time.perf_counter())


def _fact(number: int) -> Fact:
    payload = ATTENDED.model_copy(update={"session": UUID(int=number)})
    return Fact(pseudonym(f"family {number % 5_000}"), clock.now(), payload)
