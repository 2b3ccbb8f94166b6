"""Sequences as bitmaps: one for each block of 65,536."""

from bisect import bisect_left
from collections.abc import Iterable

from pyroaring import BitMap

BLOCK_BITS = 16
BLOCK = 1 << BLOCK_BITS
Blocks = dict[int, BitMap]
"""A set of sequences: for each block the places in it."""


def blocks_of(sequences: Iterable[int]) -> Blocks:
    """These sequences as a set."""
    ordered, start, found = sorted(sequences), 0, {}
    while start < len(ordered):
        block = ordered[start] >> BLOCK_BITS
        base = block << BLOCK_BITS
        end = bisect_left(ordered, base + BLOCK, start)
        found[block] = BitMap([sequence - base for sequence in ordered[start:end]])
        start = end
    return found


def bounds(blocks: Blocks) -> list[tuple[int, int, int]]:
    """The number of each block, with its lowest and highest sequence."""
    return [
        (block, (block << BLOCK_BITS) + bits.min(), (block << BLOCK_BITS) + bits.max())
        for block, bits in blocks.items()
    ]


def is_full(block: int, bits: BitMap) -> bool:
    """Whether nothing is missing in the block; sequences begin at 1."""
    return len(bits) >= BLOCK - (block == 0)


def first_missing(block: BitMap, start: int) -> int:
    """The lowest bit at or after `start` that is not set; `BLOCK` when there is none."""
    low, high = start, BLOCK
    while low < high:
        middle = (low + high + 1) // 2
        if block.range_cardinality(start, middle) == middle - start:
            low = middle
        else:
            high = middle - 1
    return low
