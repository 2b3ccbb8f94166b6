"""Trying quarantined records again once the cause is gone: an upgrade, a new key, a repair."""

from collections.abc import Callable, Collection, Iterator, Mapping
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
from shared.inbox.seen import Seen, Verdict
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
    """What became of one record; `outcome` is applied, duplicate, refused or not_waiting."""

    id: int
    outcome: str
    code: str = ""
    detail: str = ""


Reader = Callable[[Collection[Spot]], Mapping[Spot, Record]]
"""Gives records of the log, as far as it still has them."""


def _nothing(_spots: Collection[Spot]) -> Mapping[Spot, Record]:
    return {}


def _spots(engine: Engine, rows: Select[Any]) -> list[Spot]:
    """Where the records are whose contents are not kept."""
    with snapshot(engine) as connection:
        found = connection.execute(rows.where(quarantine.c.withheld.is_not(None))).mappings()
        return [_spot(row) for row in found]


def _spot(row: RowMapping) -> Spot:
    return row["topic"], row["partition"], row["offset"]


@dataclass(frozen=True)
class Replay:
    """Everything needed to apply a record again."""

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
        """Try what waits again, oldest first, a transaction for each `batch`; twice is as good as once.

        Of `ids` each is answered, at the end those that do not wait. With `dry_run` every step is
        made and then undone, so the answer is what would happen. `reread` gives the records whose
        contents are not kept, from the log.
        Raises what `apply` raises if that may pass, and what `reread` raises; the batches before it
        stay done.
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
        whole = connection.begin_nested()
        results = [self._one(connection, row, again, now) for row in found]
        if dry_run:
            whole.rollback()
        else:
            whole.commit()
        return results

    def _one(
        self,
        connection: Connection,
        row: RowMapping,
        again: Mapping[Spot, Record],
        now: datetime,
    ) -> Replayed:
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
        return self._apply(connection, row, record, event, now)

    def _record(self, row: RowMapping, again: Mapping[Spot, Record]) -> Record:
        """The row's record, if need be from the log: then only the very same one."""
        found = again.get(_spot(row)) if row["withheld"] else None
        if found is None:
            return record_of(row, self.cipher)
        if digest(found, self.cipher, WithheldFor(row["withheld"])) != row["digest"]:
            raise ContentWithheld(row)  # the topic was made again: another record is there now
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


def _judge(
    connection: Connection, row: RowMapping, record: Record, event: Event, now: datetime
) -> Verdict:
    """A row whose sequence was counted for it is new until replayed; others ask the seen-set."""
    place = (event.source, event.sequence)
    print_ = fingerprint(record.value or b"", event.id)
    seen = Seen(connection, [event.source])
    seen.load([(place, print_)])
    counted = (row["source"], row["sequence"]) == place
    verdict = seen.judge_counted(place, print_) if counted else seen.judge([(place, print_)])[0]
    seen.save(now, {} if counted else {event.source: event.recordedtime})
    if verdict in (Verdict.SEQUENCE_REUSED, Verdict.ID_REUSED):
        kept = contradiction(record, place, verdict)
        _note(connection, row["id"], kept)
    return verdict


def _note(connection: Connection, id: int, kept: Kept) -> None:
    """The reason as it is known now; the number of an event with a used id is counted for it."""
    source, sequence = kept.place or (None, None)
    change = update(quarantine).where(quarantine.c.id == id)
    values = {"code": kept.code, "detail": kept.detail, "source": source, "sequence": sequence}
    connection.execute(change.values(values))


def _mark(connection: Connection, id: int, now: datetime) -> None:
    connection.execute(update(quarantine).where(quarantine.c.id == id).values(replayed_at=now))
