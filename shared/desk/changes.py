"""What rows of a draft change in the records of the office: kept with the row, and counted."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Self

from shared.desk.packing import packed_change, unpacked_change
from shared.http.batches import Change


@dataclass
class Tally:
    """How many rows make the same change: from which value to which, or only in which column."""

    counts: Counter[str] = field(default_factory=Counter)
    """By the change as JSON, values only of columns that are counted by value."""

    def add(self, changes: Iterable[Change], by_value: Collection[str], rows: int = 1) -> None:
        """Count the changes of a row; `rows` is -1 for one that leaves."""
        for one in changes:
            named = one if one.field in by_value else Change(one.field, None, None)
            key = json.dumps(packed_change(named), sort_keys=True)
            self.counts[key] += rows

    def changes(self) -> list[tuple[Change, int]]:
        """Each change with its number of rows, the most frequent first."""
        found = [(unpacked_change(json.loads(key)), n) for key, n in self.counts.items() if n > 0]
        return sorted(found, key=lambda pair: (pair[0].field, -pair[1], str(pair[0])))

    def packed(self) -> str:
        """As text for its column."""
        return json.dumps({key: number for key, number in self.counts.items() if number > 0})

    @classmethod
    def unpacked(cls, text: str) -> Self:
        """From that text."""
        return cls(Counter(json.loads(text)))
