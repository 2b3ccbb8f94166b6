"""The use cases of monitoring: take events in, count again, publish, tell how far sources are."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from services.monitoring import CARD, ledger, store
from services.monitoring.domain import FactKey, entries_of
from services.monitoring.exact import exact_figures
from services.monitoring.indicators import INDICATORS
from services.monitoring.release.manifest import sha256
from services.monitoring.release.publish import PublishContext, publish_release
from services.monitoring.schemas import (
    Definition,
    Definitions,
    ReleaseMade,
    SourceWatermark,
    Watermarks,
)
from shared.events.envelope import Event
from shared.ids import new_uuid7
from shared.inbox.seen import watermarks

__all__ = [
    "apply_events",
    "describe_indicators",
    "exact_figures",
    "publish",
    "rebuild",
    "tell_watermarks",
]
CHUNK = 2_000
"""Facts that are counted again at a time."""


def apply_events(
    connection: Connection,
    events: Sequence[Event],
    now: datetime,  # noqa: ARG001  part of the consumer's interface; no figure may use it
) -> None:
    """Bring facts, links and cells up to date with a batch; the caller's transaction commits it.

    The result depends on the set of events alone: not on their order, number of deliveries, the
    batches they come in, or `now`.
    """
    ledger.take_in(connection, entries_of(events))


def rebuild(connection: Connection) -> int:
    """Make links, memberships, cells and marks again from the facts, as after a change of a definition.

    Returns the number of facts counted.
    """
    keys = sorted(store.fact_keys(connection))
    store.forget_derived(connection)
    for chunk in _chunks(keys):
        ledger.recount(connection, chunk)
    return len(keys)


def publish(
    connection: Connection, context: PublishContext, until: str | None, now: datetime
) -> ReleaseMade:
    """Make a release and stage its event."""
    made = publish_release(connection, context, now=now, id=new_uuid7(now), until=until)
    digest = sha256(made.figures)
    return ReleaseMade(id=made.id, number=made.number, until=made.until, sha256=digest)


def tell_watermarks(connection: Connection, now: datetime) -> Watermarks:
    """How far each source is complete, to the day."""
    latest, complete = store.latest_times(connection, now), watermarks(connection)
    return Watermarks(
        sources=[
            SourceWatermark(
                source=source,
                complete_up_to=complete.get(source, 0),
                latest_on=latest[source].date() if source in latest else None,
                lag_days=max((now - latest[source]).days, 0) if source in latest else None,
            )
            for source in (topic.owner for topic in CARD.listens_to)
        ]
    )


def describe_indicators() -> Definitions:
    """Every definition with its hash."""
    return Definitions(
        indicators=[
            Definition(**indicator.described(), sha256=indicator.sha256)
            for indicator in INDICATORS.values()
        ]
    )


def _chunks(keys: Sequence[FactKey]) -> Iterator[Sequence[FactKey]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
