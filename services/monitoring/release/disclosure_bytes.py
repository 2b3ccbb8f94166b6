"""Keeping the exact values behind a release as bytes, for the comparison with the next one."""

import json
import zlib

from services.monitoring.release.disclosure_state import Memory
from services.monitoring.release.figure import Decided, FigureId


def packed(memory: Memory) -> bytes:
    """The memory as compressed JSON."""
    content = {
        "systems": [
            [name, [[*figure.id, *figure[1:]] for figure in figures]]
            for name, figures in sorted(memory.systems.items())
        ],
        "shown": [[*one, value] for one, value in sorted(memory.shown.items())],
    }
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode())


def unpacked(body: bytes) -> Memory:
    """The memory that was packed."""
    content = json.loads(zlib.decompress(body))
    systems = {
        tuple(name): [Decided(FigureId(*line[:5]), *line[5:]) for line in figures]
        for name, figures in content["systems"]
    }
    return Memory(systems, {FigureId(*line[:5]): line[5] for line in content["shown"]})
