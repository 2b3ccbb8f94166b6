"""Receive a batch of records in one transaction; apply each event once, whatever is resent.

(checked lots) -> claim the positions -> leave out what was seen -> apply -> remember -> quarantine the rest

For each number and each id the first event counts; a different one goes to quarantine.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from shared.database.errors import is_transient, name_of
from shared.events.envelope import Event
from shared.inbox.fingerprints import Fingerprint, fingerprint
from shared.inbox.lots import Checked, Lot
from shared.inbox.offsets import Partition, claim
from shared.inbox.quarantine_intake import QUARANTINE_BYTES, Kept, keep
from shared.inbox.seen import Seen, Verdict
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


Printed = tuple[Place, Fingerprint]
T = TypeVar("T")


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
    checked = [pair for lot in fresh for pair in lot.events]
    refused = [kept for lot in fresh for kept in lot.refusals]
    placed = [kept for kept in refused if kept.place]
    good, bad = list(map(_print_of_event, checked)), list(map(_print_of_refusal, placed))
    seen = Seen(connection, {source for (source, _), _ in [*good, *bad]})
    seen.load([*good, *bad])
    new, old, reused = _sort(checked, good, seen, lambda pair: pair[0])
    unreadable, old_bad, reused_bad = _sort(placed, bad, seen, lambda one: one.record)
    failed = _apply_around(connection, new, apply, now)
    seen.save(now, _youngest(new, lambda pair: pair[1].source, now))
    unplaced = [one for one in refused if not one.place]
    kept = [*unplaced, *unreadable, *failed, *reused, *reused_bad]
    withheld = keep(connection, kept, cipher=cipher, topic_ids=topic_ids, now=now, room=room)
    receipt = _receipt(new, kept, old + old_bad, sum(behind.values()), now)
    return replace(receipt, withheld=withheld)


def _print_of_event(pair: Checked) -> Printed:
    record, event = pair
    return (event.source, event.sequence), fingerprint(record.value or b"", event.id)


def _print_of_refusal(kept: Kept) -> Printed:
    assert kept.place is not None  # noqa: S101 - chosen for it
    return kept.place, fingerprint(kept.record.value or b"")


def _sort(
    items: Sequence[T], printed: Sequence[Printed], seen: Seen, record_of: Callable[[T], Record]
) -> tuple[list[T], list[Place], list[Kept]]:
    """Sort into new items, the places of repeated ones, and contradictions of earlier events."""
    new: list[T] = []
    old: list[Place] = []
    reused: list[Kept] = []
    for item, (place, _), verdict in zip(items, printed, seen.judge(printed), strict=True):
        if verdict is Verdict.NEW:
            new.append(item)
        elif verdict is Verdict.AGAIN:
            old.append(place)
        else:
            reused.append(contradiction(record_of(item), place, verdict))
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


def _receipt(
    new: list[Checked], bad: list[Kept], old: list[Place], behind: int, now: datetime
) -> Receipt:
    failed = {kept.place for kept in bad}
    applied = [pair for pair in new if _place(pair[1]) not in failed]
    return Receipt(
        applied=len(applied),
        duplicates=len(old),
        behind=behind,
        quarantined=dict(Counter(kept.code for kept in bad)),
        applied_by_source=dict(Counter(event.source for _, event in applied)),
        duplicates_by_source=dict(Counter(source for source, _ in old)),
        latest_recorded=_youngest(applied, lambda pair: pair[0].topic, now),
    )


def _youngest(
    pairs: Iterable[Checked], by: Callable[[Checked], str], now: datetime
) -> dict[str, datetime]:
    """When the owner recorded the youngest event of each topic or source, at the latest now.

    The limit corrects a publisher's clock that is ahead of ours.
    """
    latest: dict[str, datetime] = {}
    for pair in pairs:
        name, moment = by(pair), min(pair[1].recordedtime, now)
        known = latest.get(name)
        if known is None or moment > known:
            latest[name] = moment
    return latest
