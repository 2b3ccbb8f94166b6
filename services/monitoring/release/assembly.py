"""The last step of a release: its files from its parts, the manifest, and the event, in one transaction."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection

from services.monitoring.feed.files import OTHERS, TABLE, feed_files
from services.monitoring.feed.store import save_files
from services.monitoring.release import part_store, store
from services.monitoring.release.figure import Row
from services.monitoring.release.figures import canonical, figures_csv, figures_json
from services.monitoring.release.manifest import Origin, sha256, write_manifest
from services.monitoring.release.part_store import Named
from services.monitoring.release.scope import Places
from services.monitoring.release.store import Release
from services.monitoring.release.taken_cuts import ORIGIN, TakenCut, is_announced
from services.monitoring.release.vector_marks import committed
from shared.database.engine import database_now
from shared.events.envelope import Fact
from shared.events.monitoring import ReleasePublished, SourceDay
from shared.outbox import table as outbox
from shared.wire.signatures import Signer

COMMITMENT = "commitment"
CHANGES_FORMAT = "lintas-changes/1"
NO_CHANGES = canonical({"format": CHANGES_FORMAT, "changes": []})
"""Of a release that lists none: the former program did not keep them."""


def assemble(
    connection: Connection,
    *,
    cut: TakenCut,
    recorded: Mapping[str, str],
    signer: Signer,
    places: Places,
) -> Release:
    """Put a release together from its finished parts; the caller commits.

    Rows come in the order of parts (indicator, area), in each by id. `recorded`: of each source the
    day of its last event. The event is staged unless our topic has it already: then an earlier
    database published the same release.
    """
    parts = parts_of_release(connection, cut.number)
    rows = rows_of(connection, parts)
    others = [each for one in parts for each in part_store.remainders(connection, one)]
    files = feed_files(rows, places, others)
    signed = {
        "figures.json": figures_json(cut.until, rows),
        "figures.csv": figures_csv(rows),
        "changes.json": _changes(connection, cut.number),
        **{one.name: one.body for one in files if one.name in (TABLE, OTHERS)},
    }
    commitment = _commitment(cut, signer, (part_store.private(connection, one) for one in parts))
    origin = _origin(cut, recorded, store.before(connection, cut.number), commitment)
    made = Release(
        cut.id, cut.number, cut.until, signed["figures.json"], signed["figures.csv"],
        write_manifest(origin, signed, rows, signer), cut.taken_at, signed["changes.json"],
    )  # fmt: skip
    store.save(connection, made)
    save_files(connection, made.number, files)
    if not is_announced(connection, cut.id):
        _announce(connection, made, recorded)
    return made


def parts_of_release(connection: Connection, number: int) -> list[Named]:
    """The finished parts of a release, in the order of its rows."""
    return [Named(*one) for one in sorted(part_store.finished(connection, number).items())]


def rows_of(connection: Connection, parts: Iterable[Named]) -> list[Row]:
    """All figures of these parts."""
    return [row for one in parts for row in part_store.rows(connection, one)]


def _changes(connection: Connection, number: int) -> bytes:
    """What the parts that were made in a release change of what was shown before."""
    found = part_store.listed_changes(connection, number)
    return canonical({"format": CHANGES_FORMAT, "changes": found})


def _origin(
    cut: TakenCut, recorded: Mapping[str, str], previous: Release | None, commitment: str
) -> Origin:
    return Origin(
        number=cut.number,
        until=cut.until,
        recorded_until=recorded,
        definitions=cut.definitions,
        previous=sha256(previous.manifest) if previous else None,
        reason=cut.reason,
        cause=cut.cause,
        commitment=commitment,
        vector=committed(cut.vector, cut.salt) if cut.salt else None,
    )


def _commitment(cut: TakenCut, signer: Signer, exact: Iterable[bytes]) -> str:
    """A hash over the exact figures with a salt that only the publisher can make, for auditors.

    The salt is our own deterministic signature over the cut's id: the same in every database, and
    nobody who has not the key can try counts until the hash fits.
    """
    salted = hashlib.sha256(signer.sign(COMMITMENT, str(cut.id).encode()))
    for body in exact:
        salted.update(hashlib.sha256(body).digest())
    return salted.hexdigest()


def _announce(connection: Connection, made: Release, recorded: Mapping[str, str]) -> None:
    payload = ReleasePublished(
        release=made.id,
        number=made.number,
        until=made.until,
        sha256=sha256(made.figures),
        watermarks=(),
        recorded_until=tuple(
            SourceDay(source=source, day=date.fromisoformat(day))
            for source, day in sorted(recorded.items())
        ),
    )
    now = database_now(connection)
    outbox.stage(connection, ORIGIN, [Fact(str(made.id), now, payload)], now=now)
