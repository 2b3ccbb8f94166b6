"""A source's own topic, read back: what it has published, whatever its database remembers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.checks import PROOF_HEADER, Record, Refused, check
from shared.events.envelope import Event, without_sequence
from shared.events.topics import Topic
from shared.kafka import KafkaSettings, open_reader, partitions_of
from shared.proof import Trust

LAST = 10
"""Records at the end of each partition that are looked at; the youngest of them may be no event."""
SILENCE_MS = 15_000
"""A broker that gives nothing for so long, though there is more, is given up."""


class LogSilent(ConnectionError):
    """The broker did not give what it says it has."""


class Published(NamedTuple):
    """One event of ours on the bus, with what an archive keeps of it."""

    event: Event
    body: bytes
    """Its bytes without the sequence."""
    proof: bytes


Offsets = Mapping[TopicPartition, int]


class OwnLog:
    """One source's topic. What others may have written into it is passed over."""

    def __init__(self, settings: KafkaSettings, topic: Topic, trust: Trust) -> None:
        self._settings, self._topic, self._trust = settings, topic, trust

    async def highest(self) -> int:
        """The highest sequence among the last events of the partitions; 0 where there are none.

        A broker that forgets is not asked: it knows no more than the database.
        """
        if self._settings.volatile:
            return 0
        found = [0]
        async with self._opened() as (reader, first, end):
            starts = {at: max(first[at], end[at] - LAST) for at in end}
            async for batch in self._read(reader, starts, end):
                found += [one.event.sequence for one in batch]
        return max(found)

    async def batches(self, told: Callable[[int, int], None]) -> AsyncIterator[list[Published]]:
        """Everything from the beginning to the end as it is now, by partition in its order.

        `told` hears how many records were read, of how many.

        Raises:
            LogSilent: the broker stopped giving.
            ValueError: it is one that forgets.
        """
        if self._settings.volatile:
            raise ValueError("the embedded broker forgets: it has no more than the database")
        async with self._opened() as (reader, first, end):
            total, at = sum(end.values()) - sum(first.values()), dict(first)
            async for batch in self._read(reader, at, end):
                yield batch
                told(total - sum(end[place] - at[place] for place in end), total)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[tuple[AIOKafkaConsumer, Offsets, Offsets]]:
        """A reader of all partitions, and where each begins and ends; no partition, no offsets."""
        name = self._topic.name
        numbers = await asyncio.to_thread(partitions_of, self._settings, name)
        places = [TopicPartition(name, number) for number in sorted(numbers)]
        reader = open_reader(self._settings)
        if not places:  # none can be assigned, and none is read
            yield reader, {}, {}
            return
        try:
            await reader.start()
            reader.assign(places)
            yield reader, await reader.beginning_offsets(places), await reader.end_offsets(places)
        finally:
            await reader.stop()

    async def _read(
        self, reader: AIOKafkaConsumer, at: dict[TopicPartition, int], end: Offsets
    ) -> AsyncIterator[list[Published]]:
        """From these offsets, which move on, to the end."""
        for place, offset in at.items():
            reader.seek(place, offset)
        while any(at[place] < end[place] for place in end):
            found = await reader.getmany(timeout_ms=SILENCE_MS, max_records=2_000)
            if not found:
                raise LogSilent(f"{self._topic.name}: the broker gives no more, at {dict(at)}")
            for place, records in found.items():
                at[place] = records[-1].offset + 1
                yield [one for record in records if (one := self._published(record))]

    def _published(self, record: Record) -> Published | None:
        try:
            event = check(record, self._trust, {self._topic.name: self._topic})
        except Refused:
            return None
        proof = next(content for name, content in record.headers if name == PROOF_HEADER)
        assert record.value is not None and proof is not None  # noqa: S101, PT018 - checked
        return Published(event, without_sequence(record.value), proof)
