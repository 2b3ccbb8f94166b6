"""Find sixteen-digit numbers that a spreadsheet rounded: it keeps fifteen digits and ends them in 0.

A single number may rightly end in 0. When most numbers of a column do, a spreadsheet rounded them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel

_NUMBER = re.compile(r"(?<![^\s;/,])[0-9]{16}(?![^\s;/,])")
"""A number alone or in a list. Other marks show that the cell was text, which is never rounded."""
_LEAST = 2
"""A single number proves nothing."""
_UNUSUAL = 5
"""One in ten ends in 0 by chance; more than one in five is worth a look."""


@cache
def sixteen_digit_columns(row_model: type[BaseModel]) -> tuple[str, ...]:
    """The columns whose schema takes sixteen digits and neither fewer nor more."""
    properties = row_model.model_json_schema()["properties"]
    return tuple(name for name, schema in properties.items() if any(map(_is_sixteen, _all(schema))))


class RoundedNumbers:
    """Counts how many numbers of each column end in 0, in the latest rows and in all rows so far."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._all: Counter[str] = Counter()
        self._ending_in_zero: Counter[str] = Counter()
        self._passed: Counter[str] = Counter()

    def suspects(self, rows: Iterable[Mapping[str, str]]) -> dict[str, set[str]]:
        """By column, the numbers of these rows that were rounded."""
        table = list(rows)
        found = {column: self._count(column, table) for column in self._columns}
        return {column: numbers for column, numbers in found.items() if numbers}

    def accept(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Count which accepted numbers end in 0, for the notice at the end."""
        table = list(rows)
        for column in self._columns:
            numbers = _numbers(column, table)
            self._passed[column] += sum(number[-1] == "0" for number in numbers)

    def unusual(self) -> dict[str, tuple[int, int]]:
        """By column with a high share: how many accepted numbers end in 0, and how many numbers there are."""
        return {
            column: (zeros, self._all[column])
            for column, zeros in self._passed.items()
            if zeros * _UNUSUAL > self._all[column]
        }

    def _count(self, column: str, rows: Sequence[Mapping[str, str]]) -> set[str]:
        numbers = _numbers(column, rows)
        zeros = {number for number in numbers if number[-1] == "0"}
        self._all[column] += len(numbers)
        self._ending_in_zero[column] += len(zeros)
        here = _most(len(zeros), len(numbers))
        so_far = _most(self._ending_in_zero[column], self._all[column])
        return zeros if here or so_far else set()


def numbers_of(cell: str) -> set[str]:
    """The numbers of sixteen digits in a cell."""
    return set(_NUMBER.findall(cell))


def _numbers(column: str, rows: Iterable[Mapping[str, str]]) -> set[str]:
    return numbers_of("\n".join(row.get(column, "") for row in rows))


def _most(zeros: int, numbers: int) -> bool:
    return zeros >= _LEAST and zeros * 2 > numbers


def _all(schema: Any) -> Iterable[Mapping[str, Any]]:
    """A schema and those inside it."""
    yield schema
    for inner in (*schema.get("anyOf", ()), *filter(None, [schema.get("items")])):
        yield from _all(inner)


def _is_sixteen(schema: Mapping[str, Any]) -> bool:
    pattern = str(schema.get("pattern", "^$"))
    return [n for n in (15, 16, 17) if re.search(pattern, "3" * n)] == [16]
