"""Parts of releases as bytes, in their tables."""

import json
import zlib
from typing import Any

from services.monitoring.disclosure.table import Past
from services.monitoring.release.figure import FigureId, Row
from services.monitoring.release.parts import ReleasedPart
from services.monitoring.release.remainders import Remainder

ID_LENGTH = len(FigureId._fields)


def rows_packed(part: ReleasedPart) -> bytes:
    """The public rows."""
    return packed([[*row.id, *row[1:]] for row in part.rows])


def remainders_packed(part: ReleasedPart) -> bytes:
    """Its hidden kecamatan together."""
    return packed([[*one.id, *one[1:]] for one in part.remainders])


def private_packed(part: ReleasedPart) -> bytes:
    """Exact counts with the values before rounding."""
    values = part.past.values
    return packed([[*one, count, values[one]] for one, count in sorted(part.past.counts.items())])


def rows_unpacked(body: bytes) -> tuple[Row, ...]:
    """The public rows again."""
    lines = unpacked(body)
    return tuple(Row(FigureId(*line[:ID_LENGTH]), *line[ID_LENGTH:]) for line in lines)


def remainders_unpacked(body: bytes | None) -> tuple[Remainder, ...]:
    """The remainders again; a part that was made before there were any has none."""
    lines = unpacked(body) if body else []
    return tuple(Remainder(FigureId(*line[:ID_LENGTH]), *line[ID_LENGTH:]) for line in lines)


def past_unpacked(body: bytes) -> Past:
    """Exact counts and values again."""
    lines = [(FigureId(*line[:ID_LENGTH]), *line[ID_LENGTH:]) for line in unpacked(body)]
    return Past({line[0]: line[1] for line in lines}, {line[0]: line[2] for line in lines})


def packed(content: Any) -> bytes:
    """Compressed JSON."""
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return zlib.compress(text.encode())


def unpacked(body: bytes) -> Any:
    """What was packed."""
    return json.loads(zlib.decompress(body))
