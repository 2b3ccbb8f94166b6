"""Sending events so that one never overtakes an earlier one of its key.

All events of a key go to one partition. Each partition is a lane: its events are put into Kafka
batches, which the broker keeps or refuses whole, and the next batch leaves when the last is
acknowledged. A lane stops at its first failure. When the broker refuses a batch for what is in it,
the relay goes on with single events: the one that is refused stops its key, the other keys pass.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiokafka.errors import InvalidMessageError, MessageSizeTooLargeError, RecordListTooLargeError

from shared.events.envelope import CONTENT_TYPE, MAX_EVENT_BYTES
from shared.outbox.archive import Record
from shared.outbox.partitioner import key_hash
from shared.wire.signatures import HEADER

log = logging.getLogger("lintas.relay")

REFUSALS = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidMessageError)
"""Errors about the content of a batch; any other is about the broker or the connection."""


class Batch(Protocol):
    """What is filled and sent as one."""

    def append(
        self, *, timestamp: None, key: bytes, value: bytes, headers: list[tuple[str, bytes]]
    ) -> object | None:
        """Add a record; None when the batch is full."""

    def close(self) -> None:
        """Nothing more will be added."""


class Producer(Protocol):
    """The part of aiokafka's producer that the relay uses."""

    async def start(self) -> None:
        """Connect."""

    async def stop(self) -> None:
        """Disconnect."""

    async def partitions_for(self, topic: str) -> set[int]:
        """The partitions of a topic."""

    def create_batch(self) -> Any:
        """An empty batch."""

    async def send_batch(self, batch: Any, topic: str, *, partition: int) -> Awaitable[object]:
        """Queue a batch; what it returns is done when the broker has acknowledged."""


@dataclass
class SendOutcome:
    """What became of some records."""

    sent: list[int] = field(default_factory=list)
    """Sequences that the broker has acknowledged."""
    refused: set[str] = field(default_factory=set)
    """Keys that stop here, because one of their events can not be sent."""
    errors: list[Exception] = field(default_factory=list)
    """Why lanes stopped."""
    split: bool = False
    """A batch of several was refused: which of them is to blame is not known yet."""


async def send(
    producer: Producer, records: Sequence[Record], outcome: SendOutcome, *, single: bool
) -> None:
    """Send records in the order given, except those of refused keys; the outcome says what became.

    Never raises for a failed send, and the outcome is right at any moment, also when cancelled.
    """
    lanes: dict[tuple[str, int], list[Record]] = defaultdict(list)
    try:
        partitions = {
            topic: sorted(await producer.partitions_for(topic))
            for topic in {record.topic for record in records}
        }
        for record in records:
            places = partitions[record.topic]
            place = places[key_hash(record.key.encode()) % len(places)]
            lanes[record.topic, place].append(record)
    except Exception as error:  # noqa: BLE001  whatever the client raises, nothing was sent
        outcome.errors.append(error)
        return
    await asyncio.gather(
        *(_lane(producer, place, lane, single, outcome) for place, lane in lanes.items())
    )


async def _lane(
    producer: Producer,
    place: tuple[str, int],
    records: Sequence[Record],
    single: bool,
    outcome: SendOutcome,
) -> None:
    position = 0
    while position < len(records):
        batch, chosen, position = _fill(producer, records, position, single, outcome)
        if not chosen:
            continue
        try:
            await (await producer.send_batch(batch, place[0], partition=place[1]))
        except Exception as error:  # noqa: BLE001  any failure ends the lane; the caller decides
            _note(error, chosen, outcome)
            return
        outcome.sent.extend(record.sequence for record in chosen)


def _fill(
    producer: Producer, records: Sequence[Record], position: int, single: bool, outcome: SendOutcome
) -> tuple[Any, list[Record], int]:
    """A batch of the records from a position on, what it holds, and the position behind it."""
    batch = producer.create_batch()
    chosen: list[Record] = []
    while position < len(records) and not (single and chosen):
        record = records[position]
        if _may_pass(record, outcome):
            if batch.append(**_content(record)) is None:
                break
            chosen.append(record)
        position += 1
    batch.close()
    return batch, chosen, position


def _may_pass(record: Record, outcome: SendOutcome) -> bool:
    if record.key in outcome.refused:
        return False
    if len(record.value) <= MAX_EVENT_BYTES:
        return True
    log.error("event %d has %d bytes and stays here", record.sequence, len(record.value))
    outcome.refused.add(record.key)
    return False


def _content(record: Record) -> dict[str, Any]:
    headers = [("content-type", CONTENT_TYPE.encode()), (HEADER, record.proof)]
    return {
        "timestamp": None,
        "key": record.key.encode(),
        "value": record.value,
        "headers": headers,
    }


def _note(error: Exception, chosen: Sequence[Record], outcome: SendOutcome) -> None:
    outcome.errors.append(error)
    if not isinstance(error, REFUSALS):
        return
    if len(chosen) > 1:
        outcome.split = True
        return
    sequence, cause = chosen[0].sequence, type(error).__name__
    log.error("event %d was refused by the broker (%s); its key waits", sequence, cause)
    outcome.refused.add(chosen[0].key)
