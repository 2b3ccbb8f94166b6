"""What a draft keeps about its rows, as JSON takes it, and back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from shared.csv.rows import Problem
from shared.http.batches import Change, Shown
from shared.messages import Words


def packed_problem(one: Problem) -> list[Any]:
    """A problem as JSON takes it."""
    shown = {n: v if isinstance(v, int | float) else str(v) for n, v in one.values.items()}
    return [one.field, one.name, shown]


def unpacked_problem(packed: Sequence[Any]) -> Problem:
    """The same problem again."""
    name, code, values = packed
    return Problem(name, code, values)


def packed_change(one: Change) -> list[Any]:
    """A change as JSON takes it."""
    return [one.field, _packed(one.before), _packed(one.after)]


def unpacked_change(packed: Sequence[Any]) -> Change:
    """The same change again; days are ISO texts."""
    name, before, after = packed
    return Change(name, _unpacked(before), _unpacked(after))


def _packed(value: Shown) -> Any:
    if isinstance(value, Words):
        return {"name": value.name, "values": dict(value.values)}
    return value.isoformat() if isinstance(value, date) else value


def _unpacked(value: Any) -> Shown:
    return Words(value["name"], value["values"]) if isinstance(value, dict) else value
