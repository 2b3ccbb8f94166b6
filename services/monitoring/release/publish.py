"""The use case: make a release of the newest cut and stage its event, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.monitoring import CARD
from services.monitoring import store as cuts
from services.monitoring.domain import SOURCES, closed_month
from services.monitoring.feed.files import feed_files
from services.monitoring.feed.store import save_files
from services.monitoring.release import store
from services.monitoring.release.cells import Cells, require_plausible_months
from services.monitoring.release.figure import Row
from services.monitoring.release.manifest import Origin, sha256, write_manifest
from services.monitoring.release.remake import make
from services.monitoring.release.stock import Places
from services.monitoring.release.store import Release
from shared.events.days import jakarta_day
from shared.events.envelope import Fact
from shared.events.monitoring import ReleasePublished, SourceMark
from shared.outbox import table as outbox
from shared.regions import Regions
from shared.wire.signatures import Signer


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
    _one_at_a_time(connection)
    cut = cuts.newest_cut(connection)
    month = closed_month(cut.latest if cut else {}, until)
    found = cuts.cells(connection, cut.number) if cut else []
    require_plausible_months(found, month, jakarta_day(now))
    cells = Cells(found, month)
    made = make(cells, context.places, store.disclosure_state(connection))
    before = store.latest(connection)
    marks = cut.marks if cut else {}
    origin = Origin(
        number=before.number + 1 if before else 1,
        until=month,
        watermarks={source: marks.get(source, 0) for source in SOURCES},
        definitions=context.definitions,
        previous=sha256(before.manifest) if before else None,
    )
    manifest = write_manifest(
        origin, {"figures.json": made.figures, "figures.csv": made.csv}, made.lines, context.signer
    )
    release = Release(id, origin.number, month, made.figures, made.csv, manifest, now)
    store.remember(connection, release.number, made.state)
    _keep(connection, release, made.lines)
    _announce(connection, release, origin.watermarks)
    return release


def _keep(connection: Connection, made: Release, rows: Sequence[Row]) -> None:
    """Store the signed bytes, and the files for readers."""
    store.save(connection, made)
    save_files(connection, made.number, feed_files(rows, Regions.load()))


def _one_at_a_time(connection: Connection) -> None:
    """Let nobody else make a release until the transaction ends; intake goes on."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE release IN SHARE ROW EXCLUSIVE MODE"))


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
