"""Retry quarantined records after their cause is gone: an upgrade, a new key, a repair."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, update

from shared.database.engine import snapshot, transaction
from shared.database.errors import is_transient, name_of
from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE
from shared.events.envelope import Event
from shared.events.topics import Topic
from shared.inbox.fingerprints import fingerprint
from shared.inbox.judging import Seen, Verdict
from shared.inbox.lots import Checked
from shared.inbox.partitions import SourcePartition, announce, lock
from shared.inbox.quarantine import (
    ContentWithheld,
    WithheldFor,
    quarantine,
    record_of,
    waiting,
)
from shared.inbox.quarantine_intake import Kept, digest
from shared.inbox.quarantine_selection import ALL, Selection
from shared.inbox.receive import Apply, contradiction
from shared.inbox.reread import Spot
from shared.security.encryption import ColumnCipher
from shared.wire.signatures import Trust
from shared.wire.verification import Record, Refused, check, check_times

BATCH = 1_000
"""Records of one transaction."""
NEVER = (
    "never applied: its owner reports the fact again under a new number; then reject this record"
)


@dataclass(frozen=True)
class Replayed:
    """The result for one record; `outcome` is applied, duplicate, refused or not_waiting."""

    id: int
    outcome: str
    code: str = ""
    detail: str = ""


Reader = Callable[[Collection[Spot]], Mapping[Spot, Record]]
"""Returns records from the log, as far as it still has them."""


def _nothing(_spots: Collection[Spot]) -> Mapping[Spot, Record]:
    return {}


def _spots(engine: Engine, rows: Select[Any]) -> list[Spot]:
    """The places of the records without stored contents."""
    with snapshot(engine) as connection:
        found = connection.execute(rows.where(quarantine.c.withheld.is_not(None))).mappings()
        return [_spot(row) for row in found]


def _spot(row: RowMapping) -> Spot:
    return row["topic"], row["partition"], row["offset"]


@dataclass(frozen=True)
class Replay:
    """What a replay needs to apply a record."""

    trust: Trust
    topics: Mapping[str, Topic]
    apply: Apply
    cipher: ColumnCipher
    catalogue: Mapping[str, type[Payload]] = field(default_factory=lambda: CATALOGUE)

    def run(
        self,
        engine: Engine,
        selection: Selection = ALL,
        *,
        now: datetime,
        dry_run: bool = False,
        batch: int = BATCH,
        reread: Reader = _nothing,
    ) -> Iterator[Replayed]:
        """Retry the waiting records, oldest first, one transaction per `batch`; safe to repeat.

        Yields a result for each of `ids`, last those that do not wait. With `dry_run` every step is
        made and rolled back, so the results show what would happen. `reread` fetches records
        without stored contents from the log.
        Raises transient errors of `apply` and any error of `reread`; earlier batches stay
        committed.
        """
        unknown, after, full = set(selection.ids or ()), 0, True
        while full:
            rows = waiting(selection).where(quarantine.c.id > after).limit(batch)
            again = reread(_spots(engine, rows))  # outside the transaction: the broker may be slow
            with transaction(engine) as connection:
                done = self._batch(connection, rows, again, now, dry_run=dry_run)
            yield from done
            unknown -= {one.id for one in done}
            after, full = done[-1].id if done else after, len(done) == batch
        yield from (Replayed(one, "not_waiting") for one in sorted(unknown))

    def _batch(
        self,
        connection: Connection,
        rows: Select[Any],
        again: Mapping[Spot, Record],
        now: datetime,
        *,
        dry_run: bool,
    ) -> list[Replayed]:
        found = list(connection.execute(rows.with_for_update()).mappings())
        checked = [self._check(row, again, now) for row in found]
        _await_others(connection, found, checked)
        whole = connection.begin_nested()
        results = [
            one if isinstance(one, Replayed) else self._apply(connection, row, *one, now)
            for row, one in zip(found, checked, strict=True)
        ]
        if dry_run:
            whole.rollback()
        else:
            whole.commit()
        return results

    def _check(
        self, row: RowMapping, again: Mapping[Spot, Record], now: datetime
    ) -> Checked | Replayed:
        try:
            record = self._record(row, again)
            event = check(record, self.trust, self.topics, self.catalogue)
            check_times(event, now)
        except Refused as refusal:
            return Replayed(row["id"], "refused", refusal.code, refusal.detail)
        except ContentWithheld as withheld:
            return Replayed(row["id"], "refused", row["code"], str(withheld))
        except KeyError:
            return Replayed(
                row["id"], "refused", "NOT_OWNER", "the topic is not subscribed any more"
            )
        return record, event

    def _record(self, row: RowMapping, again: Mapping[Spot, Record]) -> Record:
        """The row's record, if necessary from the log; then its digest must match."""
        found = again.get(_spot(row)) if row["withheld"] else None
        if found is None:
            return record_of(row, self.cipher)
        if digest(found, self.cipher, WithheldFor(row["withheld"])) != row["digest"]:
            raise ContentWithheld(row)  # the topic was recreated: another record has this offset
        return found

    def _apply(
        self,
        connection: Connection,
        row: RowMapping,
        record: Record,
        event: Event,
        now: datetime,
    ) -> Replayed:
        try:
            with connection.begin_nested():
                verdict = _judge(connection, row, record, event, now)
                if verdict is Verdict.NEW:
                    self.apply(connection, [event], now)
                if verdict in (Verdict.NEW, Verdict.AGAIN):
                    _mark(connection, row["id"], now)
        except Exception as error:
            if is_transient(error):
                raise
            return Replayed(row["id"], "refused", "APPLY_FAILED", name_of(error))
        if verdict in (Verdict.NEW, Verdict.AGAIN):
            return Replayed(row["id"], "applied" if verdict is Verdict.NEW else "duplicate")
        return Replayed(row["id"], "refused", verdict.value, NEVER)


