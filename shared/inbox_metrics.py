"""Figures about receiving, for Prometheus."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from shared import metrics
from shared.inbox import Receipt
from shared.quarantine import count_by_code, oldest
from shared.seen import Reached, gaps, reached


def count(receipt: Receipt, now: datetime) -> None:
    """Add one batch."""
    for source, number in receipt.applied_by_source.items():
        metrics.EVENTS_APPLIED.labels(source).inc(number)
    for source, number in receipt.duplicates_by_source.items():
        metrics.EVENTS_DUPLICATE.labels(source).inc(number)
    for code, number in receipt.quarantined.items():
        metrics.QUARANTINED.labels(code).inc(number)
    for topic, recorded in receipt.latest_recorded.items():
        metrics.CONSUMER_LAG_SECONDS.labels(topic).set(max(0.0, (now - recorded).total_seconds()))


def gauge(connection: Connection, sources: Iterable[str], now: datetime) -> None:
    """Measure what stands in the tables; a source that has never sent anything stands at 0."""
    found = reached(connection)
    for source in {*sources, *found}:
        _gauge_source(source, found.get(source, Reached()))
        missing = sum(last - first + 1 for first, last in gaps(connection, source))
        metrics.SEQUENCE_GAPS.labels(source).set(missing)
    metrics.QUARANTINE_OPEN.set(sum(count_by_code(connection).values()))
    since = oldest(connection)
    metrics.QUARANTINE_OLDEST_AGE.set((now - since).total_seconds() if since else 0)


def _gauge_source(source: str, state: Reached) -> None:
    metrics.WATERMARK.labels(source).set(state.complete_up_to)
    metrics.INBOX_HIGHEST.labels(source).set(state.highest)
    metrics.WATERMARK_MOVED.labels(source).set(_unix(state.moved_at))
    metrics.SOURCE_RECORDED.labels(source).set(_unix(state.latest_recorded))


def _unix(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
