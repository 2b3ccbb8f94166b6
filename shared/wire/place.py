"""An event's place in its source: consumers use it to apply each event once."""

MAX_SEQUENCE = (1 << 63) - 1

Place = tuple[str, int]
"""Source and sequence: the identity of an event."""
