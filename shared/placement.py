"""Putting a consumer where its database says it stands; noticing when the log does not fit."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError
from aiokafka.errors import KafkaError as ClientError
from kafka.errors import KafkaError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from shared import positions
from shared.db import snapshot, transaction
from shared.events.topics import Topic
from shared.kafka_admin import BrokerAway
from shared.kafka_settings import KafkaSettings
from shared.kafka_topics import topic_ids
from shared.metrics import CONSUMER_PAUSED
from shared.positions import Partition, Placed, Position, PositionGap, Standing, standing
from shared.proof import Trust
from shared.regain import Regain
from shared.transient import name_of

log = logging.getLogger("lintas.consumer")


class TopicMissing(BrokerAway):
    """A topic does not exist; its owner makes it when it starts."""


TROUBLE = (
    BrokerAway,
    OSError,
    TimeoutError,
    KafkaError,
    ClientError,
    SQLAlchemyError,
    IllegalStateError,
)
"""What may go wrong while a partition is placed; it stays paused and is tried again."""


async def or_later(placing: Awaitable[None]) -> None:
    """Place now; partitions for which it fails stay paused, and `Placement.settle` tries again."""
    try:
        await placing
    except TROUBLE as error:
        log.warning("partitions wait for their place (%s)", name_of(error))


class Placement(ConsumerRebalanceListener):  # type: ignore[misc]
    """Places partitions. One is paused until its place is certain; the others read on meanwhile."""

    def __init__(
        self, engine: Engine, settings: KafkaSettings, topics: Mapping[str, Topic], trust: Trust
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._topics = topics
        self._trust = trust
        self._turn = asyncio.Lock()
        self._unplaced: set[TopicPartition] = set()
        self._lost: dict[TopicPartition, Regain] = {}
        self.find_consumer: Callable[[], AIOKafkaConsumer | None] = lambda: None
        """FastStream makes the consumer only when it starts."""
        self.topic_ids: dict[str, str] = {}
        self.starts: dict[Partition, set[int]] = {}
        """Offsets at which a jump is deliberate, see `positions.claim`."""
        self.next: dict[TopicPartition, int] = {}
        """Where each placed partition is read next."""
        self.ends: dict[TopicPartition, int] = {}
        """Where each log ends, from brokers that tell it exactly."""

    @property
    def consumer(self) -> AIOKafkaConsumer | None:
        """The client's consumer, once there is one."""
        return self.find_consumer()

    @property
    def lost(self) -> list[str]:
        """Partitions that wait for events to be published again."""
        return sorted(f"{at.topic}[{at.partition}]" for at in self._lost)

    @property
    def state(self) -> str:
        """One line for the log."""
        return f"paused, events are gone: {', '.join(self.lost)}" if self._lost else "listening"

    def is_placed(self, topic: str, partition: int) -> bool:
        """Whether records of this partition may be applied."""
        at = TopicPartition(topic, partition)
        return at in self.next and at not in self._unplaced and at not in self._lost

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Forget what is not ours any more."""
        for at in revoked:
            self._unplaced.discard(at)
            self._lost.pop(at, None)
            self.next.pop(at, None)
        CONSUMER_PAUSED.set(len(self._lost))

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Pause all, then place all."""
        await or_later(self.again(assigned))

    async def settle(self) -> None:
        """Place what is not placed yet."""
        async with self._turn:
            if self._unplaced:
                await self._place()

    async def again(self, partitions: Iterable[TopicPartition]) -> None:
        """Place these anew, from the database."""
        self._hold(partitions)
        await self.settle()

    async def mend(self, gap: PositionGap, partitions: Iterable[TopicPartition]) -> None:
        """After a gap: go back to the stored positions, and find out whether events are gone."""
        log.warning("%s; looking at the log", gap)
        identity, accepted = self.topic_ids.copy(), self.starts.get(gap.partition, set())
        await self.again(partitions)
        if self.is_placed(*gap.partition) and self.topic_ids == identity:
            # nothing is gone: a transaction's end takes an offset that no reader gets
            self.starts.setdefault(gap.partition, set()).update(accepted, {gap.found})

    def applied(self, records: Iterable[Placed]) -> None:
        """Note how far the work has come."""
        for record in records:
            at = TopicPartition(record.topic, record.partition)
            if at in self.next:
                self.next[at] = record.offset + 1
        for partition, offsets in self.starts.items():
            done = self.next.get(TopicPartition(*partition), 0)
            self.starts[partition] = {offset for offset in offsets if offset >= done}

    async def recheck(self) -> None:
        """Place a topic's partitions anew when it has been made again.

        Raises:
            TopicMissing: a topic does not exist now.
        """
        found = await self._identities(self._topics)
        if self.consumer is None:
            return
        await self.again(self._made_again(found))
        if self.next and not self._settings.volatile:
            self.ends = await self.consumer.end_offsets(list(self.next))

    def lag(self) -> dict[str, int]:
        """Records that wait, by topic. The embedded broker tells a log's end only with a fetch."""
        lag = dict.fromkeys(self._topics, 0)
        consumer = self.consumer
        mine = consumer.assignment() if consumer else ()
        for at, next_offset in self.next.items():
            if consumer and at in mine and self.is_placed(*at):
                end = max(consumer.highwater(at) or 0, self.ends.get(at, 0))
                lag[at.topic] += max(0, end - next_offset)
        return lag

    async def tell_kafka(self) -> None:
        """Kafka's committed offsets are for its lag tools only; nothing depends on them."""
        if self.consumer is not None and self.next:
            with suppress(*TROUBLE):
                await self.consumer.commit(dict(self.next))

    async def probe(self) -> None:
        """Read on where lost events have come back."""
        for at, regain in list(self._lost.items()):
            await regain.read()
            if await asyncio.to_thread(self._is_back, regain):
                await self._go_on(at)

    def _is_back(self, regain: Regain) -> bool:
        with snapshot(self._engine) as connection:
            return regain.is_back(connection)

    async def _go_on(self, at: TopicPartition) -> None:
        consumer = self._consumer()
        first = (await consumer.beginning_offsets([at]))[at]
        if self._lost.pop(at, None) is None or at not in self._assigned():
            return
        log.warning(
            "%s[%d]: the lost events are back, reading on at %d", at.topic, at.partition, first
        )
        self._seek(at, first, jump=True)
        CONSUMER_PAUSED.set(len(self._lost))

    def _hold(self, partitions: Iterable[TopicPartition]) -> None:
        mine = self._assigned()
        for at in partitions:
            if at in mine:
                self._consumer().pause(at)
                self._unplaced.add(at)

    async def _place(self) -> None:
        """An identity holds for the whole topic: when it is a new one, all partitions are placed."""
        consumer = self._consumer()
        ids = await self._identities({at.topic for at in self._unplaced})
        self._hold(self._made_again(ids))
        partitions = {at for at in self._unplaced if at.topic in ids}  # others come meanwhile
        first = await consumer.beginning_offsets(list(partitions))
        end = {} if self._settings.volatile else await consumer.end_offsets(list(partitions))
        stored = await asyncio.to_thread(self._stored, partitions)
        self._know(ids)
        for at in sorted(partitions & self._assigned() & self._unplaced):
            position = stored.get((at.topic, at.partition))
            kind = standing(position, ids[at.topic], first[at], end.get(at))
            await self._put(at, kind, position, first[at])
            self._unplaced.discard(at)

    def _made_again(self, found: Mapping[str, str]) -> list[TopicPartition]:
        """Our partitions of topics that have another identity than the one they were placed in."""
        renewed = {name for name, new in found.items() if self.topic_ids.get(name, new) != new}
        return [at for at in self._assigned() if at.topic in renewed]

    def _know(self, ids: Mapping[str, str]) -> None:
        for name, new in ids.items():
            if self.topic_ids.get(name, new) != new:
                log.warning("topic %s was made again: reading it from its beginning", name)
            self.topic_ids[name] = new

    async def _put(
        self, at: TopicPartition, kind: Standing, position: Position | None, first: int
    ) -> None:
        name = f"{at.topic}[{at.partition}]"
        self._lost.pop(at, None)
        if kind is Standing.FITS and position is not None:
            self._seek(at, position.next_offset)
        elif kind is Standing.LOST and position is not None:
            log.error(
                "%s: offsets %d to %d are gone from the broker. The partition is paused until "
                "`republish` of its owner has brought the events back",
                name, position.next_offset, first - 1,
            )  # fmt: skip
            self.next.pop(at, None)
            self._lost[at] = Regain(self._settings, at, self._topics[at.topic], self._trust)
        else:
            if kind is Standing.BEYOND:
                log.error(
                    "%s: the log ends before our position, it lost its tail; reading it again", name
                )
                await asyncio.to_thread(self._rewind, at, first)
            elif first > 0:
                log.warning(
                    "%s: the log begins at %d; older events must be republished", name, first
                )
            self._seek(at, first, jump=True)
        CONSUMER_PAUSED.set(len(self._lost))

    def _seek(self, at: TopicPartition, offset: int, *, jump: bool = False) -> None:
        if jump:
            self.starts[at.topic, at.partition] = {offset}
        consumer = self._consumer()
        consumer.seek(at, offset)
        consumer.resume(at)
        self.next[at] = offset

    def _stored(self, partitions: Iterable[TopicPartition]) -> dict[Partition, Position]:
        with snapshot(self._engine) as connection:
            return positions.load(connection, [(at.topic, at.partition) for at in partitions])

    def _rewind(self, at: TopicPartition, first: int) -> None:
        place = Position(self.topic_ids[at.topic], first)
        with transaction(self._engine) as connection:
            positions.put(connection, [((at.topic, at.partition), place)])

    async def _identities(self, names: Iterable[str]) -> dict[str, str]:
        wanted = sorted(names)
        found = await asyncio.to_thread(topic_ids, self._settings, wanted)
        missing = [name for name in wanted if name not in found]
        if missing:
            raise TopicMissing(
                f"topic {', '.join(missing)} does not exist; its owner makes it at start"
            )
        return found

    def _assigned(self) -> set[TopicPartition]:
        return set(self._consumer().assignment())

    def _consumer(self) -> AIOKafkaConsumer:
        consumer = self.consumer
        if consumer is None:
            raise IllegalStateError("the consumer has not been started")
        return consumer
