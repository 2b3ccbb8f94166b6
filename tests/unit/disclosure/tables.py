"""Small tables for the tests of disclosure."""

from collections.abc import Mapping, Sequence

from services.monitoring.disclosure.decide import decide
from services.monitoring.disclosure.table import History, Past, Structure, Sum, Table

STATES = ("joined", "not_joined", "unknown")


def table(
    counts: Mapping[str, int],
    *sums: tuple[str, Sequence[str]],
    before: Mapping[str, str] | None = None,
) -> Table:
    """A table of figures named by text."""
    made = tuple(Sum(total, tuple(parts)) for total, parts in sums)
    return Table(counts, Structure(made, frozenset(), before or {}))


def release(now: Table, history: History = ()) -> Past:
    """What deciding adds to the history."""
    return Past(now.counts, decide(now, history))
