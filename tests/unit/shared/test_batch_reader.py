"""Which errors of the client are a batch's fault, and what is reported of them."""

import zlib

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import (
    ConsumerStoppedError,
    CorruptRecordException,
    GroupAuthorizationFailedError,
    IllegalStateError,
    KafkaConnectionError,
    KafkaError,
    OffsetOutOfRangeError,
    RecordTooLargeError,
    TopicAuthorizationFailedError,
    UnsupportedCodecError,
)

from shared.kafka.batch_reader import UnreadableBatch, concerns_a_batch

OF_A_BATCH = [
    (UnsupportedCodecError("Unknown compression codec 0x07"), "codec"),
    (CorruptRecordException("Invalid CRC - t"), "checksum"),
    (CorruptRecordException("Found invalid record structure"), "format"),
    (RecordTooLargeError("larger than the fetch size"), "size"),
    (KafkaError("Control batch did not contain any records"), "format"),
    (zlib.error("invalid block type"), "format"),
    (EOFError(), "format"),
    (UnicodeDecodeError("utf-8", b"3509903112990001", 0, 1, "invalid"), "format"),
]
OF_ANOTHER = [
    TopicAuthorizationFailedError("t"),
    GroupAuthorizationFailedError("g"),
    KafkaConnectionError("away"),
    OffsetOutOfRangeError({}),
    IllegalStateError("not assigned"),
    ConsumerStoppedError(),
]


@pytest.mark.parametrize(("error", "reason"), OF_A_BATCH, ids=lambda one: type(one).__name__)
def test_what_decoding_raises_is_a_batch_s_fault(error: Exception, reason: str) -> None:
    """Decompressors and decoders raise errors of their own; no text of theirs is passed on."""
    assert concerns_a_batch(error)
    fault = UnreadableBatch(TopicPartition("t", 3), 17, error)
    assert fault.reason == reason
    assert str(fault).startswith(f"t[3] cannot be read from offset 17 on: {reason} (")
    assert "3509903112990001" not in str(fault)


@pytest.mark.parametrize("error", OF_ANOTHER, ids=lambda one: type(one).__name__)
def test_the_broker_s_and_the_client_s_errors_are_not(error: Exception) -> None:
    """They concern all partitions, and have their own ways."""
    assert not concerns_a_batch(error)
