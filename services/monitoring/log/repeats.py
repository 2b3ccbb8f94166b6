"""Which copy of a repeated row counts: two workers may have applied one event at once."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap64

Place = tuple[str, int]
Copy = tuple[Any, ...]
COLUMNS = ("source", "sequence", "event", "recorded", "time")
"""What distinguishes copies."""


class Repeats:
    """The repeated rows of some files, and which of them were given out already."""

    def __init__(self, repeated: Mapping[str, BitMap64], rows: Iterable[pa.Table]) -> None:
        """Look for the copies in these rows, which need no other columns than `COLUMNS`."""
        self._repeated = repeated
        sequences = sorted({one for some in repeated.values() for one in some})
        self._sequences = pa.array(sequences, pa.int64())
        self._least: dict[Place, Copy] = {}
        self._given: set[Place] = set()
        for some in rows:
            for _, place, copy in self._found(some):
                self._least[place] = min(copy, self._least.get(place, copy))

    def without(self, rows: pa.Table) -> pa.Table:
        """These rows, and of all copies of a place only one: that with the least event id."""
        wanted = [True] * len(rows)
        for number, place, copy in self._found(rows):
            wanted[number] = place not in self._given and copy == self._least[place]
            if wanted[number]:
                self._given.add(place)
        return rows.filter(pa.array(wanted, pa.bool_()))

    def _found(self, rows: pa.Table) -> Iterable[tuple[int, Place, Copy]]:
        """The copies among these rows, each with its number."""
        numbers = pc.indices_nonzero(pc.is_in(rows["sequence"], value_set=self._sequences))
        some = rows.select(list(COLUMNS)).take(numbers)
        columns = [some[name].to_pylist() for name in COLUMNS]
        for number, (source, sequence, *copy) in zip(
            numbers.to_pylist(), zip(*columns, strict=True), strict=True
        ):
            if sequence in self._repeated.get(source, ()):
                yield number, (source, sequence), tuple(copy)
