"""Make releases again from the log: the bytes that everybody must get who has the same events."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from secrets import token_bytes
from typing import Any
from uuid import UUID

from lintas.kept_topics import Batches
from services.monitoring import CARD
from services.monitoring.consumer import subscription
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.log.append import EventLog
from services.monitoring.log.rebuild import StoredLog, missing
from services.monitoring.release.maker import LEASE, LEASE_TIME
from services.monitoring.release.remake import Remade, remake
from services.monitoring.release.scope import Places
from services.monitoring.release.taken_cuts import TakenCut
from shared import clock
from shared.database.engine import database_now, transaction
from shared.database.migrations import migrate
from shared.events.monitoring import CutCause, CutReason
from shared.inbox.lots import examine
from shared.inbox.offsets import Partition
from shared.inbox.receive import receive
from shared.outbox.leased_database import LeasedDatabase
from shared.security.encryption import ColumnCipher
from shared.wire.signatures import Trust


class LogTooShort(Exception):
    """The log ends before the cut of a release; the message names the source and both sequences."""


def read_records(
    log: StoredLog, batches: Batches, trust: Trust, on_records: Callable[[int], None]
) -> None:
    """Check and append every record, as monitoring does; `on_records` gets the number so far.

    The log is empty before. Of each partition the first record may have any offset.
    """
    migrate(log.engine, CARD.name)
    cipher = ColumnCipher(token_bytes(32))  # what is put aside here is thrown away at the end
    listening = subscription(EventLog(log.directory))
    topics = {topic.name: topic for topic in listening.topics}
    begun: set[Partition] = set()
    count = 0
    for batch in batches:
        now = clock.now()
        lots = examine(batch, trust=trust, topics=topics, now=now, structs=listening.structs)
        starts = {lot.partition: lot.offsets[:1] for lot in lots if lot.partition not in begun}
        begun |= starts.keys()
        with transaction(log.engine) as connection:
            receive(
                connection,
                lots,
                topic_ids=dict.fromkeys(topics, "log"),
                apply=listening.apply,
                cipher=cipher,
                now=now,
                starts=starts,
            )
        count += len(batch)
        on_records(count)


def require(log: StoredLog, marks: Mapping[str, int]) -> None:
    """Check that the log reaches a cut.

    Raises:
        LogTooShort: it does not.
    """
    for source, count in sorted(missing(log.engine, marks).items()):
        raise LogTooShort(
            f"the log has all events of {source} up to {marks[source] - count}, "
            f"the release was made of {marks[source]}; read a log that has them"
        )


def remade(log: StoredLog, manifests: Sequence[Mapping[str, Any]], places: Places) -> list[Remade]:
    """The releases of these manifests, from the first one on."""
    return asyncio.run(_remade(log, [_cut(one) for one in manifests], places))


async def _remade(log: StoredLog, cuts: Sequence[TakenCut], places: Places) -> list[Remade]:
    database = LeasedDatabase(log.engine, LEASE, "verify", database_now, LEASE_TIME)
    await database.enter()
    made = remake(database, log.directory, cuts, places, DEFINITIONS.values())
    return [one async for one in made]


def _cut(manifest: Mapping[str, Any]) -> TakenCut:
    """What a release was made from, as its manifest says; nobody asks when it was taken."""
    cause = manifest["cause"]
    return TakenCut(
        number=manifest["number"],
        id=UUID(int=manifest["number"]),
        until=manifest["until"],
        reason=CutReason(manifest["reason"]),
        cause=CutCause(cause) if cause else None,
        vector=manifest["watermarks"],
        definitions=manifest["definitions"],
        taken_at=clock.now(),
    )
