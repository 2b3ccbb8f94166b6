"""How far monitoring is with what this service has sent: what it received, and what a release counts.

    def apply(connection, events, _now):
        counted.on_figures(connection, CARD.source, events)

Heard on monitoring's own topic, which names for each cut the last sequence of each source. Only the
own sequence is kept: how much others have published is not this service's to know.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, select

from shared.database.bulk import upsert
from shared.database.engine import SHARED_METADATA, UtcDateTime
from shared.events.envelope import Event
from shared.events.monitoring import CutTaken, LogReceived, ReleasePublished, SourceMark

counted_cut = Table(
    "counted_cut",
    SHARED_METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger),
    Column("until", String(7)),
    Column("published_at", UtcDateTime),
)
"""Cuts of monitoring: up to which of our sequences its release counts, and when that was published.

No sequence: the release was heard of before its cut; no moment: it is being made.
"""

counted_receipt = Table(
    "counted_receipt",
    SHARED_METADATA,
    Column("source", String(80), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
)
"""Up to which of our sequences monitoring has everything: a row for this service."""


@dataclass(frozen=True)
class Release:
    """A release, or the cut from which it is being made."""

    number: int
    sequence: int
    until: str
    published_at: datetime | None


@dataclass(frozen=True)
class Counted:
    """What monitoring has of this service."""

    received: int
    """It has everything up to this sequence."""
    releases: tuple[Release, ...]
    """In order of their numbers."""

    def first_with(self, sequence: int, month: str | None) -> Release | None:
        """The first release that counts this sequence and covers this month, made or being made."""
        reached = (one for one in self.releases if one.sequence >= sequence)
        return next((one for one in reached if month is None or month <= one.until), None)


def on_figures(connection: Connection, source: str, events: Iterable[Event]) -> None:
    """Keep what monitoring says of its cuts, its releases and what it received of this source."""
    for event in events:
        match event.data:
            case CutTaken(number=number, until=until, vector=vector):
                cut = {"number": number, "sequence": _own(vector, source), "until": until}
                upsert(connection, counted_cut, [cut])
            case ReleasePublished(number=number):
                said = {"number": number, "published_at": event.recordedtime}
                upsert(connection, counted_cut, [said])
            case LogReceived(vector=vector):
                _receive(connection, source, _own(vector, source))


def _receive(connection: Connection, source: str, sequence: int) -> None:
    """Events may come again after later ones: what was received stays received."""
    if sequence > _received(connection):
        upsert(connection, counted_receipt, [{"source": source, "sequence": sequence}])


def _own(vector: Sequence[SourceMark], source: str) -> int:
    return max((one.sequence for one in vector if one.source == source), default=0)


def counted(connection: Connection) -> Counted:
    """What monitoring has of this service, as far as it has been heard."""
    table = counted_cut
    whole = table.c.sequence.is_not(None)
    rows = connection.execute(select(table).where(whole).order_by(table.c.number)).all()
    releases = tuple(Release(row.number, row.sequence, row.until, row.published_at) for row in rows)
    cut = max((one.sequence for one in releases), default=0)
    return Counted(max(cut, _received(connection)), releases)


def _received(connection: Connection) -> int:
    return int(connection.execute(select(counted_receipt.c.sequence)).scalar() or 0)
