"""Finding out whether events that were gone from the broker have been published again."""

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


class Regain:
    """Looks into one partition beyond a hole, without applying anything.

    A source publishes in sequence order, so all that is gone came before the first event that is
    left. Once every missing event before that one is seen, or stands further on in the partition,
    reading on loses nothing.
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
        """Sequence of the first event that is left in the log."""
        self.found = BitMap64()

    async def read(self, on_unreadable: Callable[[UnreadableBatch], None] | None = None) -> None:
        """Note what the partition holds beyond what was noted before.

        It is read up to a batch that cannot be read, of which `on_unreadable` hears.
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
        """Whether no event before the first one left is missing both here and in the seen-set."""
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


class Lost:
    """Partitions that are paused because events are gone from the broker."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._regains: dict[TopicPartition, Regain] = {}

    @property
    def partitions(self) -> list[TopicPartition]:
        """Those that wait."""
        return sorted(self._regains)

    def add(self, at: TopicPartition, regain: Regain) -> None:
        """The partition is paused until `regain` finds its events."""
        self._regains[at] = regain
        CONSUMER_PAUSED.set(len(self._regains))

    def discard(self, at: TopicPartition) -> bool:
        """It is placed anew, or not ours any more; returns whether it was here."""
        found = self._regains.pop(at, None) is not None
        CONSUMER_PAUSED.set(len(self._regains))
        return found

    def clear(self) -> None:
        """None is ours any more."""
        for at in self.partitions:
            self.discard(at)

    async def is_back(
        self, at: TopicPartition, on_unreadable: Callable[[UnreadableBatch], None]
    ) -> bool:
        """Whether a partition's events have all been published again."""
        regain = self._regains.get(at)
        if regain is None:  # given to another replica meanwhile
            return False
        await regain.read(on_unreadable)
        return await asyncio.to_thread(self._asks, regain)

    def _asks(self, regain: Regain) -> bool:
        with snapshot(self._engine) as connection:
            return regain.is_back(connection)
