"""Putting a consumer where its database says it stands; noticing when the log does not fit."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError
from sqlalchemy import Engine

from shared.database.engine import snapshot, transaction
from shared.events.topics import Topic
from shared.inbox import lag
from shared.inbox import offsets as positions
from shared.inbox.gap_probe import Lost, Regain
from shared.inbox.offsets import Partition, Placed, Position, PositionGap, Standing, standing
from shared.inbox.unreadable import Unreadable
from shared.kafka.batch_reader import BatchReader, UnreadableBatch
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import topic_ids
from shared.kafka.trouble import TROUBLE, TopicMissing, or_later
from shared.wire.signatures import Trust

log = logging.getLogger("lintas.consumer")


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
        self._lost = Lost(engine)
        self._unreadable = Unreadable(settings)
        self.find_consumer: Callable[[], BatchReader | None] = lambda: None
        """FastStream makes the consumer only when it starts."""
        self.topic_ids: dict[str, str] = {}
        self.starts: dict[Partition, set[int]] = {}
        """Offsets at which a jump is deliberate, see `positions.claim`."""
        self.next: dict[TopicPartition, int] = {}
        """Where each placed partition is read next."""
        self.ends: dict[TopicPartition, int] = {}
        """Where each log ends, from brokers that tell it exactly."""

    @property
    def consumer(self) -> BatchReader | None:
        """The client's consumer, once there is one."""
        return self.find_consumer()

    @property
    def lost(self) -> list[str]:
        """Partitions that wait for events to be published again."""
        return [f"{at.topic}[{at.partition}]" for at in self._lost.partitions]

    @property
    def unreadable(self) -> list[str]:
        """Partitions that wait at a batch that cannot be read, with offset and cause."""
        return self._unreadable.told

    @property
    def stopped(self) -> set[TopicPartition]:
        """Partitions that are paused for a reason that the log and readiness name."""
        return {*self._lost.partitions, *self._unreadable.partitions}

    @property
    def state(self) -> str:
        """One line for the log."""
        return f"paused, events are gone: {', '.join(self.lost)}" if self.lost else "listening"

    def is_placed(self, topic: str, partition: int) -> bool:
        """Whether records of this partition may be applied."""
        at = TopicPartition(topic, partition)
        return at in self.next and at not in self._unplaced

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Forget what is not ours any more."""
        for at in revoked:
            self._unplaced.discard(at)
            self._unreadable.discard(at)
            self._lost.discard(at)
            self.next.pop(at, None)

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

    async def explains(self, gap: PositionGap, batch: Iterable[Placed]) -> bool:
        """Whether the offsets between the batch's records never held an event for us.

        The client moves on without a record over marks of transactions, aborted and compacted
        records. The only other jump is to the log's new beginning, when what came before is gone:
        impossible while the same log still begins at or before the offset that we expected.
        """
        at = TopicPartition(*gap.partition)
        found = await self._identities({at.topic})
        first = (await self._consumer().beginning_offsets([at]))[at]
        if found[at.topic] != self.topic_ids.get(at.topic) or first > gap.expected:
            log.warning("%s; looking at the log", gap)
            return False
        jumps = {one.offset for one in batch if (one.topic, one.partition) == gap.partition}
        self.starts.setdefault(gap.partition, set()).update(jumps)
        return True

    def set_aside(self, fault: UnreadableBatch) -> None:
        """A partition was paused at a batch that cannot be read; `probe` looks at it again."""
        self._unreadable.add(fault)

    def leave(self) -> None:
        """The client is closed; the next one finds out for itself what cannot be read."""
        self._unreadable.clear()
        self._lost.clear()

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
        await self._pass_marks(self.consumer)
        if self.next and not self._settings.volatile:
            self.ends = await self.consumer.end_offsets(list(self.next))

    async def _pass_marks(self, consumer: BatchReader) -> None:
        """Go past offsets at which the log has no event for us, so that they are no lag."""
        passed = {
            at: offset
            for at, offset in consumer.dealt_with.items()
            if self.is_placed(*at) and offset > self.next[at]
        }
        first = await consumer.beginning_offsets(list(passed))
        gone = [at for at in passed if first[at] > self.next.get(at, 0)]
        for at in passed.keys() & self.next.keys() - set(gone):
            if consumer.dealt_with.get(at, 0) >= passed[at]:  # else it was placed anew meanwhile
                self.next[at] = max(self.next[at], passed[at])
                self.starts.setdefault((at.topic, at.partition), set()).add(passed[at])
        await self.again(gone)

    @property
    def assigned(self) -> set[TopicPartition]:
        """Partitions that are ours now; none while there is no client."""
        return set(self.consumer.assignment()) if self.consumer else set()

    def waiting(self) -> dict[TopicPartition, lag.Waiting]:
        """What waits in each partition. The embedded broker tells a log's end only with a fetch."""
        consumer, real = self.consumer, not self._settings.volatile
        return lag.waiting(consumer, self.next, self.ends, transactions=real) if consumer else {}

    async def tell_kafka(self) -> None:
        """Kafka's committed offsets are for its lag tools only; nothing depends on them."""
        if self.consumer is not None and self.next:
            with suppress(*TROUBLE):
                await self.consumer.commit(dict(self.next))

    async def probe(self) -> None:
        """Read on where lost events have come back, and where a batch can be read again."""
        for at in self._unreadable.partitions:
            if await self._unreadable.is_over(at):
                log.warning("%s[%d] can be read again", at.topic, at.partition)
                await self.again([at])
        for at in self._lost.partitions:
            if await self._lost.is_back(at, self._unreadable.add):
                await self._go_on(at)

    async def _go_on(self, at: TopicPartition) -> None:
        consumer = self._consumer()
        first = (await consumer.beginning_offsets([at]))[at]
        if not self._lost.discard(at) or at not in self.assigned:
            return
        log.warning(
            "%s[%d]: the lost events are back, reading on at %d", at.topic, at.partition, first
        )
        self._seek(at, first, jump=True)

    def _hold(self, partitions: Iterable[TopicPartition]) -> None:
        mine = self.assigned
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
        for at in sorted(partitions & self.assigned & self._unplaced):
            position = stored.get((at.topic, at.partition))
            kind = standing(position, ids[at.topic], first[at], end.get(at))
            await self._put(at, kind, position, first[at])
            self._unplaced.discard(at)

    def _made_again(self, found: Mapping[str, str]) -> list[TopicPartition]:
        """Our partitions of topics that have another identity than the one they were placed in."""
        renewed = {name for name, new in found.items() if self.topic_ids.get(name, new) != new}
        return [at for at in self.assigned if at.topic in renewed]

    def _know(self, ids: Mapping[str, str]) -> None:
        for name, new in ids.items():
            if self.topic_ids.get(name, new) != new:
                log.warning("topic %s was made again: reading it from its beginning", name)
            self.topic_ids[name] = new

    async def _put(
        self, at: TopicPartition, kind: Standing, position: Position | None, first: int
    ) -> None:
        name = f"{at.topic}[{at.partition}]"
        self._lost.discard(at)
        self._unreadable.discard(at)
        if kind is Standing.FITS and position is not None:
            self._seek(at, position.next_offset)
        elif kind is Standing.LOST and position is not None:
            log.error(
                "%s: offsets %d to %d are gone from the broker. The partition is paused until "
                "`republish` of its owner has brought the events back",
                name, position.next_offset, first - 1,
            )  # fmt: skip
            self.next.pop(at, None)
            topic = self._topics[at.topic]
            self._lost.add(at, Regain(self._settings, at, topic, self._trust))
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

    def _consumer(self) -> BatchReader:
        consumer = self.consumer
        if consumer is None:
            raise IllegalStateError("the consumer has not been started")
        return consumer
