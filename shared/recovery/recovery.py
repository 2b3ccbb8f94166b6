"""Recover from the bus what an older, restored database has forgotten.

What was published stays published: others hold it, under its number. So the archive is made whole
again with the same bytes, no number is given twice, and each fact that the restored tables do not
know is taken back by a correction. Who reported it reports it again, and it counts once.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select, update

from shared.application.correction_rules import Correction
from shared.events.base import Payload
from shared.events.catalogue import TYPE_OF
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.envelope import Event, Fact, with_sequence
from shared.events.reading import parse
from shared.events.topics import Topic
from shared.outbox import archive
from shared.outbox.batches import SIGNED_TOGETHER
from shared.outbox.progress import begin_counting, last_given
from shared.outbox.table import SEQUENCE, Origin, outbox, outbox_counter, stage
from shared.outbox.unsent import runs
from shared.recovery.own_topic import Published

CORRECTED = TYPE_OF[FactCorrected]


class Forked(ValueError):
    """The restored database has given numbers again that the bus knows for other events."""

    def __init__(self, on_the_bus: str, here: object) -> None:
        super().__init__(
            f"{on_the_bus}, and {here} in this database: it was used before it was recovered; "
            "restore the dump once more, and recover before the service starts"
        )


@dataclass
class Recovered:
    """What was found on the bus and done about it."""

    numbered: int = 0
    """Events that waited in the dump and had been sent since."""
    adopted: Counter[str] = field(default_factory=Counter)
    """Events that the archive did not have, by type."""
    corrections: int = 0
    """Staged to take those facts back."""
    highest: int = 0
    """The last number that was given; the next event gets the next."""


class Recovery:
    """One recovery, in the caller's transaction."""

    def __init__(self, connection: Connection, topic: Topic) -> None:
        self._connection, self._topic = connection, topic
        staged = select(outbox.c.event_id, outbox.c.id)
        self._staged: dict[UUID, int] = {one.event_id: one.id for one in connection.execute(staged)}
        self._archived: dict[int, Published] = {}
        """What the archive did not have, by number."""
        self._numbers: dict[UUID, int] = {}
        """The numbers of these events."""
        self._forgotten: dict[UUID, Published] = {}
        """Those of them that the tables do not know."""
        self._found = Recovered()

    def take(self, batch: Sequence[Published]) -> None:
        """Look at events from the bus, which may come in any order and repeatedly.

        Raises:
            Forked: the database gave one of their numbers to another event.
        """
        given = self._given(batch)
        for one in batch:
            event = one.event
            self._found.highest = max(self._found.highest, event.sequence)
            if event.sequence in given:
                _compare(event, given[event.sequence])
                continue
            given[event.sequence] = event.id
            if event.id in self._staged:
                self._number(one)
            else:
                self._adopt(one)
            self._archived[event.sequence] = one
            self._numbers[event.id] = event.sequence

    def finish(self, now: datetime) -> Recovered:
        """Continue the numbers after the last on the bus; take back what the tables do not know."""
        self._archive()
        begin_counting(self._connection)
        self._found.highest = max(last_given(self._connection), self._found.highest)
        counter = update(outbox_counter).where(outbox_counter.c.name == SEQUENCE)
        self._connection.execute(counter.values(last=self._found.highest))
        if CORRECTED in self._topic.types:
            self._take_back(now)
        return self._found

    def _given(self, batch: Sequence[Published]) -> dict[int, UUID]:
        numbers = {one.event.sequence for one in batch}
        known = archive.ids_of(self._connection, numbers - self._archived.keys())
        return known | {
            number: self._archived[number].event.id for number in numbers & self._archived.keys()
        }

    def _number(self, one: Published) -> None:
        row = outbox.c.id == self._staged.pop(one.event.id)
        self._connection.execute(delete(outbox).where(row))
        self._found.numbered += 1

    def _adopt(self, one: Published) -> None:
        event = one.event
        other = self._numbers.get(event.id) or self._number_of(event.id)
        if other:
            raise Forked(f"event {event.id} is number {event.sequence} on the bus", other)
        self._forgotten[event.id] = one
        self._found.adopted[event.type] += 1

    def _number_of(self, event_id: UUID) -> int | None:
        known = archive.find(self._connection, event_id)
        return known.sequence if known else None

    def _archive(self) -> None:
        """Add to the archive what it did not have, each event with the proof that it was sent with."""
        rows = [
            self._row(first, min(first + SIGNED_TOGETHER - 1, last))
            for low, last in runs(self._archived)
            for first in range(low, last + 1, SIGNED_TOGETHER)
        ]
        archive.insert_batches(self._connection, rows)

    def _row(self, first: int, last: int) -> dict[str, Any]:
        some = [self._archived[number] for number in range(first, last + 1)]
        entries = [
            archive.entry(self._topic.name, one.event.subject, one.event.recordedtime, one.body)
            for one in some
        ]
        return archive.batch_row(first, entries, None, [one.proof for one in some])

    def _take_back(self, now: datetime) -> None:
        forgotten = [one.event for one in self._forgotten.values()]
        facts = [*self._undone(forgotten), *self._believed(forgotten)]
        origin = Origin(self._topic.owner, self._topic.name, self._topic.agreement)
        # of several corrections the latest counts, whatever this machine's clock says
        youngest = max((event.recordedtime for event in forgotten), default=now)
        moment = max(now, youngest + timedelta(microseconds=1))
        self._found.corrections = len(stage(self._connection, origin, facts, now=moment))

    def _undone(self, forgotten: Iterable[Event]) -> list[Fact]:
        """Each forgotten event, taken back; its own corrections then change nothing."""
        events = [event for event in forgotten if not isinstance(event.data, FactCorrected)]
        return [
            Correction(event, event.data, None, CorrectionReason.CANCELLED).fact for event in events
        ]

    def _believed(self, forgotten: Iterable[Event]) -> list[Fact]:
        """Each known event with a forgotten correction, as the restored tables have it."""
        mended = {
            event.data.corrected: event.subject
            for event in forgotten
            if isinstance(event.data, FactCorrected)
        }
        known = self._known(set(mended.values()))
        return [
            Correction(event, event.data, _belief(event, known), CorrectionReason.CANCELLED).fact
            for event in known
            if event.id in mended
        ]

    def _known(self, subjects: Collection[str]) -> list[Event]:
        """What the archive knew about these subjects before this recovery."""
        if not subjects:
            return []
        stored = archive.about(self._connection, subjects)
        events = [parse(with_sequence(one.body, 1)) for one in stored]
        return [event for event in events if event.id not in self._forgotten]


def _belief(event: Event, known: Iterable[Event]) -> Payload | None:
    """What counts for an event by the archive: its own data, or its last correction's, or nothing."""
    corrections = [
        (one.recordedtime, one.id, one.data.replacement)
        for one in known
        if isinstance(one.data, FactCorrected) and one.data.corrected == event.id
    ]
    if not corrections:
        return event.data
    fields = max(corrections, key=lambda one: one[:2])[2]
    return None if fields is None else type(event.data).model_validate(fields, extra="ignore")


def _compare(event: Event, known: UUID) -> None:
    if known != event.id:
        raise Forked(f"number {event.sequence} is event {event.id} on the bus", known)
