"""Finding out whether events that were gone from the broker have been published again."""

from aiokafka import TopicPartition
from pyroaring import BitMap64
from sqlalchemy import Connection

from shared.checks import Record, Refused, check
from shared.events.topics import Topic
from shared.kafka import open_reader
from shared.kafka_settings import KafkaSettings
from shared.proof import Trust
from shared.seen import gaps, highest


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

    async def read(self) -> None:
        """Note what the partition holds beyond what was noted before."""
        reader = open_reader(self._settings)
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
