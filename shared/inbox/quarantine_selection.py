"""The selection of quarantined records by a person."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table

from shared.events.topics import TOPICS


@dataclass(frozen=True)
class Selection:
    """A filter for waiting records; a field that is None does not filter."""

    ids: Collection[int] | None = None
    code: str | None = None
    source: str | None = None
    """URN of the topic's owner, or its last part."""
    after: datetime | None = None
    """First seen at this moment or later."""
    before: datetime | None = None
    """First seen earlier than this moment."""

    @property
    def narrows(self) -> bool:
        """Whether any filter is set."""
        return any(value is not None for value in vars(self).values())

    def conditions(self, rows: Table) -> Iterator[ColumnElement[bool]]:
        """Yield the conditions on a row of the quarantine.

        Raises:
            ValueError: no topic has this owner.
        """
        yield rows.c.replayed_at.is_(None)
        yield rows.c.rejected_at.is_(None)
        if self.ids is not None:
            yield rows.c.id.in_(sorted(self.ids))
        if self.code is not None:
            yield rows.c.code == self.code
        if self.source is not None:
            yield rows.c.topic.in_(_topics_of(self.source))
        if self.after is not None:
            yield rows.c.first_seen_at >= self.after
        if self.before is not None:
            yield rows.c.first_seen_at < self.before


ALL = Selection()


def _topics_of(source: str) -> list[str]:
    found = [one.name for one in TOPICS if source in (one.owner, one.owner.rpartition(":")[2])]
    if not found:
        owners = ", ".join(sorted(one.owner for one in TOPICS))
        raise ValueError(f"--source {source}: no such source; known are {owners}")
    return found
