"""The relay: takes events from the outbox to the broker, in order, always with the same bytes.

One relay of a service is active, held by a lease. It numbers and proves the next batch while the
last one is in flight, and marks as sent only what the broker has acknowledged. When the broker or
the database is away it waits, says so once, and goes on by itself; what is uncertain is sent again.
"""

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from aiokafka.errors import KafkaError, TopicAuthorizationFailedError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from shared import clock
from shared.database.engine import database_now
from shared.database.errors import name_of
from shared.database.lease import LeaseLost
from shared.observability import metrics
from shared.observability.background_check import Missing
from shared.observability.health import Progress
from shared.observability.retries import Stopped, retry_async, stopped_within
from shared.outbox import batches
from shared.outbox.archive import Record
from shared.outbox.batches import SIGNED_TOGETHER, Batch
from shared.outbox.leased_database import LeasedDatabase
from shared.outbox.link import BrokerLink
from shared.outbox.progress import last_given, waiting
from shared.outbox.sender import Producer, SendOutcome, send
from shared.outbox.status import RelayStatus
from shared.wire.signatures import Signer

log = logging.getLogger("lintas.relay")
_FIRST = asyncio.FIRST_COMPLETED
LEASE = "relay"
BATCHES = 4
"""Signed batches that are numbered in one transaction and sent together."""
LEASE_TIME = timedelta(seconds=5)
POLL_SECONDS, LONGEST_POLL_SECONDS = 0.05, 0.25
"""Between two looks; they grow apart while nothing comes, to spare the database of an idle service."""
STANDBY_SECONDS = 0.5
KEEP_SECONDS = 1.0
BLOCKED_POLL_SECONDS = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
SLOW_SECONDS, PATIENCE_SECONDS = 3.0, 30.0
"""Log a warning after the first without an acknowledgement; recreate the producer after the second."""
DRAIN_SECONDS = 3.0
BLOCKED_SECONDS = 30.0
"""How long a key whose event was refused waits before it is tried again."""


class BrokerFailed(Exception):
    """The broker did not take everything; what it did not acknowledge is sent again."""


class DatabaseBehind(RuntimeError):
    """The bus has later events of ours than this database gave numbers to: it is an older copy."""

    def __init__(self, highest: int, given: int) -> None:
        super().__init__(
            f"the bus has our events up to number {highest}, this database gave numbers up to "
            f"{given}: an older copy was restored. Nothing is sent until `recover` has taken back "
            "what it has forgotten"
        )


TROUBLE = (BrokerFailed, DatabaseBehind, KafkaError, OSError, SQLAlchemyError)
"""What may pass; the turn is taken again."""


class Waiting(Missing):
    """Events stay in the outbox: the broker or the database is away, or refuses."""


