"""Measure the lag of each partition; a lag that does not move makes the consumer unready."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.observability.metrics import CONSUMER_LAG, CONSUMER_STALLED


@dataclass(frozen=True)
class Waiting:
    """The waiting records of one partition."""

    next_offset: int
    end: int
    held: bool = False
    """An open transaction holds back everything up to the end of the log."""

    @property
    def records(self) -> int:
        """How many offsets remain before the end."""
        return max(0, self.end - self.next_offset)


def waiting(
    consumer: AIOKafkaConsumer,
    next_offsets: Mapping[TopicPartition, int],
    ends: Mapping[TopicPartition, int],
    *,
    transactions: bool = True,
) -> dict[TopicPartition, Waiting]:
    """The waiting records of partitions with a known end: from `ends` or from the last fetch.

    Without `transactions`, ignore the broker's stable offset.
    """
    found = {}
    for at in consumer.assignment() & next_offsets.keys():
        high = consumer.highwater(at)
        if high is not None or at in ends:
            end = max(high or 0, ends.get(at, 0))
            stable = consumer.last_stable_offset(at) if transactions else None
            place = next_offsets[at]
            found[at] = Waiting(place, end, held=stable is not None and 0 <= stable <= place < end)
    return found


class LagWatch:
    """Since when each partition has had waiting records while its position did not move.

    It outlives the client: a restart of the client is not a move.
    """

    def __init__(self, bound: timedelta) -> None:
        self._bound = bound
        self._since: dict[TopicPartition, tuple[Waiting, datetime]] = {}
        self._shown: set[TopicPartition] = set()

    def look(
        self,
        found: Mapping[TopicPartition, Waiting],
        assigned: Collection[TopicPartition],
        now: datetime,
    ) -> None:
        """Note the waiting records. A partition missing from `found` is unknown now and keeps its entry."""
        for at in [*self._since]:
            if assigned and at not in assigned:
                del self._since[at]
        for at, new in found.items():
            old = self._since.get(at)
            if not new.records:
                self._since.pop(at, None)
            elif old is None or old[0].next_offset != new.next_offset:
                self._since[at] = new, now
            else:
                self._since[at] = new, min(old[1], now)  # a clock that ran ahead was corrected
        self._show(now)

    def pending(self, known: Collection[TopicPartition] = ()) -> list[TopicPartition]:
        """Partitions that could be read and have not moved since the last look.

        Those in `known` are paused for a reason that a restart of the client does not remove.
        """
        return [at for at, (one, _) in self._since.items() if at not in known and not one.held]

    def stalled(self, now: datetime, known: Collection[TopicPartition] = ()) -> list[str]:
        """Describe partitions that have waited longer than the bound, without those in `known`."""
        since = self._since.copy()  # called from another thread
        late = [(at, *since[at]) for at in sorted(since) if at not in known]
        return [
            f"{at.topic}[{at.partition}] has stood at offset {one.next_offset} for "
            f"{int((now - since).total_seconds())} s with {one.records} records to come"
            f"{', held by an open transaction' if one.held else ''}"
            for at, one, since in late
            if now - since > self._bound
        ]

    def _late(self, now: datetime) -> set[TopicPartition]:
        return {at for at, (_, since) in self._since.items() if now - since > self._bound}

    def _show(self, now: datetime) -> None:
        late = self._late(now)
        for at in self._shown - late:
            CONSUMER_STALLED.remove(at.topic, str(at.partition))
        for at in late:
            CONSUMER_STALLED.labels(at.topic, str(at.partition)).set(1)
        self._shown = late


def show(topics: Collection[str], found: Mapping[TopicPartition, Waiting]) -> None:
    """Set the lag gauge of each topic."""
    for topic in topics:
        CONSUMER_LAG.labels(topic).set(
            sum(one.records for at, one in found.items() if at.topic == topic)
        )
