"""Invariants of a service's tables, checked while it runs.

A broken invariant means that figures may be wrong although every event was applied.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from shared.inbox.seen import Reached, gaps, reached, received

Invariant = Callable[[Connection], int]
"""Counts its violations in one state of the tables; 0: it holds."""


def differing(left: Mapping[str, int], right: Mapping[str, int]) -> int:
    """The number of keys whose two counts differ; an absent key counts 0."""
    return sum(left.get(key, 0) != right.get(key, 0) for key in left.keys() | right.keys())


def wrong_watermarks(
    states: Mapping[str, Reached], missing: Mapping[str, int], bits: Mapping[str, int]
) -> int:
    """Count sources that have not received exactly `highest - missing` events.

    `missing` counts gaps above the watermark only, so a gap below it shows here.
    """
    return differing(
        {source: state.highest - missing.get(source, 0) for source, state in states.items()}, bits
    )


def watermark(connection: Connection) -> int:
    """Count sources whose watermark covers an event that was never received."""
    states = reached(connection)
    missing = {
        source: sum(last - first + 1 for first, last in gaps(connection, source))
        for source in states
    }
    return wrong_watermarks(states, missing, received(connection))


SHARED: Mapping[str, Invariant] = {"watermark": watermark}
"""The invariants of every service that listens."""
