"""Batches as a broker should never give them: changed on their way from a real broker to the client."""

import struct
from collections.abc import Callable

import pytest
from aiokafka.consumer import fetcher
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c

OVERHEAD, CRC_AT, ATTRIBUTES_AT, COUNT_AT, RECORDS_AT = 12, 17, 21, 57, 61
GZIP, UNKNOWN_CODEC, TRANSACTION_MARK = 1, 7, 0x30
Change = Callable[[bytearray], bytes]


def flipped(batch: bytearray) -> bytes:
    """One bit of the last byte, as a worn disk gives it."""
    batch[-1] ^= 1
    return bytes(batch)


def of_unknown_codec(batch: bytearray) -> bytes:
    """Compressed in a way that this client has never heard of."""
    return _marked(batch, UNKNOWN_CODEC)


def not_gzip(batch: bytearray) -> bytes:
    """Its header says gzip and its checksum is right, but it is no gzip."""
    return _marked(batch, GZIP)


def garbled(batch: bytearray) -> bytes:
    """Its first record has a length below nothing."""
    batch[RECORDS_AT] = 3
    return _sealed(batch)


def miscounted(batch: bytearray) -> bytes:
    """It says that it has a record less than it has."""
    count = struct.unpack_from(">i", batch, COUNT_AT)[0]
    struct.pack_into(">i", batch, COUNT_AT, count - 1)
    return _sealed(batch)


def cut_short(batch: bytearray) -> bytes:
    """The broker gives less of it than its length says."""
    return bytes(batch[:-1])


def without_name(batch: bytearray) -> bytes:
    """The name of a header is no UTF-8."""
    place = batch.index(b"lintas-proof")
    batch[place : place + 2] = b"\xff\xff"
    return _sealed(batch)


def control(batch: bytearray) -> bytes:
    """It takes the offsets of its records for a transaction's marks."""
    return _marked(batch, TRANSACTION_MARK)


def empty_control(batch: bytearray) -> bytes:
    """A mark that says nothing."""
    struct.pack_into(">i", batch, COUNT_AT, 0)
    return _marked(batch[:RECORDS_AT], TRANSACTION_MARK)


def _marked(batch: bytearray, attributes: int) -> bytes:
    struct.pack_into(">h", batch, ATTRIBUTES_AT, attributes)
    return _sealed(batch)


def _sealed(batch: bytearray) -> bytes:
    struct.pack_into(">i", batch, 8, len(batch) - OVERHEAD)
    struct.pack_into(">I", batch, CRC_AT, calc_crc32c(bytes(batch[ATTRIBUTES_AT:])))
    return bytes(batch)


class Spoiler:
    """Changes each batch that contains `marker`, until it is healed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, marker: bytes, change: Change) -> None:
        self._marker, self._change, self._healed = marker, change, False
        monkeypatch.setattr(fetcher, "MemoryRecords", self._read)

    def heal(self) -> None:
        """From now on batches come as they are."""
        self._healed = True

    def _read(self, fetched: bytes) -> MemoryRecords:
        return MemoryRecords(fetched if self._healed else self._changed(fetched))

    def _changed(self, fetched: bytes) -> bytes:
        parts, place = [], 0
        while place + OVERHEAD <= len(fetched):
            end = place + OVERHEAD + struct.unpack_from(">i", fetched, place + 8)[0]
            one = fetched[place:end]
            parts.append(self._change(bytearray(one)) if self._marker in one else one)
            place = end
        return b"".join(parts)
