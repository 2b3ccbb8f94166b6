"""Consume topics: apply each batch of records in one transaction with its position.

A consumer waits for an absent broker or database and continues by itself. A watchdog restarts its
client when records wait and nothing is applied.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aiokafka import TopicPartition
from sqlalchemy import Engine

from shared import clock
from shared.database.engine import brief_transaction
from shared.database.errors import is_transient, name_of
from shared.database.faults import described
from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE
from shared.events.topics import Topic
from shared.inbox import health as consumer_health
from shared.inbox import lag
from shared.inbox.assignment import Assignment
from shared.inbox.collector import collector_paused
from shared.inbox.dead_letter import DeadLetters
from shared.inbox.health import waiting_for
from shared.inbox.lots import examine
from shared.inbox.metrics import count
from shared.inbox.offsets import Partition, PositionGap
from shared.inbox.quarantine_intake import QUARANTINE_BYTES
from shared.inbox.receive import Apply, Receipt, receive
from shared.inbox.seen import fold
from shared.kafka.clients import close_broker, open_broker, subscriber_options
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import ensure_topics
from shared.kafka.trouble import TROUBLE, TopicMissing, attempt
from shared.observability.health import Progress
from shared.observability.metrics import CONSUMER_BATCH, CONSUMER_RETRIES
from shared.observability.retries import FIRST_SECONDS, Stopped, retry_async, stopped_within
from shared.observability.workers import Due
from shared.security.encryption import ColumnCipher
from shared.wire.signatures import Trust
from shared.wire.verification import Record

log = logging.getLogger("lintas.consumer")
START_SECONDS = 30.0
RECHECK_SECONDS = PROBE_SECONDS = 5.0
COMMIT_SECONDS = 10.0
SETTLED_SECONDS = FOLD_SECONDS = 60.0


class Ended(Exception):
    """The client stopped soon after its start; the next start follows after a longer pause."""


@dataclass(frozen=True)
class Subscription:
    """The topics of a service, and the function that applies new events."""

    group: str
    topics: tuple[Topic, ...]
    apply: Apply
    structs: bool = False
    """Whether `apply` takes structs for payloads, which are read faster: see `check_batch`."""
    most: int = 2_000
    """Most records of one transaction; it has as many as wait. Many cost less each, and hold up
    other writers of a small database longer."""


class Consumer:
    """Runs one subscription of one replica."""

    def __init__(
        self,
        engine: Engine,
        settings: KafkaSettings,
        subscription: Subscription,
        *,
        trust: Trust,
        cipher: ColumnCipher,
        replica: str | None = None,
        now: Callable[[], datetime] = clock.now,
        catalogue: Mapping[str, type[Payload]] = CATALOGUE,
        stalled_after: float = 30.0,
        look_every: float = 0.5,
        quarantine_bytes: int = QUARANTINE_BYTES,
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._subscription = subscription
        self._topics = {topic.name: topic for topic in subscription.topics}
        self._trust = trust
        self._replica = replica
        self._now = now
        self._stalled_after = timedelta(seconds=stalled_after)
        self._look_every = look_every
        self._examine = partial(
            examine, trust=trust, topics=self._topics, catalogue=catalogue,
            structs=subscription.structs,
        )  # fmt: skip
        self._receive = partial(
            receive, apply=subscription.apply, cipher=cipher, room=quarantine_bytes
        )
        self._dead_letters = DeadLetters(engine, settings, cipher, subscription.group)
        self._assignment: Assignment | None = None
        # one thread for all batches: each thread keeps memory of its own for the next
        self._thread = ThreadPoolExecutor(1, "consumer")
        self._stop = asyncio.Event()
        self._retrying = False
        self._state = ""
        self._moved = now()
        self._lag = lag.LagWatch(self._stalled_after)
        self.progress = Progress(timedelta(seconds=max(60.0, 3 * stalled_after)))

    def check(self) -> None:
        """Check readiness; raises as `consumer_health.check`."""
        assignment = self._assignment
        stalled = self._lag.stalled(self._now(), self._paused())
        consumer_health.check(
            self._state,
            assignment.lost if assignment else [],
            [*(assignment.unreadable if assignment else []), *stalled],
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop` is set; a running batch is committed or rolled back as a whole."""
        self._stop = stop
        copying = asyncio.create_task(self._dead_letters.run(stop, self._now))
        try:
            await self._consume()
        finally:
            copying.cancel()
            await asyncio.wait([copying])

    async def _consume(self) -> None:
        with suppress(Stopped):
            while not self._stop.is_set():
                await retry_async(self._consume_once, self._stop, on=Ended)
                await stopped_within(self._stop, FIRST_SECONDS)

    async def _consume_once(self) -> None:
        began = time.monotonic()
        try:
            await self._prepare()
            await self._listen()
        except TROUBLE as error:
            self._wait_for(waiting_for(error))
        if time.monotonic() - began <= SETTLED_SECONDS:
            raise Ended

    async def _prepare(self) -> None:
        """Create the topics on the embedded broker, which forgets them; elsewhere wait for them."""
        if self._settings.embedded:
            topics = self._subscription.topics
            await asyncio.to_thread(ensure_topics, self._settings, topics)
        assignment = Assignment(self._engine, self._settings, self._topics, self._trust)
        await assignment.recheck()
        self._assignment = assignment

    async def _listen(self) -> None:
        assignment = self._assignment
        assert assignment is not None  # noqa: S101 - set by _prepare
        broker = open_broker(self._settings, assignment.on_unreadable)
        mine = self._subscription
        options = subscriber_options(self._settings, mine.group, self._replica, mine.most)
        subscriber = broker.subscriber(*self._topics, listener=assignment, **options)
        subscriber(self._handle)
        assignment.find_consumer = lambda: subscriber.consumer
        try:
            await asyncio.wait_for(broker.start(), START_SECONDS)
            self._moved = self._now()
            self._set_state("listening")
            await self._watch(assignment)
        finally:
            await close_broker(broker)
            assignment.clear()

    async def _handle(self, records: list[Any]) -> None:
        """Apply one batch, with as many retries as it takes; skip it while the consumer stops."""
        assignment = self._assignment
        if assignment is None:
            return
        ready = assignment.ready()
        batch = [item for item in records if (item.topic, item.partition) in ready]
        ids = assignment.topic_ids.copy()  # of the topics that these records came from
        apply = partial(self._apply, batch, ids, assignment)
        with suppress(Stopped):
            if batch:  # no error may skip a record
                await retry_async(
                    apply, self._stop, on=Exception, note=self._retry, first=0.2, longest=10.0
                )
        self._retrying = False

    async def _apply(
        self, batch: Sequence[Record], ids: Mapping[str, str], assignment: Assignment
    ) -> None:
        """Apply the batch; resync its partitions if it does not follow on their positions."""
        while not self._stop.is_set():
            try:
                store = partial(self._store, batch, ids, assignment.starts)
                receipt = await asyncio.get_running_loop().run_in_executor(self._thread, store)
            except PositionGap as gap:
                if await _is_explained(assignment, gap, batch):
                    continue
            else:
                self._done(receipt, batch, assignment)
                if not receipt.behind or self._settings.embedded:
                    return
                # the client went back by itself, which it does when a log has lost its tail
            await attempt(assignment.resync(_partitions(batch)))
            return

    @CONSUMER_BATCH.time()
    @collector_paused()  # around the function: its events are gone before a collection
    def _store(
        self, batch: Sequence[Record], ids: Mapping[str, str], starts: Mapping[Partition, set[int]]
    ) -> Receipt:
        now = self._now()
        lots = self._examine(batch, now=now)
        with brief_transaction(self._engine) as connection:
            return self._receive(connection, lots, topic_ids=ids, now=now, starts=starts)

    def _retry(self, error: Exception, pause: float) -> None:
        self._retrying = True
        CONSUMER_RETRIES.labels(name_of(error)).inc()
        if is_transient(error):
            log.warning(
                "the batch waits for the database (%s); again in %.1f s", described(error), pause
            )
        else:
            log.error(
                "the batch failed (%s); again in %.1f s", name_of(error), pause, exc_info=error
            )
        self.progress.moved(self._now())

    def _done(self, receipt: Receipt, batch: Sequence[Record], assignment: Assignment) -> None:
        assignment.applied(batch)
        self._moved = self._now()
        self.progress.moved(self._moved)
        count(receipt, self._topics, self._moved)
        for code, number in receipt.quarantined.items():
            log.warning("%d records to quarantine: %s", number, code)

    async def _watch(self, assignment: Assignment) -> None:
        """Maintain the partitions until `stop` is set or the client needs a restart."""
        due = Due()
        while not self._stop.is_set():
            try:
                await self._maintain(assignment, due)
                self._set_state(assignment.state)
            except TopicMissing as error:
                self._wait_for(waiting_for(error))
                if self._settings.embedded:
                    return
            except TROUBLE as error:
                self._wait_for(waiting_for(error))
            if self._is_stalled(assignment):
                log.error(
                    "records wait and nothing has moved for %s: restarting the client",
                    self._stalled_after,
                )
                return
            await stopped_within(self._stop, self._look_every)

    async def _maintain(self, assignment: Assignment, due: Due) -> None:
        await assignment.assign_pending()
        if due.now("recheck", RECHECK_SECONDS):
            await assignment.recheck()
        if due.now("probe", PROBE_SECONDS):
            await assignment.probe()
        if due.now("commit", COMMIT_SECONDS):
            await assignment.commit_to_kafka()
        if due.now("fold", FOLD_SECONDS):
            await asyncio.to_thread(self._fold)

    def _fold(self) -> None:
        with brief_transaction(self._engine) as connection:
            fold(connection, self._now())

    def _is_stalled(self, assignment: Assignment) -> bool:
        found, now = assignment.waiting(), self._now()
        lag.show(self._topics, found)
        self._lag.look(found, assignment.assigned, now)
        if not self._lag.pending(self._paused()) or self._retrying:
            self._moved = now
            self.progress.moved(now)
        self._moved = min(self._moved, now)  # a clock that ran ahead was corrected
        return now - self._moved > self._stalled_after

    def _paused(self) -> set[TopicPartition]:
        return self._assignment.paused if self._assignment else set()

    def _wait_for(self, state: str) -> None:
        """Waiting for others does not count as our standstill."""
        self._set_state(state)
        self._moved = self._now()
        self.progress.moved(self._moved)

    def _set_state(self, state: str) -> None:
        if state != self._state:
            log.info("consumer %s: %s", self._subscription.group, state)
            self._state = state


def _partitions(batch: Sequence[Record]) -> set[TopicPartition]:
    return {TopicPartition(record.topic, record.partition) for record in batch}


async def _is_explained(assignment: Assignment, gap: PositionGap, batch: Sequence[Record]) -> bool:
    try:
        return await assignment.explains(gap, batch)
    except TROUBLE as error:
        log.warning("%s; the log cannot be checked now (%s)", gap, name_of(error))
        return False
