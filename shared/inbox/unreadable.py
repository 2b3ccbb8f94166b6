"""Partitions that are paused at a batch that cannot be read, until it can be or is gone."""

import logging

from aiokafka import TopicPartition

from shared.kafka.batch_reader import UnreadableBatch
from shared.kafka.clients import open_reader
from shared.kafka.settings import KafkaSettings
from shared.observability.metrics import CONSUMER_UNREADABLE

log = logging.getLogger("lintas.consumer")
ANSWER_MS = 2_000
"""Patience with a broker that gives nothing; the next look asks again."""


class Unreadable:
    """Names each fault in the log once and in a gauge, and finds out when it is over."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._faults: dict[TopicPartition, UnreadableBatch] = {}

    @property
    def partitions(self) -> list[TopicPartition]:
        """Those that wait."""
        return sorted(self._faults)

    @property
    def told(self) -> list[str]:
        """What each waits at, with topic, partition, offset and cause."""
        return sorted(map(str, self._faults.copy().values()))  # asked from another thread

    def add(self, fault: UnreadableBatch) -> None:
        """The partition is paused; its position stays where it is."""
        known = self._faults.get(fault.at)
        if str(known) == str(fault):
            return
        self.discard(fault.at)
        self._faults[fault.at] = fault
        CONSUMER_UNREADABLE.labels(*_labels(fault)).set(1)
        log.error("%s. The partition is paused; its neighbours are read on", fault)

    def discard(self, at: TopicPartition) -> None:
        """It is placed anew, or not ours any more."""
        fault = self._faults.pop(at, None)
        if fault is not None:
            CONSUMER_UNREADABLE.remove(*_labels(fault))

    def clear(self) -> None:
        """None is ours any more."""
        for at in self.partitions:
            self.discard(at)

    async def is_over(self, at: TopicPartition) -> bool:
        """Whether the partition can be read on, or its log begins further on by now."""
        if at not in self._faults:  # given to another replica meanwhile
            return False
        offset = self._faults[at].offset
        reader = open_reader(self._settings)
        try:
            await reader.start()
            reader.assign([at])
            reader.seek(at, offset)
            found = await reader.getmany(at, timeout_ms=ANSWER_MS, max_records=1)
            return bool(found) or bool(await reader.position(at) != offset)
        except UnreadableBatch as fault:
            self.add(fault)
            return False
        finally:
            await reader.stop()


def _labels(fault: UnreadableBatch) -> tuple[str, str, str]:
    return fault.at.topic, str(fault.at.partition), fault.reason