class Relay:
    """Sends one service's events; `run` relays until `stop` is set."""

    def __init__(
        self,
        engine: Engine,
        signer: Signer,
        producer_factory: Callable[[], Producer],
        *,
        owner: str | None = None,
        progress: Progress | None = None,
        now: Callable[[], datetime] = clock.now,
        batch: int = SIGNED_TOGETHER,
        lease_time: timedelta = LEASE_TIME,
        lease_clock: Callable[[Connection], datetime] = database_now,
        published: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        """`published` gives the highest number on the bus, to see that the database is not older.

        `lease_clock` is one for all relays of a service: processes' own clocks may differ.
        """
        self._signer, self._link = signer, BrokerLink(producer_factory)
        owner = owner or f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._database = LeasedDatabase(engine, LEASE, owner, lease_clock, lease_time)
        self.progress = progress or Progress()
        self._now, self._batch = now, batch
        self._blocked: set[str] = set()
        self._blocked_since = 0.0
        self._single = False
        self._skip, self._republished = 0, 0
        self._rest = POLL_SECONDS
        self._status = RelayStatus()
        self._published = published

    def check(self) -> None:
        """For readiness.

        Raises:
            Waiting: nothing can be sent now; it names what is away, the log says why.
        """
        if self._status.waits_for:
            raise Waiting(", ".join(self._status.waits_for))

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until `stop` is set; the batch in flight is awaited, or else sent again later."""
        keeper = asyncio.create_task(self._keep(stop))
        turn = partial(self._try_turn, stop)
        try:
            with suppress(Stopped):
                while not stop.is_set():
                    idle = await retry_async(
                        turn, stop, on=TROUBLE, first=FIRST_PAUSE, longest=LONGEST_PAUSE
                    )
                    await stopped_within(stop, idle)
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
            await self._link.drop(DRAIN_SECONDS)
            await self._give_back()

    async def _try_turn(self, stop: asyncio.Event) -> float:
        """One turn; how long to rest after it. What fails is logged here, and raised."""
        self.progress.moved(self._now())
        try:
            idle = await self._turn(stop)
        except LeaseLost as error:
            self._database.lease = None
            log.warning("%s; waiting for my turn", error)
            return STANDBY_SECONDS
        except SQLAlchemyError as error:
            self._status.away("database", error)
            raise
        except DatabaseBehind as error:
            self._status.behind(error)
            raise
        except (BrokerFailed, KafkaError, OSError) as error:
            cause = error.__cause__ if isinstance(error, BrokerFailed) else None
            self._status.away("broker", cause or error)
            await self._link.drop(DRAIN_SECONDS)
            raise
        self._status.back("database")
        return idle

    async def _turn(self, stop: asyncio.Event) -> float:
        if self._database.lease is None and not await self._enter():
            return STANDBY_SECONDS
        if not await self._database.read(batches.something_waits):
            self._rest = min(self._rest * 1.1, LONGEST_POLL_SECONDS)
            return self._rest
        self._rest = POLL_SECONDS
        self._unblock()
        sent = await self._pass(await self._link.ready(PATIENCE_SECONDS), stop)
        return 0.0 if sent else BLOCKED_POLL_SECONDS

    async def _enter(self) -> bool:
        other = await self._database.other()
        if other is None:
            await self._compare()
            other = await self._database.enter()
        if other:
            self._status.standby(other)
        elif self._database.lease:
            self._skip = 0
            self._status.active(self._database.owner, self._database.lease.fence)
        return other is None

    async def _compare(self) -> None:
        """An older copy of the database would give numbers a second time; the bus is asked first."""
        if self._published is None:
            return
        try:
            highest = await self._published()
        except TopicAuthorizationFailedError:
            log.warning("no right to read our own topic: whether the database is old is not seen")
            highest = 0
        given = await self._database.read(last_given)
        if highest > given:
            raise DatabaseBehind(highest, given)
        self._status.caught_up()

    async def _give_back(self) -> None:
        try:
            await self._database.leave()
        except SQLAlchemyError as error:
            log.warning("the lease runs out by itself (%s)", name_of(error))

    async def _pass(self, producer: Producer, stop: asyncio.Event) -> int:
        """Send all that waits, lowest sequence first; returns how many were acknowledged.

        While a batch is in flight, one transaction marks the last one and prepares the next.
        """
        acked: list[int] = []
        total, outcome, sent = 0, SendOutcome(refused=set(self._blocked)), Batch([], 0)
        batch = await self._database.write(self._first)
        while batch.records and not outcome.errors and not stop.is_set():
            delivery = asyncio.create_task(self._deliver(producer, batch.records, stop))
            try:
                following = await self._database.write(
                    partial(self._advance, acked, sent, batch.last)
                )
            finally:
                outcome = await delivery
            self._count(batch.records, outcome)
            acked, sent, batch = outcome.sent, batch, following
            total += len(acked)
        if acked:
            await self._database.write(partial(self._mark, acked, sent))
        self._judge(outcome)
        if self._blocked and sent.records and not batch.records:
            self._skip = sent.last
        return total

    async def _deliver(
        self, producer: Producer, records: list[Record], stop: asyncio.Event
    ) -> SendOutcome:
        """Send and wait for the answers, patiently but not for ever."""
        outcome, began = SendOutcome(refused=set(self._blocked)), time.monotonic()
        sending = asyncio.create_task(send(producer, records, outcome, single=self._single))
        stopping = asyncio.create_task(stop.wait())
        for seconds in (SLOW_SECONDS, PATIENCE_SECONDS):
            await asyncio.wait({sending, stopping}, timeout=seconds, return_when=_FIRST)
            if sending.done() or stop.is_set():
                break
            self._status.away("broker", TimeoutError())
        if not sending.done() and stop.is_set():
            await asyncio.wait({sending}, timeout=DRAIN_SECONDS)
        stopping.cancel()
        if not sending.done():
            sending.cancel()
            outcome.errors.append(TimeoutError("no answer"))
        await asyncio.gather(sending, return_exceptions=True)
        metrics.RELAY_BATCH.observe(time.monotonic() - began)
        return outcome

    def _judge(self, outcome: SendOutcome) -> None:
        """Remember what is blocked; a failure ends the pass, and with it the producer."""
        if outcome.refused - self._blocked:
            self._blocked_since = time.monotonic()
        self._blocked, self._single = set(outcome.refused), outcome.split
        if outcome.errors:
            raise BrokerFailed("not everything was acknowledged") from outcome.errors[0]
        self._status.back("broker")

    def _unblock(self) -> None:
        if self._blocked and time.monotonic() - self._blocked_since > BLOCKED_SECONDS:
            self._blocked, self._skip = set(), 0

    def _count(self, records: list[Record], outcome: SendOutcome) -> None:
        metrics.RELAY_SENT.inc(len(outcome.sent))
        if outcome.errors:
            reason = name_of(outcome.errors[0])
            metrics.RELAY_FAILED.labels(reason).inc(len(records) - len(outcome.sent))

    async def _keep(self, stop: asyncio.Event) -> None:
        """Hold the lease and report the outbox while the broker is slow or away."""
        while not stop.is_set():
            try:
                waits = await self._database.read(waiting)
                metrics.OUTBOX_DEPTH.set(waits.depth)
                age = self._now() - (waits.oldest or self._now())
                metrics.OUTBOX_OLDEST_AGE.set(max(0.0, age.total_seconds()))
                if self._database.lease is not None:
                    await self._database.write(lambda _: None)
            except (SQLAlchemyError, LeaseLost):  # the turns meet it too, and tell
                pass
            metrics.RELAY_ACTIVE.set(self._database.lease is not None)
            await stopped_within(stop, KEEP_SECONDS)

    def _first(self, connection: Connection) -> Batch:
        """The first events of a pass; what only blocked keys have left is not read each time."""
        batch = self._take(self._skip, connection)
        if self._skip and batch.republished != self._republished:
            self._skip = 0
            batch = self._take(0, connection)
        self._republished = batch.republished
        return batch

    def _advance(self, acked: list[int], sent: Batch, after: int, connection: Connection) -> Batch:
        self._mark(acked, sent, connection)
        return self._take(after, connection)

    def _take(self, after: int, connection: Connection) -> Batch:
        limit = self._batch * BATCHES
        return batches.take(connection, self._signer, after, limit, self._batch)

    def _mark(self, acked: list[int], sent: Batch, connection: Connection) -> None:
        batches.mark_sent(connection, acked, sent.republished)
