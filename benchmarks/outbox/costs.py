"""What an event costs in the outbox: staged, then numbered, proven, archived and marked as sent."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from shared import clock
from shared.database.engine import open_engine, snapshot, transaction
from shared.events.envelope import Fact
from shared.events.reading import parse
from shared.events.topics import TOPIC_OF
from shared.outbox import batches
from shared.outbox.relay import BATCHES
from shared.outbox.table import Origin, stage
from shared.wire.signatures import Signer
from shared.wire.verification import StoredRecord

STAGED_TOGETHER = 500
_TABLES = ("outbox", "outbox_batch", "outbox_unsent")
_KEPT = {
    "postgresql": " + ".join(f"pg_total_relation_size('{name}')" for name in _TABLES),
    "sqlite": "(SELECT page_count FROM pragma_page_count) * 4096"
    " - (SELECT freelist_count FROM pragma_freelist_count) * 4096",
}


@dataclass(frozen=True)
class Step:
    """An event's share of a step."""

    own: float
    """Microseconds of this process."""
    server: float
    """Microseconds of the database's server."""
    log: float
    """Bytes of PostgreSQL's write-ahead log."""


@dataclass(frozen=True)
class Costs:
    """An event's way through the outbox."""

    staging: Step
    numbering: Step
    kept: float
    """Bytes on disk once it is sent and its place in the outbox is free again."""


def costs(
    url: str, signer: Signer, records: Sequence[StoredRecord], server: Callable[[], float]
) -> Costs:
    """Stage these events of one topic in a migrated database, then number all of them.

    `server` gives the seconds that the database's server has taken so far.
    """
    engine, count = open_engine(url), len(records)
    before = _kept(engine)
    facts = [_fact(one) for one in records if one.value is not None]
    staging = _measured(engine, lambda: _stage(engine, records[0].topic, facts), count, server)
    numbering = _measured(engine, lambda: _number(engine, signer), count, server)
    kept = (_kept(engine) - before) / count
    engine.dispose()
    return Costs(staging, numbering, kept)


def _measured(
    engine: Engine, work: Callable[[], None], count: int, server: Callable[[], float]
) -> Step:
    log, theirs, own = _log(engine), server(), time.process_time()
    work()
    own, theirs, log = time.process_time() - own, server() - theirs, _log(engine) - log
    return Step(own / count * 1e6, theirs / count * 1e6, log / count)


def _fact(record: StoredRecord) -> Fact:
    event = parse(record.value or b"")
    return Fact(event.subject, event.time, event.data)


def _stage(engine: Engine, topic: str, facts: Sequence[Fact]) -> None:
    owner = TOPIC_OF[topic]
    origin = Origin(owner.owner, owner.name, owner.agreement)
    for start in range(0, len(facts), STAGED_TOGETHER):
        with transaction(engine) as connection:
            stage(connection, origin, facts[start : start + STAGED_TOGETHER], now=clock.now())


def _number(engine: Engine, signer: Signer) -> None:
    """As the relay does: one transaction marks the last events and takes the next."""
    limit, last = BATCHES * batches.SIGNED_TOGETHER, batches.Batch([], 0)
    while True:
        with transaction(engine) as connection:
            sent = [one.sequence for one in last.records]
            batches.mark_sent(connection, sent, last.republished)
            after = last.last if last.records else 0
            last = batches.take(connection, signer, after, limit)
        if not last.records:
            return


def _kept(engine: Engine) -> int:
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM outbox, outbox_batch, outbox_unsent")
    with snapshot(engine) as connection:
        return _number_of(connection, _KEPT[engine.dialect.name])


def _log(engine: Engine) -> int:
    if engine.dialect.name != "postgresql":
        return 0
    with snapshot(engine) as connection:
        return _number_of(connection, "pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")


def _number_of(connection: Connection, expression: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT {expression}").scalar_one())
