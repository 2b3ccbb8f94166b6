"""Saying on the topic what has arrived: each ministry sees when what it sent is here.

At most once in a while: a receipt at every moment would be as many events as there are lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from services.monitoring.release.taken_cuts import ORIGIN
from shared.events.envelope import Fact
from shared.events.monitoring import LogReceived, SourceMark
from shared.outbox import table as outbox


@dataclass
class ReceiptSchedule:
    """A receipt is due when more has arrived than was said, and the last one is old enough.

    It forgets with its process: the first receipt after a start may repeat the last one, which
    harms nobody.
    """

    every: float
    """Seconds between two receipts."""
    _said: Mapping[str, int] | None = None
    _said_at: float = 0.0

    def is_due(self, marks: Mapping[str, int] | None, now: float) -> bool:
        """Whether to say that a cut with these marks has been taken."""
        if not marks or marks == self._said:
            return False
        return self._said is None or now - self._said_at >= self.every

    def said(self, marks: Mapping[str, int], now: float) -> None:
        """Note a receipt."""
        self._said, self._said_at = dict(marks), now


def stage_receipt(
    connection: Connection, marks: Mapping[str, int], *, now: datetime, id: UUID
) -> None:
    """Stage the event that says so; the caller commits."""
    vector = tuple(SourceMark(source=one, sequence=marks[one]) for one in sorted(marks))
    fact = Fact(str(id), now, LogReceived(receipt=id, vector=vector))
    outbox.stage(connection, ORIGIN, [fact], now=now)
