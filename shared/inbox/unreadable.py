"""Keep partitions paused at an unreadable batch until it can be read or is deleted."""

import logging

from aiokafka import TopicPartition

from shared.kafka.batch_reader import UnreadableBatch
from shared.kafka.clients import open_reader
from shared.kafka.settings import KafkaSettings
from shared.observability.metrics import CONSUMER_UNREADABLE

log = logging.getLogger("lintas.consumer")
ANSWER_MS = 2_000
"""How long one read may take; the next probe tries again."""


class UnreadablePartitions:
    """Reports each fault once in the log and in a gauge, and checks when it is over."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._faults: dict[TopicPartition, UnreadableBatch] = {}

    @property
    def partitions(self) -> list[TopicPartition]:
        """The paused partitions."""
        return sorted(self._faults)

    @property
    def faults(self) -> list[str]:
        """Each fault with topic, partition, offset and cause."""
        return sorted(map(str, self._faults.copy().values()))  # called from another thread

    def add(self, fault: UnreadableBatch) -> None:
        """Add a partition that the client has paused; its position does not change."""
        known = self._faults.get(fault.at)
        if str(known) == str(fault):
            return
        self.discard(fault.at)
        self._faults[fault.at] = fault
        CONSUMER_UNREADABLE.labels(*_labels(fault)).set(1)
        log.error("%s. The partition is paused; its neighbours are read on", fault)

    def discard(self, at: TopicPartition) -> None:
        """Remove a partition that is resynced or no longer ours."""
        fault = self._faults.pop(at, None)
        if fault is not None:
            CONSUMER_UNREADABLE.remove(*_labels(fault))

    def clear(self) -> None:
        """Remove all partitions."""
        for at in self.partitions:
            self.discard(at)

    async def is_over(self, at: TopicPartition) -> bool:
        """Whether the batch can be read, or the log now begins after it."""
        if at not in self._faults:  # another replica has it now
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
