"""A producer whose broker is a list in memory and fails exactly as a test says."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.events.reading import parse


@dataclass(frozen=True)
class Sent:
    """One record in the broker's log."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]

    @property
    def sequence(self) -> int:
        """The event's number."""
        return parse(self.value).sequence


@dataclass
class Broker:
    """What every producer of a test writes to."""

    log: list[Sent] = field(default_factory=list)
    answer: Callable[[Sequence[Sent]], Exception | None] = lambda _: None
    """Asked for each batch before it is kept: an error refuses the whole batch."""
    lost_answers: int = 0
    """So many batches are kept, and answered with an error all the same."""
    away: Exception | None = None
    """Nobody can connect."""
    silent: bool = False
    """Batches are kept; no answer comes."""
    opened: int = 0
    partitions: int = 3

    def producer(self) -> "ScriptedProducer":
        """A new connection."""
        return ScriptedProducer(self)

    @property
    def sequences(self) -> list[int]:
        """Numbers in the order of arrival."""
        return [one.sequence for one in self.log]

    def by_key(self) -> dict[bytes, list[int]]:
        """Numbers of each key in the order of arrival."""
        found: dict[bytes, list[int]] = defaultdict(list)
        for one in self.log:
            found[one.key].append(one.sequence)
        return found


class ScriptedProducer:
    """The part of aiokafka's producer that the relay uses."""

    def __init__(self, broker: Broker) -> None:
        """Connect to this list."""
        self._broker = broker

    async def start(self) -> None:
        """Connect, unless the broker is away."""
        if self._broker.away:
            raise self._broker.away
        self._broker.opened += 1

    async def stop(self) -> None:
        """Nothing to close."""

    async def partitions_for(self, _topic: str) -> set[int]:
        """As many as the broker has."""
        return set(range(self._broker.partitions))

    def create_batch(self) -> "ScriptedBatch":
        """An empty batch."""
        return ScriptedBatch()

    async def send_batch(
        self, batch: "ScriptedBatch", topic: str, *, partition: int
    ) -> Awaitable[object]:
        """Answer later, as a broker does."""
        records = [Sent(topic, partition, **item) for item in batch.items]
        return asyncio.ensure_future(self._answer(records))

    async def _answer(self, records: Sequence[Sent]) -> object:
        await asyncio.sleep(0.001)
        broker = self._broker
        refusal = broker.away or broker.answer(records)
        if refusal:
            raise refusal
        broker.log.extend(records)
        if broker.silent:
            await asyncio.Event().wait()
        if broker.lost_answers:
            broker.lost_answers -= 1
            raise ConnectionError("the answer was lost")
        return None


class ScriptedBatch:
    """Holds at most fifty records."""

    def __init__(self) -> None:
        """Empty."""
        self.items: list[dict[str, Any]] = []

    def append(
        self,
        *,
        timestamp: None,  # noqa: ARG002  as the real client has it
        key: bytes,
        value: bytes,
        headers: list[tuple[str, bytes]],
    ) -> object | None:
        """Add a record; None when full."""
        if len(self.items) >= 50:
            return None
        self.items.append({"key": key, "value": value, "headers": tuple(headers)})
        return self

    def close(self) -> None:
        """Nothing more will be added."""
