"""The use case: make a release of all that is known and stage its event, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.monitoring import CARD
from services.monitoring import store as cells_store
from services.monitoring.release import store
from services.monitoring.release.cells import (
    PARTS,
    Cells,
    month_before,
    month_end,
    require_plausible_months,
)
from services.monitoring.release.compose import draft
from services.monitoring.release.disclosure_state import hold, remember, rows
from services.monitoring.release.figures import figures_csv, figures_json
from services.monitoring.release.manifest import Origin, sha256, write_manifest
from services.monitoring.release.stock import Places
from services.monitoring.release.store import Release
from shared.errors import Refusal
from shared.events.days import jakarta_day
from shared.events.envelope import Fact
from shared.events.monitoring import ReleasePublished, SourceMark
from shared.events.topics import BENEFICIARY, COOPERATIVE, TRAINING
from shared.inbox.seen import watermarks
from shared.outbox import table as outbox
from shared.wire.signatures import Signer

SOURCES = (BENEFICIARY.owner, COOPERATIVE.owner, TRAINING.owner)
"""Whose facts the figures count: without any one of them there is no release."""


@dataclass(frozen=True)
class PublishContext:
    """What is needed to make releases, the same for all of them."""

    places: Places
    signer: Signer
    definitions: Mapping[str, str]
    """Indicator -> hash of its definition."""


def publish_release(
    connection: Connection,
    context: PublishContext,
    *,
    now: datetime,
    id: UUID,
    until: str | None = None,
) -> Release:
    """Compute, suppress, hold back, keep, and stage `release.published`; the caller commits.

    Raises:
        Refusal: NOT_COMPLETE (a source has sent nothing yet, or `until` is later than complete),
            MONTHS_IMPLAUSIBLE (facts lie in months in which nothing can have happened).
    """
    _one_snapshot(connection)
    month = closed_month(cells_store.latest_times(connection, now), until)
    found = [c for part in PARTS for c in cells_store.cells(connection, part)]
    require_plausible_months(found, month, jakarta_day(now))
    cells = Cells(found, month)
    members_side = cells_store.cooperative_side_joined(connection, month_end(month))
    state = store.disclosure_state(connection)
    released = hold(draft(cells, context.places, members_side), state)
    lines = rows(released)
    figures, table = figures_json(month, lines), figures_csv(lines)
    before = store.latest(connection)
    marks = watermarks(connection)
    origin = Origin(
        number=before.number + 1 if before else 1,
        until=month,
        watermarks={source: marks.get(source, 0) for source in SOURCES},
        definitions=context.definitions,
        previous=sha256(before.manifest) if before else None,
    )
    manifest = write_manifest(origin, figures, table, lines, context.signer)
    made = Release(id, origin.number, month, figures, table, manifest, now)
    store.save(connection, made, remember(released, state))
    _announce(connection, made, origin.watermarks)
    return made


def closed_month(latest: Mapping[str, datetime], asked: str | None = None) -> str:
    """The last month that every source has left behind, or the earlier one that was asked for."""
    if silent := [source for source in SOURCES if source not in latest]:
        raise Refusal("NOT_COMPLETE.silent", "until", sources=", ".join(silent))
    closed = month_before(min(latest[source] for source in SOURCES).strftime("%Y-%m"))
    if asked is not None and asked > closed:
        raise Refusal("NOT_COMPLETE.month", "until", closed=closed)
    return asked or closed


def _one_snapshot(connection: Connection) -> None:
    """Let nothing be applied between reading cells and watermarks, nor two releases be made."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE release, fact IN SHARE ROW EXCLUSIVE MODE"))


def _announce(connection: Connection, made: Release, marks: Mapping[str, int]) -> None:
    payload = ReleasePublished(
        release=made.id,
        number=made.number,
        until=made.until,
        sha256=sha256(made.figures),
        watermarks=tuple(SourceMark(source=s, sequence=n) for s, n in sorted(marks.items())),
    )
    origin = outbox.Origin(CARD.source, CARD.topic.name, CARD.topic.agreement)
    fact = Fact(str(made.id), made.published_at, payload)
    outbox.stage(connection, origin, [fact], now=made.published_at)
