"""Kafka's own choice of partition (murmur2 of the key), quick enough for every event.

It must stay that of Kafka's default partitioner: a key's events lie in one partition whoever sends
them. A test compares it with aiokafka's, which costs several times as much.
"""

import struct
from functools import lru_cache

_MULTIPLIER = 0x5BD1E995
_SEED = 0x9747B28C
_32_BITS = 0xFFFFFFFF


@lru_cache(maxsize=65_536)
def key_hash(key: bytes) -> int:
    """The non-negative murmur2 of a key."""
    words, rest = divmod(len(key), 4)
    result = _SEED ^ len(key)
    for word in struct.unpack_from(f"<{words}I", key):
        mixed = word * _MULTIPLIER & _32_BITS
        mixed = (mixed ^ mixed >> 24) * _MULTIPLIER & _32_BITS
        result = (result * _MULTIPLIER & _32_BITS) ^ mixed
    if rest:
        result = (result ^ int.from_bytes(key[-rest:], "little")) * _MULTIPLIER & _32_BITS
    result = (result ^ result >> 13) * _MULTIPLIER & _32_BITS
    return (result ^ result >> 15) & 0x7FFFFFFF
