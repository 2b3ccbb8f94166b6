"""Where an event lies in its source: the identity by which it is applied once."""

MAX_SEQUENCE = (1 << 63) - 1

Place = tuple[str, int]
"""Source and sequence: the identity of an event."""
