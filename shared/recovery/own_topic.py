"""A source's own topic, read back: what it has published, whatever its database remembers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from typing import NamedTuple

from aiokafka import TopicPartition
from kafka.errors import KafkaError

from shared.events.envelope import Event, without_sequence
from shared.events.topics import Topic
from shared.kafka.admin import BrokerAway
from shared.kafka.batch_reader import BatchReader, UnreadableBatch
from shared.kafka.clients import open_reader
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import partitions_of
from shared.wire.signatures import Trust
from shared.wire.verification import PROOF_HEADER, Record, Refused, check

log = logging.getLogger("lintas.relay")
LAST = 10
"""Records at the end of each partition that are looked at; the youngest of them may be no event."""
SILENCE_MS = 15_000
"""A broker that gives nothing for so long, though there is more, is given up."""


class LogSilent(ConnectionError):
    """The broker did not give what it says it has."""


class Unreadable(ValueError):
    """An event of ours that this version of the service cannot read."""


class Published(NamedTuple):
    """One event of ours on the bus, with what an archive keeps of it."""

    event: Event
    body: bytes
    """Its bytes without the sequence."""
    proof: bytes


class Stretch(NamedTuple):
    """Some records of one partition, in order, and how many records remain."""

    records: Sequence[Record]
    left: int
    """Records of all partitions that are still to come."""


class OwnTopic:
    """One source's topic. Records that others may have written into it are skipped."""

    def __init__(self, settings: KafkaSettings, topic: Topic, trust: Trust) -> None:
        self._settings, self._topic, self._trust = settings, topic, trust

    async def highest(self) -> int:
        """The highest sequence among the last events of the partitions; 0 where there are none.

        A broker that forgets is not asked: it knows no more than the database. A batch that cannot
        be read is logged and skipped: it must not stop the relay of all partitions.
        """
        found = [0]
        if not self._settings.embedded:
            async for stretch in self._read(LAST):
                found += map(self._sequence, stretch.records)
        return max(found)

    async def batches(self, left: Callable[[int], None]) -> AsyncIterator[list[Published]]:
        """Everything from the beginning to the end as it is now; `left` hears what is to come.

        Raises:
            LogSilent: the broker stopped giving.
            UnreadableBatch: the client cannot decode what the broker gives.
            Unreadable: an event is newer than this version of the service.
            ValueError: the broker is one that forgets.
        """
        if self._settings.embedded:
            raise ValueError("the embedded broker forgets: it has no more than the database")
        async for stretch in self._read():
            left(stretch.left + len(stretch.records))
            yield [one for record in stretch.records if (one := self._published(record))]
            left(stretch.left)

    async def _read(self, last: int | None = None) -> AsyncIterator[Stretch]:
        """The last records of each partition, or all.

        What we signed we published, whatever became of a transaction in which somebody else sent
        it, and one that is left open must not hide what comes after it: so `aborted`.
        """
        places = await self._places()
        if not places:
            return
        reader = open_reader(
            self._settings, lambda fault: _step_over(reader, fault, last), aborted=True
        )
        try:
            await reader.start()
            reader.assign(places)
            at, end = await reader.beginning_offsets(places), await reader.end_offsets(places)
            for place in places:
                if last is not None:
                    at[place] = max(at[place], end[place] - last)
                reader.seek(place, at[place])
            while any(at[place] < end[place] for place in places):
                found = await reader.getmany(timeout_ms=SILENCE_MS, max_records=2_000)
                reached = {place: await reader.position(place) for place in places}
                if not found and reached == at:
                    raise LogSilent(f"{self._topic.name}: the broker does not give what it has")
                for place, records in found.items():
                    at[place] = reached[place]
                    yield Stretch(records, sum(max(0, end[one] - at[one]) for one in places))
                at = reached  # beyond the last record where marks of transactions follow it
        finally:
            await reader.stop()

    async def _places(self) -> list[TopicPartition]:
        name = self._topic.name
        try:
            numbers = await asyncio.to_thread(partitions_of, self._settings, name)
        except KafkaError as error:
            doubt = self._settings.access.doubt
            raise BrokerAway(f"the broker refuses: {type(error).__name__}{doubt}") from error
        return [TopicPartition(name, number) for number in sorted(numbers)]

    def _check(self, record: Record) -> Event:
        return check(record, self._trust, {self._topic.name: self._topic})

    def _sequence(self, record: Record) -> int:
        """0 for what is not ours."""
        try:
            return self._check(record).sequence
        except Refused as refusal:
            return refusal.place[1] if refusal.place else 0

    def _published(self, record: Record) -> Published | None:
        try:
            event = self._check(record)
        except Refused as refusal:
            if refusal.place is None:
                return None
            raise Unreadable(
                f"event {refusal.place[1]} is ours, but this version of the service cannot read it "
                f"({refusal.code}): use the version that published it"
            ) from None
        proof = next(content for name, content in record.headers if name == PROOF_HEADER)
        assert record.value is not None and proof is not None  # noqa: S101, PT018 - checked
        return Published(event, without_sequence(record.value), proof)


def _step_over(reader: BatchReader, fault: UnreadableBatch, last: int | None) -> None:
    """Read on behind one offset more, where only the `last` records are looked at."""
    if last is None:
        raise fault
    log.error("%s. Events of ours in it are not seen", fault)
    reader.seek(fault.at, fault.offset + 1)
    reader.resume(fault.at)
