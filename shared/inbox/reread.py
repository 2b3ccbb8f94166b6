"""Read single records from the log again if the quarantine does not hold their contents."""

import asyncio
from collections.abc import Collection, Iterable
from itertools import groupby

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.database.errors import name_of
from shared.kafka.admin import BrokerAway
from shared.kafka.clients import open_reader
from shared.kafka.settings import KafkaSettings
from shared.wire.verification import Record

NEAR = 1_000
"""How many unwanted records to read through; over a longer distance the reader seeks."""
SILENCE_MS = 5_000
"""After this silence the log has no more records."""

Spot = tuple[str, int, int]
"""Topic, partition, offset."""


class Reread:
    """Reads a broker's log at given places, outside every consumer group."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings

    def read(self, spots: Collection[Spot]) -> dict[Spot, Record]:
        """The records at these places, as far as the log still has them.

        Raises:
            BrokerAway: the log cannot be read now.
        """
        if not spots:
            return {}
        try:
            return asyncio.run(self._read(spots))
        except (KafkaError, TimeoutError) as error:
            raise BrokerAway(f"the log cannot be read now: {name_of(error)}") from error

    async def _read(self, spots: Collection[Spot]) -> dict[Spot, Record]:
        reader = open_reader(self._settings)
        found: dict[Spot, Record] = {}
        try:
            await reader.start()
            for (topic, number), group in groupby(sorted(spots), key=lambda spot: spot[:2]):
                place = TopicPartition(topic, number)
                wanted = [offset for _, _, offset in group]
                ends = not self._settings.embedded
                for record in await _records(reader, place, wanted, ends=ends):
                    found[topic, number, record.offset] = record
        finally:
            await reader.stop()
        return found


async def _records(
    reader: AIOKafkaConsumer, place: TopicPartition, wanted: Iterable[int], *, ends: bool
) -> list[Record]:
    """The wanted records of one partition; `ends`: whether the broker knows its last offset."""
    reader.assign([place])
    first = (await reader.beginning_offsets([place]))[place]
    end = (await reader.end_offsets([place]))[place] if ends else None
    left = [offset for offset in wanted if first <= offset and (end is None or offset < end)]
    found: list[Record] = []
    at = -NEAR - 1
    while left:
        if not at <= left[0] <= at + NEAR:
            at = left[0]
            reader.seek(place, at)
        given = (await reader.getmany(place, timeout_ms=SILENCE_MS, max_records=500)).get(place, [])
        if not given or given[-1].offset < at:
            break  # no record there, or the client restarted at the beginning because it was beyond the end
        chosen = set(left)
        found += [record for record in given if record.offset in chosen]
        at = given[-1].offset + 1
        left = [offset for offset in left if offset >= at]
    return found
