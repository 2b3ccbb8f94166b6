"""Figures about receiving, for Prometheus."""

from datetime import datetime

from sqlalchemy import Engine

from shared import metrics
from shared.db import snapshot
from shared.inbox import Receipt
from shared.quarantine import count_by_code, oldest
from shared.seen import gaps, watermarks


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


def gauge(engine: Engine, now: datetime) -> None:
    """Measure what stands in the tables."""
    with snapshot(engine) as connection:
        for source, complete in watermarks(connection).items():
            metrics.WATERMARK.labels(source).set(complete)
            missing = sum(last - first + 1 for first, last in gaps(connection, source))
            metrics.SEQUENCE_GAPS.labels(source).set(missing)
        metrics.QUARANTINE_OPEN.set(sum(count_by_code(connection).values()))
        since = oldest(connection)
    metrics.QUARANTINE_OLDEST_AGE.set((now - since).total_seconds() if since else 0)
