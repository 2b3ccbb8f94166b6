"""Kafka's consumer client, but a batch that cannot be read stops its own partition alone.

aiokafka decodes a batch only when it is handed out. The error names no offset and often no
partition, ends the call for all partitions, and loses what the call took from the others.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import (
    ConsumerStoppedError,
    CorruptRecordException,
    IllegalOperation,
    KafkaError,
    RecordTooLargeError,
    UnsupportedCodecError,
)

SEARCH_SECONDS = 10.0
"""Longest search for the partition at fault; a slower broker is asked again by the next call."""
Batches = dict[TopicPartition, list[Any]]


class UnreadableBatch(ConnectionError):
    """A partition goes no further: the client cannot decode what the broker gives at an offset."""

    def __init__(self, at: TopicPartition, offset: int, cause: Exception) -> None:
        self.at, self.offset = at, offset
        self.reason = reason_of(cause)
        """`codec`, `checksum`, `size` or `format`."""
        known = isinstance(
            cause, UnsupportedCodecError
        )  # texts of others may hold bytes of a record
        reason = str(cause) if known else type(cause).__name__
        super().__init__(
            f"{at.topic}[{at.partition}] cannot be read from offset {offset} on: "
            f"{self.reason} ({reason})"
        )


def reason_of(error: Exception) -> str:
    """Why a batch cannot be read, in one word."""
    if isinstance(error, UnsupportedCodecError):
        return "codec"
    if isinstance(error, RecordTooLargeError):
        return "size"
    if isinstance(error, CorruptRecordException) and "CRC" in str(error):
        return "checksum"
    return "format"


def concerns_a_batch(error: Exception) -> bool:
    """Whether reading failed at the bytes of a batch, and not at the broker, a right or the client.

    Decompressors and decoders raise whatever they like: zlib.error, BadGzipFile, EOFError,
    UnicodeDecodeError. aiokafka raises the bare KafkaError for a control batch without a record.
    """
    if isinstance(error, KafkaError):
        bad = (CorruptRecordException, RecordTooLargeError, UnsupportedCodecError)
        return isinstance(error, bad) or type(error) is KafkaError
    return not isinstance(error, ConsumerStoppedError | IllegalOperation)


class BatchReader(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    """Reads like its base class; what it hands out is complete up to the batch at fault."""

    def __init__(
        self,
        *topics: str,
        on_unreadable: Callable[[UnreadableBatch], None] | None = None,
        **options: Any,
    ) -> None:
        """`on_unreadable` takes a fault: its partition is paused, and reading goes on."""
        super().__init__(*topics, **options)
        self._on_unreadable = on_unreadable
        self.dealt_with: dict[TopicPartition, int] = {}
        """Where each partition stood when records were asked for last: its reader had finished
        all before. It lies beyond the last record by marks of transactions and aborted records."""

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """As the base class; what was read before counts no more.

        A partition that is placed while a call waits may be what that call reads first: when it
        fails then, the partition has to go back to this place.
        """
        self.dealt_with[partition] = offset
        super().seek(partition, offset)

    async def getmany(
        self,
        *partitions: TopicPartition,
        timeout_ms: int = 0,
        max_records: int | None = None,
    ) -> Batches:
        """As the base class, but a batch that cannot be read costs no record of another partition.

        Raises:
            UnreadableBatch: without `on_unreadable`; nothing of this call counts as read.
        """
        self.dealt_with = self._places()
        try:
            found: Batches = await super().getmany(
                *partitions, timeout_ms=timeout_ms, max_records=max_records
            )
        except RecordTooLargeError as error:  # has its place, and took nothing from others along
            _, at, offset, *_ = error.args
            self._set_aside(UnreadableBatch(at, offset, error))
            return {}
        except Exception as error:
            if not concerns_a_batch(error):
                raise
            return await self._read_apart(partitions or self.dealt_with)
        return found

    async def _read_apart(self, partitions: Iterable[TopicPartition]) -> Batches:
        """Go back, and read each partition for itself until one shows the fault."""
        places = {at: self.dealt_with[at] for at in partitions if at in self.dealt_with}
        if not places:  # given to other replicas meanwhile
            return {}
        self._go_back(places)
        found: Batches = {at: [] for at in places}
        tasks = [asyncio.create_task(self._follow(at, found[at])) for at in places]
        try:
            done, _ = await asyncio.wait(
                tasks, timeout=SEARCH_SECONDS, return_when=asyncio.FIRST_EXCEPTION
            )
        finally:
            for task in tasks:
                task.cancel()  # loses nothing: a task waits only when all it took is in `found`
        for error in filter(None, (task.exception() for task in done)):
            if not isinstance(error, _Fault) or self._on_unreadable is None:
                self._go_back(places)
            self._set_aside(_located(error, found, places))
        return {at: records for at, records in found.items() if records}

    async def _follow(self, at: TopicPartition, found: list[Any]) -> None:
        """Read record by record, for a batch behind others takes them along when it fails."""
        wait_ms = int(SEARCH_SECONDS * 1000)
        try:
            while more := await super().getmany(at, timeout_ms=wait_ms, max_records=1):
                found += more[at]
        except Exception as error:
            if not concerns_a_batch(error):
                raise
            raise _Fault(at, error) from error

    def _set_aside(self, fault: UnreadableBatch) -> None:
        if self._on_unreadable is None:
            raise fault
        if fault.at in self.assignment():  # it may have gone to another replica meanwhile
            super().seek(fault.at, fault.offset)
            self.pause(fault.at)
            self._on_unreadable(fault)

    def _go_back(self, places: Mapping[TopicPartition, int]) -> None:
        for at in self.assignment() & places.keys():
            super().seek(at, places[at])

    def _places(self) -> dict[TopicPartition, int]:
        """The position of each partition that is read; `position` waits for one that is being reset."""
        subscription = self._subscription.subscription
        assignment = subscription.assignment if subscription else None
        if assignment is None:
            return {}
        states = {at: assignment.state_value(at) for at in assignment.tps}
        return {
            at: state.position
            for at, state in states.items()
            if state.has_valid_position and not state.paused
        }


def _located(
    error: BaseException, found: Batches, places: Mapping[TopicPartition, int]
) -> UnreadableBatch:
    """The fault with its offset: behind the last record that could be read."""
    if not isinstance(error, _Fault):
        raise error
    records = found[error.at]
    offset = records[-1].offset + 1 if records else places[error.at]
    return UnreadableBatch(error.at, offset, error.cause)


class _Fault(Exception):
    """Which partition failed, and how."""

    def __init__(self, at: TopicPartition, cause: Exception) -> None:
        super().__init__(at)
        self.at, self.cause = at, cause
