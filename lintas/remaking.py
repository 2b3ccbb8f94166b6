"""Make releases again from the log: the bytes that everybody must get who has the same events."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from secrets import token_bytes
from typing import Any
from uuid import UUID

from lintas.kept_topics import Batches
from lintas.verify import ReleaseDoesNotHold
from services.monitoring import CARD
from services.monitoring.consumer import subscription
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.log.append import EventLog
from services.monitoring.log.rebuild import StoredLog, missing
from services.monitoring.release.maker import LEASE, LEASE_TIME
from services.monitoring.release.remake import Remade, remake
from services.monitoring.release.scope import Places
from services.monitoring.release.taken_cuts import TakenCut, as_taken
from services.monitoring.release.vector_marks import opens
from shared import clock
from shared.database.engine import database_now, transaction
from shared.database.migrations import migrate
from shared.events.envelope import Event
from shared.events.monitoring import CutCause, CutReason, CutTaken
from shared.inbox.lots import examine
from shared.inbox.offsets import Partition
from shared.inbox.receive import receive
from shared.outbox.leased_database import LeasedDatabase
from shared.security.encryption import ColumnCipher
from shared.wire.signatures import Trust

NAMED = ("until", "reason", "cause", "definitions")
"""What a manifest and the event of its cut both name."""


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


def cuts_said(batches: Batches, trust: Trust) -> list[TakenCut]:
    """The cuts that monitoring's own topic says, each proven by its signature."""
    topics = {CARD.topic.name: CARD.topic}
    return [
        as_taken(one.data, one.recordedtime)
        for batch in batches
        for lot in examine(batch, trust=trust, topics=topics, now=clock.now())
        for one in lot.results
        if isinstance(one, Event) and isinstance(one.data, CutTaken)
    ]


def cut_of(manifest: Mapping[str, Any], said: Sequence[TakenCut]) -> TakenCut:
    """What a release was made from: the cut on the log to whose vector its manifest commits.

    Raises:
        LogTooShort: no cut on the log has the number.
        ReleaseDoesNotHold: the manifest commits to another vector, or names something else.
    """
    if "watermarks" in manifest:  # lintas-manifest/1
        return _named_in(manifest)
    number = manifest["number"]
    if not (same := [one for one in said if one.number == number]):
        raise LogTooShort(f"{CARD.topic.name} has no cut of release {number}; read one that has it")
    hash_ = manifest["vector"]["sha256"]
    for one in same:
        opened = hash_ is None or (one.salt is not None and opens(hash_, one.vector, one.salt))
        named = (one.until, one.reason, one.cause, dict(one.definitions))
        if opened and named == tuple(manifest[name] for name in NAMED):
            return one
    raise ReleaseDoesNotHold(f"release {number} does not commit to the cut that the log has")


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


def remade(log: StoredLog, cuts: Sequence[TakenCut], places: Places) -> list[Remade]:
    """The releases of these cuts, from the first one on."""
    return asyncio.run(_remade(log, cuts, places))


async def _remade(log: StoredLog, cuts: Sequence[TakenCut], places: Places) -> list[Remade]:
    database = LeasedDatabase(log.engine, LEASE, "verify", database_now, LEASE_TIME)
    await database.enter()
    made = remake(database, log.directory, cuts, places, DEFINITIONS.values())
    return [one async for one in made]


def _named_in(manifest: Mapping[str, Any]) -> TakenCut:
    """What a release was made from, as its own manifest says; nobody asks when it was taken."""
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
