"""Fingerprints of received events, which distinguish a repeated event from a different one.

That a sequence was received does not say to which event it was given: eight bytes of the event's
content and eight of its id do.
"""

from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

WIDTH = 8
"""Bytes of a digest."""
_NEAR_MS = 60_000
"""Ids made within a minute of each other are looked up in one range."""
_MOST_RANGES = 16
_ODD = 0xC97F_0D5C_4B1E_83A6_D2E1_9B7A_50F3_6C4D
"""An odd number of 128 bits without a pattern: ids that differ little get digests that differ much."""
_MASK = 0xFFFF_FFFF_FFFF_FFFF

Fingerprint = tuple[int, int, int]
"""An event's content and id in short, and the milliseconds of its id (UUIDv7; of any other id its
first 48 bits). An id of 0 could not be read."""
Arrival = tuple[int, Fingerprint]
"""The sequence of a received event, and its fingerprint."""


def fingerprint(value: bytes, id: UUID | None = None) -> Fingerprint:
    """The fingerprint of an event's exact bytes; whatever is resent has the same bytes."""
    content = int.from_bytes(sha256(value).digest()[:WIDTH], "little") or 1
    if id is None:
        return content, 0, 0
    number = id.int
    return content, (number * _ODD >> 64) & _MASK or 1, number >> 80


def fingerprints(values: Iterable[bytes], ids: Iterable[UUID]) -> list[Fingerprint]:
    """The fingerprint of each event; a call an event would cost as much as all the rest."""
    contents = [int.from_bytes(sha256(one).digest()[:WIDTH], "little") or 1 for one in values]
    numbers = [one.int for one in ids]
    short = [(number * _ODD >> 64) & _MASK or 1 for number in numbers]
    return list(zip(contents, short, [number >> 80 for number in numbers], strict=True))


def ranges(moments: Iterable[int]) -> list[tuple[int, int]]:
    """A few ranges that cover these moments; a single one if that would take too many."""
    ordered, found = sorted(moments), list[tuple[int, int]]()
    if ordered and ordered[-1] - ordered[0] <= _NEAR_MS:
        return [(ordered[0], ordered[-1])]
    for moment in ordered:
        if found and moment - found[-1][1] <= _NEAR_MS:
            found[-1] = found[-1][0], moment
        else:
            found.append((moment, moment))
    return found if len(found) <= _MOST_RANGES else [(found[0][0], found[-1][1])]
