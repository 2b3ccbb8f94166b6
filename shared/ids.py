"""Identifiers: UUIDv7 (RFC 9562) for rows and events, and W3C trace parents."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

ENTROPY_BYTES = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_RANDOM_BITS = (1 << 74) - 1


def uuid7(now: datetime, entropy: bytes) -> UUID:
    """The UUIDv7 of a moment and ten random bytes; the same arguments give the same id."""
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"a UUIDv7 needs {ENTROPY_BYTES} bytes of entropy")
    random = int.from_bytes(entropy, "big") & _RANDOM_BITS
    high, low = random >> 62, random & ((1 << 62) - 1)
    milliseconds = (now - _EPOCH) // _MILLISECOND
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def new_uuid7(now: datetime) -> UUID:
    """A fresh UUIDv7: ids made later sort later, by the millisecond."""
    return uuid7(now, secrets.token_bytes(ENTROPY_BYTES))


def new_uuid7s(now: datetime, count: int) -> list[UUID]:
    """So many fresh UUIDv7, in no particular order."""
    entropy = secrets.token_bytes(ENTROPY_BYTES * count)
    return [
        uuid7(now, entropy[start : start + ENTROPY_BYTES])
        for start in range(0, len(entropy), ENTROPY_BYTES)
    ]


def new_traceparent() -> str:
    """A fresh W3C `traceparent`, sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
