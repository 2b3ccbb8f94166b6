"""Cuts of the log that releases are made from: taken, said on the topic, learnt again from it.

A cut is an event before anything is computed. What it says, and the events below its vector, decide
every byte of its release, so a database that learns it from the topic makes the same release.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, select, text

from services.monitoring import CARD
from services.monitoring.domain import SOURCES
from services.monitoring.release.tables import taken_cut
from services.monitoring.tables import release
from shared.errors import Refusal
from shared.events.catalogue import TYPE_OF
from shared.events.days import jakarta_day, last_ended_month
from shared.events.envelope import Fact, with_sequence
from shared.events.monitoring import (
    CutCause,
    CutReason,
    CutTaken,
    DefinitionMark,
    ReleasePublished,
    SourceMark,
)
from shared.events.reading import parse
from shared.inbox.seen import watermarks
from shared.outbox import archive
from shared.outbox import table as outbox

_NAME = TYPE_OF[CutTaken].encode()
ORIGIN = outbox.Origin(CARD.source, CARD.topic.name, CARD.topic.agreement)


@dataclass(frozen=True)
class TakenCut:
    """What a release is made from."""

    number: int
    id: UUID
    until: str
    reason: CutReason
    cause: CutCause | None
    vector: Mapping[str, int]
    """For each source the sequence up to which its events count."""
    definitions: Mapping[str, str]
    """Indicator -> hash of its definition."""
    taken_at: datetime
    salt: str | None = None
    """With which the manifest commits to the vector; none of a cut from before manifests did."""


def take_cut(
    connection: Connection,
    definitions: Mapping[str, str],
    *,
    now: datetime,
    id: UUID,
    salt: str,
    until: str | None = None,
    cause: CutCause | None = None,
) -> TakenCut:
    """Take a cut of all that is complete now and stage its event; the caller commits.

    With a cause it is unplanned.

    Raises:
        Refusal: NOT_COMPLETE (a source has sent nothing yet, or `until` has not ended).
    """
    _one_at_a_time(connection)
    marks, ended = watermarks(connection), last_ended_month(jakarta_day(now))
    if silent := [source for source in SOURCES if not marks.get(source)]:
        raise Refusal("NOT_COMPLETE.silent", "until", sources=", ".join(silent))
    if until is not None and until > ended:
        raise Refusal("NOT_COMPLETE.month", "until", closed=ended)
    cut = TakenCut(
        number=last_number(connection) + 1,
        id=id,
        until=until or ended,
        reason=CutReason.UNPLANNED if cause else CutReason.PLANNED,
        cause=cause,
        vector={source: marks[source] for source in SOURCES},
        definitions=definitions,
        taken_at=now,
        salt=salt,
    )
    outbox.stage(connection, ORIGIN, [Fact(str(id), now, _payload(cut))], now=now)
    save(connection, cut)
    return cut


def last_number(connection: Connection) -> int:
    """The highest number that a cut or a release has; 0 before the first."""
    highest = (connection.scalar(select(func.max(one.c.number))) for one in (taken_cut, release))
    return max((number or 0 for number in highest), default=0)


def is_due(connection: Connection, today: date, day_of_month: int) -> bool:
    """Whether the calendar asks for a cut: its day has come, and the last month has none yet."""
    if today.day < day_of_month:
        return False
    planned = select(func.max(taken_cut.c.until)).where(taken_cut.c.reason == CutReason.PLANNED)
    last = connection.scalar(planned)
    return last is None or last < last_ended_month(today)


def pending(connection: Connection) -> TakenCut | None:
    """The cut with the lowest number that has no release yet."""
    released = select(release.c.number)
    query = select(taken_cut).where(taken_cut.c.number.not_in(released))
    row = connection.execute(query.order_by(taken_cut.c.number).limit(1)).first()
    return None if row is None else _read(row)


def cuts(connection: Connection, limit: int = 1_000) -> list[TakenCut]:
    """The newest cuts, newest first."""
    query = select(taken_cut).order_by(taken_cut.c.number.desc()).limit(limit)
    return [_read(row) for row in connection.execute(query)]


def before(connection: Connection, number: int) -> TakenCut | None:
    """The cut before a number."""
    query = select(taken_cut).where(taken_cut.c.number < number)
    row = connection.execute(query.order_by(taken_cut.c.number.desc()).limit(1)).first()
    return None if row is None else _read(row)


def save(connection: Connection, cut: TakenCut) -> None:
    """Store a cut."""
    row = vars(cut) | {"vector": _json(cut.vector), "definitions": _json(cut.definitions)}
    connection.execute(insert(taken_cut).values(**row))


def learn(connection: Connection) -> int:
    """Store the cuts that our own topic has and this database has not; returns how many."""
    known = set(connection.scalars(select(taken_cut.c.number)))
    new = [cut for cut in _said(connection) if cut.number not in known]
    for cut in new:
        save(connection, cut)
    return len(new)


def is_announced(connection: Connection, id: UUID) -> bool:
    """Whether the release with this id was announced already, by us or by an earlier database."""
    events = archive.about(connection, {str(id)})
    return any(isinstance(_event(one).data, ReleasePublished) for one in events)


def _said(connection: Connection) -> Iterator[TakenCut]:
    for stored in archive.everything(connection):
        if _NAME not in stored.body:  # most of our events are receipts, and to read each takes time
            continue
        event = _event(stored)
        if isinstance(event.data, CutTaken):
            yield as_taken(event.data, event.recordedtime)


def _event(stored: archive.Stored) -> Any:
    return parse(with_sequence(stored.body, stored.sequence or 1))


def _payload(cut: TakenCut) -> CutTaken:
    return CutTaken(
        cut=cut.id,
        number=cut.number,
        until=cut.until,
        reason=cut.reason,
        cause=cut.cause,
        vector=tuple(SourceMark(source=s, sequence=n) for s, n in sorted(cut.vector.items())),
        definitions=tuple(
            DefinitionMark(indicator=one, sha256=digest)
            for one, digest in sorted(cut.definitions.items())
        ),
        salt=cut.salt,
    )


def as_taken(said: CutTaken, taken_at: datetime) -> TakenCut:
    """The cut that an event says."""
    return TakenCut(
        number=said.number,
        id=said.cut,
        until=said.until,
        reason=said.reason,
        cause=said.cause,
        vector={one.source: one.sequence for one in said.vector},
        definitions={one.indicator: one.sha256 for one in said.definitions},
        taken_at=taken_at,
        salt=said.salt,
    )


def _read(row: Row[Any]) -> TakenCut:
    kept = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name
    reason, cause = CutReason(kept["reason"]), kept["cause"] and CutCause(kept["cause"])
    both = {name: json.loads(kept[name]) for name in ("vector", "definitions")}
    return TakenCut(**{**kept, **both, "reason": reason, "cause": cause})


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(dict(content), sort_keys=True, separators=(",", ":"))


def _one_at_a_time(connection: Connection) -> None:
    """Nobody else takes a number until the transaction ends; intake goes on."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE taken_cut IN SHARE ROW EXCLUSIVE MODE"))
