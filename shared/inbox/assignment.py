"""Assign partitions: start each at the position in our database, after checking it against the log."""

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
from shared.inbox.gap_probe import GapProbe, LostPartitions
from shared.inbox.offsets import Partition, Placed, Position, PositionGap, PositionStatus
from shared.inbox.unreadable import UnreadablePartitions
from shared.kafka.batch_reader import BatchReader, UnreadableBatch
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import topic_ids
from shared.kafka.trouble import TROUBLE, TopicMissing, attempt
from shared.wire.signatures import Trust

log = logging.getLogger("lintas.consumer")


class Assignment(ConsumerRebalanceListener):  # type: ignore[misc]
    """The partitions of one consumer. Each is paused until its position is checked; the others read on."""

    def __init__(
        self, engine: Engine, settings: KafkaSettings, topics: Mapping[str, Topic], trust: Trust
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._topics = topics
        self._trust = trust
        self._turn = asyncio.Lock()
        self._pending: set[TopicPartition] = set()
        self._lost = LostPartitions(engine)
        self._unreadable = UnreadablePartitions(settings)
        self.find_consumer: Callable[[], BatchReader | None] = lambda: None
        """FastStream makes the consumer only when it starts."""
        self.topic_ids: dict[str, str] = {}
        self.starts: dict[Partition, set[int]] = {}
        """Offsets to which we moved on purpose, see `positions.claim`."""
        self.next: dict[TopicPartition, int] = {}
        """The next offset of each assigned partition."""
        self.ends: dict[TopicPartition, int] = {}
        """The end offset of each log, from brokers that report it exactly."""

    @property
    def consumer(self) -> BatchReader | None:
        """The client's consumer, once there is one."""
        return self.find_consumer()

    @property
    def lost(self) -> list[str]:
        """Partitions that are paused until their owner republishes events."""
        return [f"{at.topic}[{at.partition}]" for at in self._lost.partitions]

    @property
    def unreadable(self) -> list[str]:
        """Partitions that are paused at an unreadable batch, with offset and cause."""
        return self._unreadable.faults

    @property
    def paused(self) -> set[TopicPartition]:
        """Partitions that are paused for a reason that log and readiness report."""
        return {*self._lost.partitions, *self._unreadable.partitions}

    @property
    def state(self) -> str:
        """One line for the log."""
        return f"paused, events are gone: {', '.join(self.lost)}" if self.lost else "listening"

    def ready(self) -> set[TopicPartition]:
        """The partitions whose positions are checked, so that their records may be applied."""
        return self.next.keys() - self._pending

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Forget partitions that another replica takes over."""
        for at in revoked:
            self._pending.discard(at)
            self._unreadable.discard(at)
            self._lost.discard(at)
            self.next.pop(at, None)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Pause the new partitions, then check and start each."""
        await attempt(self.resync(assigned))

    async def assign_pending(self) -> None:
        """Start the partitions that are still pending."""
        async with self._turn:
            if self._pending:
                await self._assign()

    async def resync(self, partitions: Iterable[TopicPartition]) -> None:
        """Pause these partitions and start them again from the positions in the database."""
        self._pause(partitions)
        await self.assign_pending()

    async def explains(self, gap: PositionGap, batch: Iterable[Placed]) -> bool:
        """Whether the offsets between the batch's records never held an event for us.

        The client skips transaction marks, aborted records and compacted records. It also jumps to
        the beginning of a log whose older records were deleted; that is impossible while the same
        log still begins at or before the expected offset.
        """
        at = TopicPartition(*gap.partition)
        found = await self._identities({at.topic})
        first = (await self._consumer().beginning_offsets([at]))[at]
        if found[at.topic] != self.topic_ids.get(at.topic) or first > gap.expected:
            log.warning("%s; checking the log", gap)
            return False
        jumps = {one.offset for one in batch if (one.topic, one.partition) == gap.partition}
        self.starts.setdefault(gap.partition, set()).update(jumps)
        return True

    def on_unreadable(self, fault: UnreadableBatch) -> None:
        """Note that the client paused a partition at an unreadable batch; `probe` tries it again."""
        self._unreadable.add(fault)

    def clear(self) -> None:
        """Forget all paused partitions: the client is closed, and the next one checks for itself."""
        self._unreadable.clear()
        self._lost.clear()

    def applied(self, records: Iterable[Placed]) -> None:
        """Move the next offsets past these applied records."""
        after = {(record.topic, record.partition): record.offset + 1 for record in records}
        for at, offset in after.items():
            if at in self.next:
                self.next[TopicPartition(*at)] = offset
        for partition, offsets in self.starts.items():
            done = self.next.get(TopicPartition(*partition), 0)
            self.starts[partition] = {offset for offset in offsets if offset >= done}

    async def recheck(self) -> None:
        """Start a topic's partitions again if the topic was recreated.

        Raises:
            TopicMissing: a topic does not exist.
        """
        found = await self._identities(self._topics)
        if self.consumer is None:
            return
        await self.resync(self._of_recreated_topics(found))
        await self._skip_marks(self.consumer)
        if self.next and not self._settings.embedded:
            self.ends = await self.consumer.end_offsets(list(self.next))

    async def _skip_marks(self, consumer: BatchReader) -> None:
        """Skip offsets without an event for us, so that they do not count as lag."""
        ready = self.ready()
        passed = {
            at: offset
            for at, offset in consumer.dealt_with.items()
            if at in ready and offset > self.next[at]
        }
        first = await consumer.beginning_offsets(list(passed))
        gone = [at for at in passed if first[at] > self.next.get(at, 0)]
        for at in passed.keys() & self.next.keys() - set(gone):
            if consumer.dealt_with.get(at, 0) >= passed[at]:  # else it was resynced meanwhile
                self.next[at] = max(self.next[at], passed[at])
                self.starts.setdefault((at.topic, at.partition), set()).add(passed[at])
        await self.resync(gone)

    @property
    def assigned(self) -> set[TopicPartition]:
        """Our partitions; none while there is no client."""
        return set(self.consumer.assignment()) if self.consumer else set()

    def waiting(self) -> dict[TopicPartition, lag.Waiting]:
        """The waiting records of each partition. The embedded broker reports ends only with a fetch."""
        consumer, real = self.consumer, not self._settings.embedded
        return lag.waiting(consumer, self.next, self.ends, transactions=real) if consumer else {}

    async def commit_to_kafka(self) -> None:
        """Commit our offsets for Kafka's lag tools; nothing depends on them."""
        if self.consumer is not None and self.next:
            with suppress(*TROUBLE):
                await self.consumer.commit(dict(self.next))

    async def probe(self) -> None:
        """Resume partitions whose lost events are back or whose batch can be read again."""
        for at in self._unreadable.partitions:
            if await self._unreadable.is_over(at):
                log.warning("%s[%d] can be read again", at.topic, at.partition)
                await self.resync([at])
        for at in self._lost.partitions:
            if await self._lost.is_back(at, self._unreadable.add):
                await self._resume(at)

    async def _resume(self, at: TopicPartition) -> None:
        consumer = self._consumer()
        first = (await consumer.beginning_offsets([at]))[at]
        if not self._lost.discard(at) or at not in self.assigned:
            return
        log.warning(
            "%s[%d]: the lost events are back, reading on at %d", at.topic, at.partition, first
        )
        self._seek(at, first, jump=True)

    def _pause(self, partitions: Iterable[TopicPartition]) -> None:
        mine = self.assigned
        for at in partitions:
            if at in mine:
                self._consumer().pause(at)
                self._pending.add(at)

    async def _assign(self) -> None:
        """Check and start pending partitions; of a recreated topic, all of our partitions."""
        consumer = self._consumer()
        ids = await self._identities({at.topic for at in self._pending})
        self._pause(self._of_recreated_topics(ids))
        partitions = {at for at in self._pending if at.topic in ids}  # others arrived meanwhile
        first = await consumer.beginning_offsets(list(partitions))
        end = {} if self._settings.embedded else await consumer.end_offsets(list(partitions))
        stored = await asyncio.to_thread(self._stored, partitions)
        self._note_ids(ids)
        for at in sorted(partitions & self.assigned & self._pending):
            position = stored.get((at.topic, at.partition))
            status = positions.position_status(position, ids[at.topic], first[at], end.get(at))
            await self._start(at, status, position, first[at])
            self._pending.discard(at)

    def _of_recreated_topics(self, found: Mapping[str, str]) -> list[TopicPartition]:
        """Our partitions of topics whose identity has changed since they were assigned."""
        renewed = {name for name, new in found.items() if self.topic_ids.get(name, new) != new}
        return [at for at in self.assigned if at.topic in renewed]

    def _note_ids(self, ids: Mapping[str, str]) -> None:
        for name, new in ids.items():
            if self.topic_ids.get(name, new) != new:
                log.warning("topic %s was made again: reading it from its beginning", name)
            self.topic_ids[name] = new

    async def _start(
        self, at: TopicPartition, status: PositionStatus, position: Position | None, first: int
    ) -> None:
        name = f"{at.topic}[{at.partition}]"
        self._lost.discard(at)
        self._unreadable.discard(at)
        if status is PositionStatus.FITS and position is not None:
            self._seek(at, position.next_offset)
        elif status is PositionStatus.LOST and position is not None:
            log.error(
                "%s: offsets %d to %d are gone from the broker. The partition is paused until "
                "`republish` of its owner has brought the events back",
                name, position.next_offset, first - 1,
            )  # fmt: skip
            self.next.pop(at, None)
            topic = self._topics[at.topic]
            self._lost.add(at, GapProbe(self._settings, at, topic, self._trust))
        else:
            if status is PositionStatus.BEYOND:
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
