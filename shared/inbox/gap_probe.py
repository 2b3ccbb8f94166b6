"""Check whether deleted events were republished, so that a paused partition can resume."""

import asyncio
from collections.abc import Callable

from aiokafka import TopicPartition
from pyroaring import BitMap64
from sqlalchemy import Connection, Engine

from shared.database.engine import snapshot
from shared.events.topics import Topic
from shared.inbox.seen import gaps, highest
from shared.kafka.batch_reader import UnreadableBatch
from shared.kafka.clients import open_reader
from shared.kafka.settings import KafkaSettings
from shared.observability.metrics import CONSUMER_PAUSED
from shared.wire.signatures import Trust
from shared.wire.verification import Record, Refused, check


class GapProbe:
    """Reads one partition beyond a gap without applying anything.

    A source publishes in sequence order, so every deleted event precedes the first remaining one.
    Once the seen-set or the rest of the partition holds every missing event before that one,
    the consumer can resume without a loss.
    """

    def __init__(
        self, settings: KafkaSettings, at: TopicPartition, topic: Topic, trust: Trust
    ) -> None:
        self._settings = settings
        self._at = at
        self._topic = topic
        self._trust = trust
        self._next: int | None = None
        self.first_left: int | None = None
        """Sequence of the first event that remains in the log."""
        self.found = BitMap64()

    async def read(self, on_unreadable: Callable[[UnreadableBatch], None] | None = None) -> None:
        """Note the sequences that the partition holds beyond the last read.

        Stop at an unreadable batch and pass it to `on_unreadable`.
        """
        reader = open_reader(self._settings, on_unreadable)
        try:
            await reader.start()
            reader.assign([self._at])
            if self._next is None:
                await reader.seek_to_beginning(self._at)
            else:
                reader.seek(self._at, self._next)
            while batch := await reader.getmany(self._at, timeout_ms=500, max_records=2_000):
                for record in batch[self._at]:
                    self._note(record)
        finally:
            await reader.stop()

    def _note(self, record: Record) -> None:
        self._next = record.offset + 1
        try:
            event = check(record, self._trust, {self._topic.name: self._topic})
        except Refused as refusal:
            if refusal.place is None:
                return
            sequence = refusal.place[1]
        else:
            sequence = event.sequence
        self.found.add(sequence)
        if self.first_left is None:
            self.first_left = sequence

    def is_back(self, connection: Connection) -> bool:
        """Whether partition and seen-set together hold every event before the first remaining one."""
        if self.first_left is None:
            return False
        below = self.first_left - 1
        top = highest(connection).get(self._topic.owner, 0)
        missing = [*gaps(connection, self._topic.owner), (top + 1, below)]
        clipped = [(first, min(last, below)) for first, last in missing if first <= below]
        return all(self._holds(first, last) for first, last in clipped)

    def _holds(self, first: int, last: int) -> bool:
        if last < first:
            return True
        below = self.found.rank(first - 1) if first else 0
        return bool(self.found.rank(last) - below == last - first + 1)


class LostPartitions:
    """Partitions that are paused because the broker has deleted events before we read them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._probes: dict[TopicPartition, GapProbe] = {}

    @property
    def partitions(self) -> list[TopicPartition]:
        """The paused partitions."""
        return sorted(self._probes)

    def add(self, at: TopicPartition, probe: GapProbe) -> None:
        """Keep the partition paused until `probe` finds its events."""
        self._probes[at] = probe
        CONSUMER_PAUSED.set(len(self._probes))

    def discard(self, at: TopicPartition) -> bool:
        """Remove a partition that is resynced or no longer ours; return whether it was paused."""
        found = self._probes.pop(at, None) is not None
        CONSUMER_PAUSED.set(len(self._probes))
        return found

    def clear(self) -> None:
        """Remove all partitions."""
        for at in self.partitions:
            self.discard(at)

    async def is_back(
        self, at: TopicPartition, on_unreadable: Callable[[UnreadableBatch], None]
    ) -> bool:
        """Whether all missing events of a partition were republished."""
        probe = self._probes.get(at)
        if probe is None:  # another replica has it now
            return False
        await probe.read(on_unreadable)
        return await asyncio.to_thread(self._query, probe)

    def _query(self, probe: GapProbe) -> bool:
        with snapshot(self._engine) as connection:
            return probe.is_back(connection)
