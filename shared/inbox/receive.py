"""Receive a batch of records in one transaction; apply each event once, whatever is resent.

(checked lots) -> claim the positions -> leave out what was seen -> apply -> remember -> quarantine the rest

For each number and each id the first event counts; a different one goes to quarantine.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Generic, TypeVar

from sqlalchemy import Connection

from shared.database.errors import is_transient, name_of
from shared.events.envelope import Event
from shared.inbox.fingerprints import Arrival, fingerprint, fingerprints
from shared.inbox.judging import Seen, Verdict
from shared.inbox.lots import Checked, Lot
from shared.inbox.offsets import Partition, claim
from shared.inbox.partitions import SourcePartition
from shared.inbox.quarantine_intake import QUARANTINE_BYTES, Kept, keep
from shared.security.encryption import ColumnCipher
from shared.wire.place import Place
from shared.wire.verification import Record, mask_digits

Apply = Callable[[Connection, Sequence[Event], datetime], None]
"""Applies new events to a service's own tables, in the transaction that marks them as seen."""


@dataclass(frozen=True)
class Receipt:
    """The result of a batch."""

    applied: int = 0
    duplicates: int = 0
    """Events that were received before, in any topic, partition or batch."""
    behind: int = 0
    """Records before the position: this consumer or its successor has handled them."""
    quarantined: Mapping[str, int] = field(default_factory=dict)
    """Number of records by reason."""
    withheld: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Quarantined records without contents, by topic and cause."""
    applied_by_source: Mapping[str, int] = field(default_factory=dict)
    duplicates_by_source: Mapping[str, int] = field(default_factory=dict)
    latest_recorded: Mapping[str, datetime] = field(default_factory=dict)
    """When the youngest applied event of each topic was recorded."""


T = TypeVar("T", Checked, Kept)


@dataclass(frozen=True)
class Group(Generic[T]):
    """What one partition brought, item by item with its sequence and fingerprint."""

    at: SourcePartition
    items: Sequence[T]
    arrivals: Sequence[Arrival]


def receive(
    connection: Connection,
    lots: Sequence[Lot],
    *,
    topic_ids: Mapping[str, str],
    apply: Apply,
    cipher: ColumnCipher,
    now: datetime,
    starts: Mapping[Partition, Collection[int]] | None = None,
    room: int = QUARANTINE_BYTES,
) -> Receipt:
    """Apply the new events of these lots and move the positions, all or nothing.

    `room`: how many bytes of contents the quarantine holds at most.

    Raises:
        PositionGap: records are missing before these.
        Exception: a transient error of `apply` (see `is_transient`). On any other error only the
            event at fault goes to quarantine.
    """
    offsets = {lot.partition: lot.offsets for lot in lots}
    behind = claim(connection, offsets, topic_ids, starts or {})
    fresh = [lot.without(behind[lot.partition]) for lot in lots]
    refused = [kept for lot in fresh for kept in lot.refusals]
    good, bad = list(_good(fresh)), list(_bad(refused))
    seen = _loaded(connection, good, bad)
    new, old, reused = _sort(good, seen)
    unreadable, old_bad, reused_bad = _sort(bad, seen)
    failed = _apply_around(connection, new, apply, now)
    youngest = _youngest(new, now)
    seen.save(now, _by_source(youngest, good))
    unplaced = [one for one in refused if not one.place]
    kept = [*unplaced, *unreadable, *failed, *reused, *reused_bad]
    withheld = keep(connection, kept, cipher=cipher, topic_ids=topic_ids, now=now, room=room)
    applied = _without(failed, new)
    return Receipt(
        applied=len(applied),
        duplicates=len(old) + len(old_bad),
        behind=sum(behind.values()),
        quarantined=dict(Counter(one.code for one in kept)),
        withheld=withheld,
        applied_by_source=dict(Counter(event.source for _, event in applied)),
        duplicates_by_source=dict(Counter(source for source, _ in old + old_bad)),
        latest_recorded=_youngest(applied, now) if failed else youngest,
    )


def _good(lots: Iterable[Lot]) -> Iterator[Group[Checked]]:
    for lot in lots:
        pairs = list(lot.events)
        if pairs:
            yield Group((pairs[0][1].source, lot.partition[1]), pairs, _arrivals(pairs))


def _arrivals(pairs: Sequence[Checked]) -> list[Arrival]:
    prints = fingerprints(
        [record.value or b"" for record, _ in pairs], [event.id for _, event in pairs]
    )
    return list(zip([event.sequence for _, event in pairs], prints, strict=True))


def _bad(refused: Iterable[Kept]) -> Iterator[Group[Kept]]:
    """Refused records of which signed bytes name the place: that number is used up."""
    for kept in refused:
        if kept.place is not None:
            source, sequence = kept.place
            arrival = (sequence, fingerprint(kept.record.value or b""))
            yield Group((source, kept.record.partition), [kept], [arrival])


def _loaded(
    connection: Connection, good: Sequence[Group[Checked]], bad: Sequence[Group[Kept]]
) -> Seen:
    """What was received before, of the partitions of these groups, which are locked."""
    arriving: dict[SourcePartition, list[Arrival]] = {}
    for at, arrivals in [(one.at, one.arrivals) for one in good] + [
        (one.at, one.arrivals) for one in bad
    ]:
        arriving.setdefault(at, []).extend(arrivals)
    seen = Seen(connection, arriving)
    seen.announce(arriving)
    seen.load(arriving)
    return seen


def _sort(groups: Iterable[Group[T]], seen: Seen) -> tuple[list[T], list[Place], list[Kept]]:
    """Sort into new items, the places of repeated ones, and contradictions of earlier events."""
    new: list[T] = []
    old: list[Place] = []
    reused: list[Kept] = []
    for group in groups:
        verdicts = seen.judge(group.at, group.arrivals)
        if verdicts.count(Verdict.NEW) == len(verdicts):
            new += group.items
            continue
        for item, (sequence, _), verdict in zip(group.items, group.arrivals, verdicts, strict=True):
            place = (group.at[0], sequence)
            if verdict is Verdict.NEW:
                new.append(item)
            elif verdict is Verdict.AGAIN:
                old.append(place)
            else:
                record = item.record if isinstance(item, Kept) else item[0]
                reused.append(contradiction(record, place, verdict))
    return new, old, reused


def contradiction(record: Record, place: Place, verdict: Verdict) -> Kept:
    """The quarantine entry of a different event with a used number or id.

    A used number counts for the first event; with a used id the record keeps its own number.
    """
    detail = mask_digits(f"{place[0]} sequence {place[1]}")
    return Kept(record, verdict.value, detail, place if verdict is Verdict.ID_REUSED else None)


def _place(event: Event) -> Place:
    return event.source, event.sequence


def _apply_around(
    connection: Connection, pairs: list[Checked], apply: Apply, now: datetime
) -> list[Kept]:
    """Apply all; on a permanent error, halve until only the events at fault remain."""
    if not pairs:
        return []
    try:
        with connection.begin_nested():
            apply(connection, [event for _, event in pairs], now)
    except Exception as error:
        if is_transient(error):
            raise
        if len(pairs) == 1:
            record, event = pairs[0]
            return [Kept(record, "APPLY_FAILED", name_of(error), _place(event))]
        middle = len(pairs) // 2
        first = _apply_around(connection, pairs[:middle], apply, now)
        return first + _apply_around(connection, pairs[middle:], apply, now)
    return []


def _without(failed: Sequence[Kept], pairs: list[Checked]) -> list[Checked]:
    places = {kept.place for kept in failed}
    return [pair for pair in pairs if _place(pair[1]) not in places] if places else pairs


def _youngest(pairs: Iterable[Checked], now: datetime) -> dict[str, datetime]:
    """When the owner recorded the youngest event of each topic, at the latest now.

    The limit corrects a publisher's clock that is ahead of ours.
    """
    latest: dict[str, datetime] = {}
    for topic, some in groupby(pairs, key=lambda pair: pair[0].topic):
        moment = min(max([event.recordedtime for _, event in some]), now)
        latest[topic] = max(moment, latest.get(topic, moment))
    return latest


def _by_source(
    youngest: Mapping[str, datetime], good: Iterable[Group[Checked]]
) -> dict[str, datetime]:
    topics = {group.at[0]: group.items[0][0].topic for group in good}
    return {source: youngest[topic] for source, topic in topics.items() if topic in youngest}
