"""What a peer has put on Kafka: the places up to which it committed, and its changes of cells."""

from collections import Counter

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from benchmarks.peers.expected import Cells
from services.monitoring import CARD
from shared.kafka.settings import KafkaSettings

_COMING_UP = (
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
)
"""A broker's answers about a group of which it makes the first place just now."""


class Progress:
    """How far a group is, asked over one connection: asking must not cost what it measures."""

    def __init__(self, settings: KafkaSettings, group: str) -> None:
        self._consumer = _reader(settings, group)
        self._places = [
            TopicPartition(topic.name, number)
            for topic in CARD.listens_to
            for number in range(topic.partitions)
        ]

    def committed(self) -> int:
        """Events before the places that the group has committed; it need not know any yet."""
        try:
            places = self._consumer.committed(self._places, timeout=10.0)
        except KafkaException as error:
            if error.args[0].code() not in _COMING_UP:
                raise
            return 0
        return sum(max(0, place.offset) for place in places)


def summed(settings: KafkaSettings, topic: str, partitions: int) -> Cells:
    """The changes of committed transactions, summed up by cell; cells of zero are left out."""
    cells: Counter[str] = Counter()
    consumer, open_ones = _reader(settings, f"{topic}-reader"), set(range(partitions))
    try:
        consumer.assign([TopicPartition(topic, number, 0) for number in open_ones])
        while open_ones:
            for message in consumer.consume(5_000, timeout=5.0):
                if message.error():  # the end of a partition is one
                    open_ones.discard(message.partition() or 0)
                    continue
                by, _, cell = (message.value() or b"").decode().partition(" ")
                cells[cell] += int(by)
    finally:
        consumer.close()
    return {cell: value for cell, value in cells.items() if value}


def _reader(settings: KafkaSettings, group: str) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": settings.bootstrap,
            "group.id": group,
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
        }
    )
