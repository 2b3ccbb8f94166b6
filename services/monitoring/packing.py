"""How facts stand in their columns: compact JSON text, the same for the same content."""

from typing import Any

import msgspec

from services.monitoring.domain import State

_write = msgspec.json.Encoder(order="deterministic").encode
_read_state = msgspec.json.Decoder(dict[str, dict[str, Any]]).decode
_read_numbers = msgspec.json.Decoder(dict[str, int]).decode


def pack_state(state: State) -> str:
    """The text of a fact's events, corrections and moments."""
    known: dict[str, dict[str, Any]] = {"e": state.events}
    if state.mends:
        known["c"] = state.mends
    if state.times:
        known["t"] = state.times
    return _write(known).decode()


def unpack_state(text: str) -> State:
    """What `pack_state` wrote; trusted, so nothing is validated again."""
    stored = _read_state(text)
    return State(stored["e"], stored.get("c", {}), stored.get("t", {}))


def pack_contributed(cells: dict[str, int]) -> str:
    """The text of what a fact has put into cells."""
    return _write(cells).decode()


def unpack_contributed(text: str) -> dict[str, int]:
    """What `pack_contributed` wrote."""
    return _read_numbers(text)
