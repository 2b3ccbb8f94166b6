"""Keeping the exact values behind a release as bytes, for the comparison with the next one."""

import json
import zlib

from services.monitoring.release.disclosure_state import DisclosureState
from services.monitoring.release.figure import Decided, FigureId


def packed(state: DisclosureState) -> bytes:
    """The state as compressed JSON."""
    content = {
        "systems": [
            [name, [[*figure.id, *figure[1:]] for figure in figures]]
            for name, figures in sorted(state.systems.items())
        ],
        "shown": [[*one, value] for one, value in sorted(state.shown.items())],
    }
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode())


def unpacked(body: bytes) -> DisclosureState:
    """The state that was packed."""
    content = json.loads(zlib.decompress(body))
    systems = {
        tuple(name): [Decided(FigureId(*line[:6]), *line[6:]) for line in figures]
        for name, figures in content["systems"]
    }
    return DisclosureState(systems, {FigureId(*line[:6]): line[6] for line in content["shown"]})