def _await_others(
    connection: Connection, rows: Sequence[RowMapping], checked: Sequence[Checked | Replayed]
) -> None:
    """Lock the partitions of these records together, and let others finish with the same events."""
    arriving: dict[SourcePartition, list[int]] = {}
    for row, one in zip(rows, checked, strict=True):
        if not isinstance(one, Replayed):
            at = (one[1].source, row["partition"])
            arriving.setdefault(at, []).append(one[1].sequence)
    lock(connection, arriving)
    announce(connection, arriving)


def _judge(
    connection: Connection, row: RowMapping, record: Record, event: Event, now: datetime
) -> Verdict:
    """A row with a counted sequence is new until replayed; for others the seen-set decides."""
    place, at = (event.source, event.sequence), (event.source, row["partition"])
    arrival = (event.sequence, fingerprint(record.value or b"", event.id))
    seen = Seen(connection, [at])
    seen.load({at: [arrival]})
    counted = (row["source"], row["sequence"]) == place
    verdict = seen.judge_counted(at, arrival) if counted else seen.judge(at, [arrival])[0]
    seen.save(now, {} if counted else {event.source: event.recordedtime})
    if verdict in (Verdict.SEQUENCE_REUSED, Verdict.ID_REUSED):
        kept = contradiction(record, place, verdict)
        _note(connection, row["id"], kept)
    return verdict


def _note(connection: Connection, id: int, kept: Kept) -> None:
    """Update the reason; for a used id also the number that now counts for the record."""
    source, sequence = kept.place or (None, None)
    change = update(quarantine).where(quarantine.c.id == id)
    values = {"code": kept.code, "detail": kept.detail, "source": source, "sequence": sequence}
    connection.execute(change.values(values))


def _mark(connection: Connection, id: int, now: datetime) -> None:
    connection.execute(update(quarantine).where(quarantine.c.id == id).values(replayed_at=now))
